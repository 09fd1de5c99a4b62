// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol

/// What a person sees who opens the exporter in a browser.
enum LandingPage {
    static let bytes = Array(
        """
        <!DOCTYPE html>
        <html lang="en">
        <head><meta charset="utf-8"><title>nftlb exporter</title></head>
        <body>
        <h1>nftlb exporter</h1>
        <p>Version \(Version.text). What nftlbd knows of farms, backends and itself: <a href="/metrics">Metrics</a></p>
        <p>Part of it, by collector:</p>
        <ul>
        \(collectors)
        </ul>
        <p><code>exclude[]=NAME</code> leaves a collector out, <code>farm[]=NAME</code> shows some farms only.</p>
        </body>
        </html>

        """.utf8)

    private static let collectors = CollectorName.allCases.map { name in
        "<li><a href=\"/metrics?collect[]=\(name.rawValue)\">\(name.rawValue)</a></li>"
    }.joined(separator: "\n")
}

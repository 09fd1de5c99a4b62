// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol

/// Which exporter this is; written also while the daemon is away.
enum BuildInformation {
    private static let family = MetricFamily("nftlb_exporter_build", .info, "The version of nftlb-exporter.")

    static func write(to output: inout Exposition) {
        output.write(family, 1, LabelSet(["version": Version.text]))
    }
}

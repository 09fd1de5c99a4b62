// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// The configuration that the examples of reading methods begin with.
enum ExampleConfiguration {
    static let web = #"""
        {"farms":[{"name":"web","addresses":[{"name":"v4","ip-addr":"192.0.2.10","ports":[80]}],"backends":[{"name":"a","ip-addr":"198.51.100.1"},{"name":"b","ip-addr":"198.51.100.2","weight":5}]}],"policies":[]}
        """#

    /// The same with a second farm that is switched off.
    static let webAndMail = #"""
        {"farms":[{"name":"web","addresses":[{"name":"v4","ip-addr":"192.0.2.10","ports":[80]}],"backends":[{"name":"a","ip-addr":"198.51.100.1"},{"name":"b","ip-addr":"198.51.100.2","state":"down"}]},{"name":"mail","state":"off"}],"policies":[]}
        """#
}

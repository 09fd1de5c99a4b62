// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// The configuration that the examples of reading methods begin with.
enum ExampleConfiguration {
    static let web = #"""
        {"farms":[{"name":"web","addresses":[{"name":"v4","ip-addr":"192.0.2.10","ports":[80]}],"backends":[{"name":"a","ip-addr":"198.51.100.1"},{"name":"b","ip-addr":"198.51.100.2","weight":5}]}],"policies":[]}
        """#

    /// One farm that chooses by a hash, with one backend.
    static let hashed = #"""
        {"farms":[{"name":"web","scheduler":"hash","addresses":[{"name":"v4","ip-addr":"192.0.2.10","ports":[80]}],"backends":[{"name":"a","ip-addr":"198.51.100.1"}]}],"policies":[]}
        """#

    /// One farm that knows its clients again, and one of them from the configuration.
    static let sticky = #"""
        {"farms":[{"name":"web","persistence":["srcip"],"addresses":[{"name":"v4","ip-addr":"192.0.2.10","ports":[80]}],"backends":[{"name":"a","ip-addr":"198.51.100.1"},{"name":"b","ip-addr":"198.51.100.2"}],"sessions":[{"client":"203.0.113.7","backend":"b"}]}],"policies":[]}
        """#

    /// The same with a second farm that is switched off.
    static let webAndMail = #"""
        {"farms":[{"name":"web","addresses":[{"name":"v4","ip-addr":"192.0.2.10","ports":[80]}],"backends":[{"name":"a","ip-addr":"198.51.100.1"},{"name":"b","ip-addr":"198.51.100.2","state":"down"}]},{"name":"mail","state":"off"}],"policies":[]}
        """#
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Namespaces

/// Writes configuration documents for the topology's backends.
struct FarmDocument {
    var name = "web"
    var mode = "snat"
    var scheduler = "rr"
    var isIPv6 = false
    var address: String? = "192.0.2.1"
    var ports = "[80]"
    var transport = "tcp"
    var state = "up"
    /// More attributes of the farm, as `"key": value, `.
    var more = ""
    /// The attributes of each backend besides name and address, such as `"port": 8080`; nil leaves the backend out.
    var backends: [String?] = ["", "", ""]

    /// A farm on the usual address of its family.
    init(isIPv6: Bool = false, _ change: (inout FarmDocument) -> Void = { _ in }) {
        self.isIPv6 = isIPv6
        if isIPv6 { address = "2001:db8::1" }
        change(&self)
    }

    /// The farm's JSON object.
    var text: String {
        let members = backends.enumerated().compactMap { index, more -> String? in
            guard let more else { return nil }
            let address = isIPv6 ? "fd09:\(11 + index)::2" : "10.9.\(11 + index).2"
            return #"{"name": "b\#(index + 1)", "ip-addr": "\#(address)"\#(more.isEmpty ? "" : ", ")\#(more)}"#
        }
        let place = address.map { #""ip-addr": "\#($0)", "# } ?? ""
        return """
            {"name": "\(name)", "mode": "\(mode)", "scheduler": "\(scheduler)", "state": "\(state)", \(more)
             "addresses": [{"name": "\(name)", "family": "\(isIPv6 ? "ipv6" : "ipv4")", \(place)"ports": \(ports),
                            "protocol": "\(transport)"}],
             "backends": [\(members.joined(separator: ", "))]}
            """
    }

    /// A document of farms.
    static func document(_ farms: FarmDocument...) -> String {
        #"{"farms": ["# + farms.map(\.text).joined(separator: ", ") + "]}"
    }
}

extension Topology {
    /// Runs a change in the balancer's namespace.
    func change(_ balancer: TestBalancer, _ farms: FarmDocument...) throws {
        let document = #"{"farms": ["# + farms.map(\.text).joined(separator: ", ") + "]}"
        try self.balancer.inside { try balancer.apply(document) }
    }

    /// A balancer in the balancer's namespace.
    func makeBalancer(_ farms: FarmDocument...) throws -> TestBalancer {
        let balancer = try self.balancer.inside { try TestBalancer() }
        let document = #"{"farms": ["# + farms.map(\.text).joined(separator: ", ") + "]}"
        try self.balancer.inside { try balancer.apply(document) }
        return balancer
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Namespaces

/// Documents of the native dialect, as short as the tests want them.
enum Declared {
    typealias Object = [String: Any]

    /// A farm with one address, `ports` empty for all; `more` adds to it or replaces.
    static func farm(
        _ name: String, at endpoint: Endpoint, over transport: String = "tcp", mode: String = "snat",
        scheduler: String = "rr", backends: [Object], _ more: Object = [:]
    ) -> Object {
        let own: Object = [
            "name": name, "mode": mode, "scheduler": scheduler,
            "addresses": [address(name, at: endpoint, over: transport)], "backends": backends,
        ]
        return own.merging(more) { $1 }
    }

    static func address(_ name: String, at endpoint: Endpoint, over transport: String = "tcp") -> Object {
        [
            "name": name, "family": endpoint.isIPv6 ? "ipv6" : "ipv4", "ip-addr": endpoint.address,
            "ports": endpoint.port == 0 ? [] : [Int(endpoint.port)], "protocol": transport,
        ]
    }

    /// Backend number `index` of the lab.
    static func backend(_ index: Int, ipv6: Bool = false, port: Int? = 8080, _ more: Object = [:]) -> Object {
        var own: Object = [
            "name": "b\(index)" + (ipv6 ? "-6" : ""), "ip-addr": ipv6 ? Lab.ipv6(index) : Lab.ipv4(index),
        ]
        if let port { own["port"] = port }
        return own.merging(more) { $1 }
    }

    static func backends(_ indices: ClosedRange<Int> = 1...3, ipv6: Bool = false, port: Int? = 8080) -> [Object] {
        indices.map { backend($0, ipv6: ipv6, port: port) }
    }
}

extension Daemon {
    /// Applies farms; gives the revision.
    @discardableResult
    func apply(farms: [Declared.Object], mode: String = "merge") throws -> Int {
        try remote().call("configuration.apply", ["configuration": ["farms": farms], "mode": mode])["revision"].integer
            ?? -1
    }

    /// Sets attributes of one backend.
    @discardableResult
    func set(_ farm: String, _ backend: String, _ attributes: Declared.Object) throws -> Int {
        let change: Declared.Object = ["name": farm, "backends": [attributes.merging(["name": backend]) { $1 }]]
        return try apply(farms: [change])
    }

    /// Sets attributes of a farm.
    @discardableResult
    func set(_ farm: String, _ attributes: Declared.Object) throws -> Int {
        try apply(farms: [attributes.merging(["name": farm]) { $1 }])
    }

    /// Deletes what the path names.
    @discardableResult
    func delete(_ path: String) throws -> Int {
        try remote().call("configuration.apply", ["changes": [["delete": path]]])["revision"].integer ?? -1
    }

    /// The error that a document gives, nil if it is taken.
    func refusal(of farms: [Declared.Object], mode: String = "merge") throws -> RemoteError? {
        do {
            try apply(farms: farms, mode: mode)
            return nil
        } catch let error as RemoteError { return error }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import BalancerProtocol
import JSON
import ScriptedServer

/// A daemon that has a configuration, and refuses or accepts every change.
extension ScriptedServer {
    static func json(_ text: String) -> JSONValue {
        (try? JSONValue(parsing: Array(text.utf8))) ?? .null
    }

    /// Two farms; the second has an IPv6 address and no backends.
    static let configuration = json(
        #"""
        {"farms":[{"name":"web","addresses":[{"name":"v4","ip-addr":"192.0.2.10","ports":[80,"8080-8090"]}],"backends":[{"name":"a","ip-addr":"198.51.100.1","port":8080},{"name":"b","ip-addr":"198.51.100.2","weight":5,"state":"off"}]},{"name":"dns","addresses":[{"name":"v6","family":"ipv6","ip-addr":"2001:db8::53","ports":[53],"protocol":"udp"}],"scheduler":"weight","state":"down"}],"policies":[]}
        """#)

    static let status = json(
        #"""
        {"revision":7,"state":"ready","farms":[{"name":"web","state":"up","operational":"degraded","reason":"1 of 2 backends is not up","backends":[{"name":"a","state":"up","operational":"up","reason":""},{"name":"b","state":"off","operational":"off","reason":""}]},{"name":"dns","state":"down","operational":"down","reason":"","backends":[]}]}
        """#)

    /// Two farms on one address outside of farms, one of them with an address of its own.
    static let sharing = json(
        #"""
        {"farms":[{"name":"web","addresses":[{"name":"vip"},{"name":"v6","family":"ipv6","ip-addr":"2001:db8::10","ports":[80]}]},{"name":"old","state":"off","addresses":[{"name":"vip"}]}],"policies":[],"addresses":[{"name":"vip","ip-addr":"192.0.2.10","ports":[80,443],"log-prefix":"vip "}]}
        """#)

    static func statistics(_ parameters: RequestParameters) -> JSONValue {
        if case .named(let object) = parameters, object["cursor"] == "9.1" {
            return json(
                #"""
                {"revision":7,"farms":[{"name":"dns","connections":0,"packetsIn":0,"packetsOut":0,"bytesIn":0,"bytesOut":0,"backends":[]}]}
                """#)
        }
        return json(
            #"""
            {"revision":7,"cursor":"9.1","farms":[{"name":"web","connections":12,"packetsIn":90,"packetsOut":85,"bytesIn":7000,"bytesOut":123456789012,"backends":[{"name":"a","connections":12,"packetsIn":90,"packetsOut":85,"bytesIn":7000,"bytesOut":123456789012},{"name":"b","connections":0,"packetsIn":0,"packetsOut":0,"bytesIn":0,"bytesOut":0}]}]}
            """#)
    }

    static func standing(
        changes: Answer = .result(["revision": 8]), configuration: JSONValue = configuration
    ) throws -> ScriptedServer {
        try ScriptedServer { request in
            switch request.method {
            case "configuration.get": .result(["revision": 7, "configuration": configuration])
            case "configuration.apply": changes
            case "status.get": .result(status)
            case "statistics.get": .result(statistics(request.parameters))
            case "rpc.discover": .result(.object(RPCDiscover.document))
            default: .error(.methodNotFound(request.method))
            }
        }
    }

    /// The parameters of the last request, as text.
    var lastParameters: String {
        guard case .named(let object) = asked.last?.parameters else { return "" }
        return String(decoding: JSONValue.object(object).serialized(), as: UTF8.self)
    }
}

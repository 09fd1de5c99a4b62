// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol
import Foundation
import JSON
import ScriptedServer

/// A daemon that always says the same, as the real one would say it: what a scrape of it looks like is known to the byte.
enum FixedDaemon {
    static let statistics = #"""
        {"revision":7,"farms":[],"rows":[
        {"name":"web","mode":"snat","scheduler":"rr","families":["ipv4","ipv6"],"protocols":["tcp","udp"],
        "state":"up","operational":"degraded","since":1700000000,"counts":[30,300,200,45000,18446744073709551615],
        "limits":{"new":3,"backends":8,"unmetered":1},"backends":[
        ["a","up","up",5,20,200,150,30000,900000,8,17,"what a newer daemon says"],
        ["b\"\\","down","down",1,9,99,50,14000,7,null,2]]},
        {"name":"mail","mode":"dnat","scheduler":"maglev","families":[],"protocols":[],
        "state":"off","operational":"off","counts":[0,0,0,0,0],"backends":[]}],
        "policies":[{"name":"black","elements":3,"packets":40,"bytes":2400},
        {"name":"white","elements":0,"packets":0,"bytes":0}],
        "clusters":[{"name":"edge","node":"a","slots":500,"slotsInAll":1024,"foreignPackets":90,"foreignBytes":5400}],
        "service":{"started":1700000000,"memory":12345678,"clients":3,"changes":7,"lastChange":1700000100,
        "refusals":[{"kind":"invalid","count":2}],"driftsFound":1,"driftsRepaired":1,"helperRuns":4,"helperFailures":0,
        "bounds":[50,2500000],"requests":{"counts":[1,5,1],"sum":3000000},"commits":{"counts":[4,2,0],"sum":2500},
        "parts":[{"part":"switch","durations":{"counts":[6,0,0],"sum":130}}]}}
        """#

    static let service =
        #"{"name":"nftlbd","version":"9.8.7","apiVersion":1,"state":"ready","role":"reader"}"#

    /// Its results by method.
    static let results = [
        ServiceInfo.name: service, StatisticsGet.name: statistics,
    ]

    /// Listens; results of some methods may be others.
    static func make(_ others: [String: String] = [:]) throws -> ScriptedServer {
        let results = try results.merging(others) { $1 }.mapValues { try JSONValue(parsing: Array($0.utf8)) }
        return try ScriptedServer { request in
            results[request.method].map { .result($0) } ?? .error(.methodNotFound(request.method))
        }
    }
}

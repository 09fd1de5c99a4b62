// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import BalancerProtocol
import JSON
import ScriptedServer
import Synchronization
import Testing

@Suite("What is asked of the daemon", .timeLimit(.minutes(10)))
struct RequestTests {
    static func parameters(_ arguments: String..., input: String = "") throws -> String {
        let server = try ScriptedServer.standing()
        let run = try Program.run(arguments, socket: server.path, input: input)
        #expect(run.status == 0 && run.output == "revision 8\n" && run.errors == "", "\(arguments) \(run.errors)")
        #expect(server.asked.map(\.method) == ["configuration.apply"])
        return server.lastParameters
    }

    @Test("Assignments are converted as the rows of the attributes say")
    func set() throws {
        #expect(
            try Self.parameters(
                "farm", "set", "web", "virtual-addr=192.0.2.1", "virtual-ports=80,8080-8090", "intra-connect=true",
                "sched-param=srcip,srcport", "source-addr=")
                == #"{"changes":[{"set":{"farms":[{"name":"web","virtual-addr":"192.0.2.1","virtual-ports":[80,"8080-8090"],"intra-connect":true,"sched-param":["srcip","srcport"],"source-addr":""}]}}]}"#
        )
        #expect(
            try Self.parameters("backend", "set", "web", "a", "weight=5", "port=")
                == #"{"changes":[{"set":{"farms":[{"name":"web","backends":[{"name":"a","weight":5,"port":null}]}]}}]}"#
        )
        #expect(
            try Self.parameters("address", "set", "web", "v6", "ip-addr=2001:db8::1", "ports=443")
                == #"{"changes":[{"set":{"farms":[{"name":"web","addresses":[{"name":"v6","ip-addr":"2001:db8::1","ports":[443]}]}]}}]}"#
        )
        #expect(
            try Self.parameters("address", "set", "vip", "ip-addr=192.0.2.1", "ports=80,8080-8090", "protocol=all")
                == #"{"changes":[{"set":{"addresses":[{"name":"vip","ip-addr":"192.0.2.1","ports":[80,"8080-8090"],"protocol":"all"}]}}]}"#
        )
        #expect(
            try Self.parameters("address", "set", "web", "vip")
                == #"{"changes":[{"set":{"farms":[{"name":"web","addresses":[{"name":"vip"}]}]}}]}"#)
        #expect(
            try Self.parameters("backend", "set", "web", "a", "mark=255", "priority=2")
                == #"{"changes":[{"set":{"farms":[{"name":"web","backends":[{"name":"a","mark":255,"priority":2}]}]}}]}"#
        )
        #expect(
            try Self.parameters("farm", "set", "web", "counters=off", "persistence=srcip,srcport")
                == #"{"changes":[{"set":{"farms":[{"name":"web","counters":false,"persistence":["srcip","srcport"]}]}}]}"#
        )
        #expect(try Self.parameters("farm", "set", "web") == #"{"changes":[{"set":{"farms":[{"name":"web"}]}}]}"#)
    }

    @Test("Elements of policies come and go, from words and from files")
    func elements() throws {
        #expect(
            try Self.parameters("policy", "set", "p", "type=whitelist", "timeout=60")
                == #"{"changes":[{"set":{"policies":[{"name":"p","type":"whitelist","timeout":60}]}}]}"#)
        #expect(try Self.parameters("policy", "delete", "a/b") == #"{"changes":[{"delete":"/policies/a~1b"}]}"#)
        #expect(
            try Self.parameters("policy", "add-element", "p", "10.0.0.1", "10.0.0.0/8", "--time", "5")
                == #"{"changes":[{"add":"/policies/p/elements","elements":["10.0.0.1","10.0.0.0/8"],"time":5}]}"#)
        #expect(
            try Self.parameters("policy", "delete-element", "p", "10.0.0.0/8")
                == #"{"changes":[{"delete":"/policies/p/elements/10.0.0.0~18"}]}"#)
        let file = "# spam\n10.0.0.1 # one\n\n  2001:DB8::1\r\n10.0.0.0-10.255.255.255"
        #expect(
            try Self.parameters("policy", "load", "p", "-f", "-", input: file)
                == #"{"changes":[{"add":"/policies/p/elements","elements":["10.0.0.1","2001:db8::1","10.0.0.0/8"]}]}"#)
        #expect(
            try Self.parameters("policy", "load", "p", "-f", "-", "--remove", input: "10.0.0.1")
                == #"{"changes":[{"remove":"/policies/p/elements","elements":["10.0.0.1"]}]}"#)
        #expect(
            try Self.parameters("policy", "load", "p", "-f", "-", "--replace", input: "10.0.0.1\n")
                == #"{"changes":[{"delete":"/policies/p/elements"},{"add":"/policies/p/elements","elements":["10.0.0.1"]}]}"#
        )
    }

    @Test("Nodes and addresses of a cluster come and go; the node that this balancer is, is one of them")
    func cluster() throws {
        #expect(
            try Self.parameters("cluster", "set", "edge", "node=a")
                == #"{"changes":[{"set":{"clusters":[{"name":"edge","node":"a","nodes":[{"name":"a"}]}]}}]}"#)
        #expect(
            try Self.parameters("cluster", "set", "edge", "iface=eth0")
                == #"{"changes":[{"set":{"clusters":[{"name":"edge","iface":"eth0"}]}}]}"#)
        #expect(
            try Self.parameters("cluster", "set-node", "edge", "b", "state=down", "weight=2")
                == #"{"changes":[{"set":{"clusters":[{"name":"edge","nodes":[{"name":"b","state":"down","weight":2}]}]}}]}"#
        )
        #expect(
            try Self.parameters("cluster", "add-address", "edge", "192.0.2.1", "2001:db8::1")
                == #"{"changes":[{"set":{"clusters":[{"name":"edge","addresses":[{"ip-addr":"192.0.2.1"},{"ip-addr":"2001:db8::1"}]}]}}]}"#
        )
        #expect(
            try Self.parameters("cluster", "delete-address", "edge", "192.0.2.1")
                == #"{"changes":[{"delete":"/clusters/edge/addresses/192.0.2.1"}]}"#)
        #expect(
            try Self.parameters("cluster", "delete-node", "edge", "b")
                == #"{"changes":[{"delete":"/clusters/edge/nodes/b"}]}"#)
        #expect(
            try Self.parameters("cluster", "delete", "edge") == #"{"changes":[{"delete":"/clusters/edge"}]}"#)
    }

    @Test("A large file is sent in parts; a line that is no element is named before anything is sent")
    func files() throws {
        let server = try ScriptedServer.standing()
        let lines = (0..<25_000).map { "10.0.\($0 >> 8).\($0 & 255)" }
        let run = try Program.run(
            ["policy", "load", "p", "-f", "-"], socket: server.path, input: lines.joined(separator: "\n"))
        #expect(run.status == 0)
        #expect(server.asked.count == 3)
        let wrong = try Program.run(
            ["policy", "load", "p", "-f", "-"], socket: server.path, input: "10.0.0.1\nlocalhost\n")
        #expect(wrong.status == 5 && wrong.errors.contains("-:2: "), "\(wrong.errors)")
        #expect(server.asked.count == 3)
    }

    @Test("Names are escaped in paths")
    func delete() throws {
        #expect(try Self.parameters("farm", "delete", "a/b~c") == #"{"changes":[{"delete":"/farms/a~1b~0c"}]}"#)
        #expect(
            try Self.parameters("backend", "delete", "web", "a/b")
                == #"{"changes":[{"delete":"/farms/web/backends/a~1b"}]}"#)
        #expect(
            try Self.parameters("address", "delete", "web", "v4")
                == #"{"changes":[{"delete":"/farms/web/addresses/v4"}]}"#)
        #expect(try Self.parameters("address", "delete", "v/4") == #"{"changes":[{"delete":"/addresses/v~14"}]}"#)
    }

    @Test(
        "Words that name no address are usage errors",
        arguments: [
            ["address", "get"], ["address", "get", "a", "b", "c"], ["address", "delete", "a", "b", "c"],
            ["address", "set", "a", "b", "c"], ["address", "set", "a", "ports=80", "b"],
        ])
    func wrongWords(arguments: [String]) throws {
        let run = try Program.run(arguments)
        #expect(run.status == 2 && run.output == "", "\(run.errors)")
    }

    @Test("A file and its options; options stand before the noun and after the verb")
    func apply() throws {
        let file = #"{"farms":[{"name":"x","state":"off"}]}"#
        #expect(try Self.parameters("config", "apply", "-f", "-", input: file) == #"{"configuration":\#(file)}"#)
        #expect(
            try Self.parameters(
                "--timeout", "20s", "config", "apply", "--mode", "replace", "--if-revision", "7", "--comment", "why",
                "-f", "-", "--timeout=10s", input: file)
                == #"{"configuration":\#(file),"mode":"replace","ifRevision":7,"comment":"why"}"#)
    }

    @Test("A file of the C program is translated; what was taken for something else is said")
    func legacy() throws {
        let file = #"{"farms":[{"name":"x","virtual-addr":"192.0.2.1","virtual-ports":"80","scheduler":"fair"}]}"#
        let server = try ScriptedServer.standing()
        let run = try Program.run(["config", "apply", "-f", "-"], socket: server.path, input: file)
        #expect(run.status == 0 && run.output == "revision 8\n")
        #expect(run.errors.hasPrefix("warning: standard input: ") && run.errors.contains("'fair'"))
        #expect(server.lastParameters.contains(#""virtual-ports":[80]"#))
        let quiet = try Program.run(["config", "apply", "-q", "-f", "-"], socket: server.path, input: file)
        #expect(quiet.status == 0 && quiet.output == "" && quiet.errors == "")
    }

    @Test("newname in a file of the C program is a rename in the same request; what replaces all has none")
    func legacyRename() throws {
        let file = #"{"farms":[{"name":"web","newname":"shop","mark":"0x10"}]}"#
        #expect(
            try Self.parameters("config", "apply", "-f", "-", input: file)
                == #"{"changes":[{"set":{"farms":[{"name":"web","mark":16}]}},{"rename":"/farms/web","to":"shop"}]}"#)
        let replaced = try Program.run(["config", "apply", "--mode", "replace", "-f", "-"], input: file)
        #expect(replaced.status == 5 && replaced.errors.contains("/farms/web/newname"))
        #expect(try Program.run(["config", "check", "-f", "-"], input: file).status == 0)
    }

    @Test("A file of both dialects is refused")
    func mixed() throws {
        let file = #"{"farms":[{"name":"x","priority":"1","mark":0}]}"#
        let run = try Program.run(["config", "check", "-f", "-"], input: file)
        #expect(run.status == 5 && run.errors.hasPrefix("nftlbctl: standard input: "))
    }

    @Test("A dry run prints the transaction and nothing else")
    func dryRun() throws {
        let answer: JSONValue = ["revision": 7, "transaction": "add element ip nftlb x\n"]
        let server = try ScriptedServer.standing(changes: .result(answer))
        let run = try Program.run(["backend", "set", "web", "a", "state=off", "--dry-run"], socket: server.path)
        #expect(run.status == 0 && run.output == "add element ip nftlb x\n" && run.errors == "")
        #expect(server.lastParameters.hasSuffix(#""dryRun":true}"#))
        let json = try Program.run(["farm", "delete", "web", "--dry-run", "-o", "json"], socket: server.path)
        #expect(json.output == #"{"revision":7,"transaction":"add element ip nftlb x\n"}"# + "\n")
    }

    @Test("What a change prints")
    func printing() throws {
        let server = try ScriptedServer.standing()
        #expect(try Program.run(["farm", "delete", "web", "-q"], socket: server.path).output == "")
        #expect(try Program.run(["--quiet", "farm", "delete", "web"], socket: server.path).output == "")
        #expect(
            try Program.run(["farm", "delete", "web", "-o", "json"], socket: server.path).output == "{\"revision\":8}\n"
        )
    }

    @Test("call passes parameters by name and by position, and prints the bare result")
    func call() throws {
        let server = try ScriptedServer { request in
            switch request.parameters {
            case .none: .result("none")
            case .named(let object): .result(.object(object))
            case .positional(let values): .result(.array(values))
            }
        }
        #expect(try Program.run(["call", "m"], socket: server.path).output == "\"none\"\n")
        #expect(try Program.run(["call", "m", #"{"a": 1}"#], socket: server.path).output == "{\"a\":1}\n")
        #expect(try Program.run(["call", "m", "[1, 2]"], socket: server.path).output == "[1,2]\n")
        #expect(try Program.run(["call", "m", "-"], socket: server.path, input: "[3]").output == "[3]\n")
    }

    @Test("A listing is asked for in pages, and again when the revision changes in between")
    func pages() throws {
        let farms = (0..<5).map { JSONValue.object(["name": .string("f\($0)")]) }
        let asked = Mutex(0)
        let server = try ScriptedServer { request in
            let count = asked.withLock {
                $0 += 1
                return $0
            }
            guard case .named(let parameters) = request.parameters, let limit = parameters["limit"]?.integer else {
                return .error(.oversizedReply)
            }
            // Replies hold two farms at most; the third request finds another revision.
            guard limit < 3 else { return .error(.oversizedReply) }
            if count == 11 { return .error(RPCError(kind: .conflict, reason: "another revision")) }
            let start = parameters["cursor"]?.string.flatMap { Int($0.split(separator: ".")[2]) } ?? 0
            let page = Array(farms.dropFirst(start).prefix(Int(limit)))
            var result: JSONObject = ["revision": 3, "configuration": ["farms": .array(page), "policies": []]]
            if start + page.count < 5 { result.append("cursor", .string("3.farms.\(start + page.count)")) }
            return .result(.object(result))
        }
        let run = try Program.run(["farm", "list", "-o", "name"], socket: server.path)
        #expect(run.output == "f0\nf1\nf2\nf3\nf4\n")
        // From 1,000 down to 1 by halves, two pages, the conflict, and then all of it.
        #expect(server.asked.count > 11)
    }
}

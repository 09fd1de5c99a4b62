// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import BalancerProtocol
import JSON
import ScriptedServer
import Testing

@Suite("What is printed", .timeLimit(.minutes(10)))
struct PrintingTests {
    static func output(_ arguments: String..., environment: [String: String] = [:]) throws -> String {
        let server = try ScriptedServer.standing()
        let run = try Program.run(arguments, socket: server.path, environment: environment)
        #expect(run.status == 0 && run.errors == "", "\(arguments) \(run.errors)")
        return run.output
    }

    @Test("Farms")
    func farms() throws {
        #expect(
            try Self.output("farm", "list") == """
                FARM  STATE  MODE  SCHEDULER  ADDRESSES                    BACKENDS
                web   up     snat  rr         tcp/192.0.2.10:80,8080-8090  2
                dns   down   snat  weight     udp/[2001:db8::53]:53        0

                """)
        #expect(try Self.output("farm", "list", "-o", "name") == "web\ndns\n")
        let json = try Self.output("farm", "list", "--output=json")
        #expect(json.hasPrefix(#"[{"name":"web","addresses":[{"name":"v4","#) && json.hasSuffix("}]\n"))
        #expect(json.filter { $0 == "\n" }.count == 1)
    }

    @Test("One farm")
    func farm() throws {
        let text = try Self.output("farm", "get", "dns")
        #expect(text.contains("scheduler                 weight\n"))
        #expect(
            text.contains("ADDRESS  FAMILY  IP-ADDR       PORTS  PROTOCOL\nv6       ipv6    2001:db8::53  53     udp\n")
        )
        #expect(
            try Self.output("-o", "json", "farm", "get", "dns")
                == #"{"name":"dns","addresses":[{"name":"v6","family":"ipv6","ip-addr":"2001:db8::53","ports":[53],"protocol":"udp"}],"scheduler":"weight","state":"down"}"#
                + "\n")
    }

    @Test("Backends and addresses, of one farm and of all")
    func members() throws {
        #expect(
            try Self.output("backend", "list", "web") == """
                BACKEND  IP-ADDR       PORT  WEIGHT  STATE
                a        198.51.100.1  8080  1       up
                b        198.51.100.2        5       off

                """)
        #expect(try Self.output("backend", "list", "-o", "name") == "web/a\nweb/b\n")
        #expect(try Self.output("backend", "list", "web", "-o", "name") == "a\nb\n")
        #expect(
            try Self.output("address", "list") == """
                FARM  ADDRESS  FAMILY  IP-ADDR       PORTS         PROTOCOL
                web   v4       ipv4    192.0.2.10    80,8080-8090  tcp
                dns   v6       ipv6    2001:db8::53  53            udp

                """)
        #expect(
            try Self.output("backend", "get", "web", "b", "-o", "json")
                == #"{"name":"b","ip-addr":"198.51.100.2","weight":5,"state":"off"}"# + "\n")
    }

    @Test("Addresses outside of farms, and what farms take from them")
    func sharedAddresses() throws {
        let server = try ScriptedServer.standing(configuration: ScriptedServer.sharing)
        func output(_ arguments: String...) throws -> String {
            let run = try Program.run(arguments, socket: server.path)
            #expect(run.status == 0 && run.errors == "", "\(arguments) \(run.errors)")
            return run.output
        }
        #expect(
            try output("address", "list") == """
                FARM  ADDRESS  FAMILY  IP-ADDR       PORTS   PROTOCOL
                      vip      ipv4    192.0.2.10    80,443  tcp
                web   vip      ipv4    192.0.2.10    80,443  tcp
                web   v6       ipv6    2001:db8::10  80      tcp
                old   vip      ipv4    192.0.2.10    80,443  tcp

                """)
        #expect(try output("address", "list", "-o", "name") == "vip\nweb/vip\nweb/v6\nold/vip\n")
        #expect(
            try output("address", "list", "-o", "json").hasPrefix(
                #"[{"name":"vip","ip-addr":"192.0.2.10","ports":[80,443],"log-prefix":"vip "},{"farm":"web","name":"vip"},"#
            ))
        #expect(try output("address", "list", "old", "-o", "name") == "vip\n")
        #expect(try output("farm", "list").contains("old   off    snat  rr         tcp/192.0.2.10:80,443"))
        #expect(try output("farm", "get", "old").contains("vip      ipv4    192.0.2.10  80,443  tcp"))
        #expect(try output("address", "get", "vip").contains("log-prefix   vip \n"))
        #expect(try output("address", "get", "web", "vip").contains("ports        80,443\n"))
        #expect(try output("address", "get", "web", "vip", "-o", "json") == "{\"name\":\"vip\"}\n")
        let unknown = try Program.run(["address", "get", "v6"], socket: server.path)
        #expect(unknown.status == 4 && unknown.errors.contains("address get FARM v6"))
    }

    @Test("The status, all of it or of some farms")
    func status() throws {
        #expect(
            try Self.output("status") == """
                ready, revision 7

                FARM  BACKEND  STATE  OPERATIONAL  SINCE  REASON
                web            up     degraded            1 of 2 backends is not up
                      a        up     up
                      b        off    off
                dns            down   down

                """)
        #expect(
            try Self.output("status", "dns", "-o", "json")
                == #"{"revision":7,"state":"ready","farms":[{"name":"dns","state":"down","operational":"down","reason":"","backends":[]}]}"#
                + "\n")
    }

    @Test("The statistics, page after page")
    func statistics() throws {
        #expect(
            try Self.output("stats") == """
                FARM  BACKEND  CONNECTIONS  PACKETS-IN  PACKETS-OUT  BYTES-IN  BYTES-OUT
                web            12           90          85           7000      123456789012
                      a        12           90          85           7000      123456789012
                      b        0            0           0            0         0
                dns            0            0           0            0         0

                """)
        #expect(try Self.output("stats", "-o", "name") == "web\ndns\n")
        #expect(
            try Self.output("stats", "-o", "json").hasSuffix(
                #"{"name":"dns","connections":0,"packetsIn":0,"packetsOut":0,"bytesIn":0,"bytesOut":0,"backends":[]}]}"#
                    + "\n"))
        let server = try ScriptedServer.standing()
        #expect(try Program.run(["stats", "web", "dns"], socket: server.path).status == 0)
        #expect(server.lastParameters == #"{"limit":1000,"cursor":"9.1"}"#)
        guard case .named(let first) = server.asked.first?.parameters else { throw Unexpected() }
        #expect(first["farms"] == ["web", "dns"])
    }

    struct Unexpected: Error {}

    @Test("Colours where they are wanted only")
    func colours() throws {
        #expect(try Self.output("status", environment: ["TERM": "xterm"]).contains("\u{1b}") == false)
        #expect(try Self.output("status", environment: ["FORCE_COLOR": "1"]).contains("\u{1b}[32mup\u{1b}[0m"))
        let both = ["FORCE_COLOR": "1", "NO_COLOR": "1"]
        #expect(try Self.output("status", environment: both).contains("\u{1b}") == false)
    }

    @Test("The configuration is what config apply takes")
    func configuration() throws {
        let text = try Self.output("config", "get", "-o", "json")
        #expect(try JSONValue(parsing: Array(text.utf8)) == ScriptedServer.configuration)
        #expect(try Self.output("config", "get").hasPrefix("{\n  \"farms\": ["))
        #expect(try Self.output("config", "get", "-o", "name") == "web\ndns\n")
    }

    @Test("The protocol by its own words")
    func describe() throws {
        #expect(
            try Self.output("describe", "-o", "name").split(separator: "\n") == MethodCatalog.all.map { $0.name[...] })
        #expect(try Self.output("describe", "configuration.apply").contains("ifRevision"))
        #expect(try Self.output("describe").hasPrefix("METHOD"))
    }

    @Test("Text from elsewhere cannot move the cursor")
    func control() throws {
        let error = RPCError(kind: .invalid, reason: "bad\u{7}\u{8}name")
        let server = try ScriptedServer.standing(changes: .error(error))
        let run = try Program.run(["farm", "delete", "x"], socket: server.path)
        #expect(run.errors == "nftlbctl: bad\\u{7}\\u{8}name\n")
    }
}

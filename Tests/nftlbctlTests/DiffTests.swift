// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ScriptedServer
import Testing

@Suite("config diff", .timeLimit(.minutes(10)))
struct DiffTests {
    static func lines(_ file: String, _ more: String...) throws -> [String] {
        let server = try ScriptedServer.standing()
        let run = try Program.run(["config", "diff", "-f", "-"] + more, socket: server.path, input: file)
        #expect(run.errors == "")
        #expect(run.status == (run.output.isEmpty ? 0 : 1))
        return run.output.split(separator: "\n").map(String.init)
    }

    @Test("Names what differs: objects and attributes")
    func merge() throws {
        let file = #"""
            {"farms":[{"name":"web","scheduler":"weight","source-addr":"192.0.2.9","backends":[{"name":"b","weight":1},{"name":"c","ip-addr":"198.51.100.3"}],"addresses":[{"name":"v4","ports":[80]}]},{"name":"new"}]}
            """#
        #expect(
            try Self.lines(file) == [
                "farm web: scheduler rr -> weight",
                "farm web: source-addr (none) -> 192.0.2.9",
                "farm web: address v4 ports 80,8080-8090 -> 80",
                "farm web: backend b weight 5 -> 1",
                "farm web: backend c added",
                "farm new added",
            ])
    }

    @Test("A shared address differs once, whoever has it")
    func sharedAddress() throws {
        let server = try ScriptedServer.standing(configuration: ScriptedServer.sharing)
        let file = #"{"addresses":[{"name":"vip","ports":[80]},{"name":"new"}]}"#
        let run = try Program.run(["config", "diff", "-f", "-"], socket: server.path, input: file)
        #expect(run.status == 1 && run.errors == "")
        #expect(run.output == "address vip: ports 80,443 -> 80\naddress new added\n")
    }

    @Test("A rename of the C program's dialect")
    func rename() throws {
        #expect(
            try Self.lines(#"{"farms":[{"name":"dns","newname":"names","persist-ttl":"60"}]}"#) == [
                "farm names: name dns -> names"
            ])
    }

    @Test("With replace, also what the file lacks")
    func replace() throws {
        let file = #"""
            {"farms":[{"name":"web","addresses":[{"name":"v4","ip-addr":"192.0.2.10","ports":[80,"8080-8090"]}],"backends":[{"name":"b","ip-addr":"198.51.100.2"}]}]}
            """#
        let lines = try Self.lines(file, "--mode", "replace")
        #expect(
            lines == [
                "farm dns deleted",
                "farm web: backend a deleted",
                "farm web: backend b weight 5 -> 1",
                "farm web: backend b state off -> up",
            ])
        #expect(try Self.lines(file, "--mode", "replace", "-o", "name") == ["farm dns", "farm web"])
        #expect(
            try Self.lines(file, "--mode", "replace", "-o", "json")[0].contains(
                #"{"path":"/farms/web/backends/b/weight","before":5,"after":1}"#))
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import BalancerProtocol
import Foundation
import ScriptedServer
import Testing

@Suite("Exit statuses", .timeLimit(.minutes(10)))
struct ExitStatusTests {
    @Test(
        "By the kind of the daemon's error",
        arguments: [
            (ErrorKind.invalid, 5), (.unsupported, 5), (.limit, 5), (.notFound, 4), (.notPermitted, 6), (.conflict, 7),
            (.busy, 8), (.refusedByKernel, 9), (.storage, 1),
        ] as [(ErrorKind, Int32)])
    func kinds(kind: ErrorKind, status: Int32) throws {
        let path = try ObjectPath(parsing: "/farms/web")
        let error = RPCError(BalancerError(kind: kind, path: path, reason: "because", hint: "do this"))
        let server = try ScriptedServer.standing(changes: .error(error))
        let run = try Program.run(["farm", "delete", "web"], socket: server.path)
        #expect(run.status == status && run.output == "")
        #expect(run.errors == "nftlbctl: /farms/web: because\nhint: do this\n")
    }

    @Test("Every kind is tested")
    func complete() {
        #expect(ErrorKind.allCases.count == 9)
    }

    @Test(
        "2: wrong usage",
        arguments: [
            ["nonsense"], ["farm", "nonsense"], ["farm", "get"], ["farm", "list", "--nonsense"],
            ["--output", "xml", "status"],
            ["farm", "set", "web", "weight"], ["farm", "list", "--timeout", "soon"], ["config", "apply"],
            ["config", "apply", "-f", "-", "--mode", "some"], ["config", "diff"], ["call"], ["call", "m", "nonsense"],
            ["call", "m", "5"], ["completion", "tcsh"], ["policy", "load", "p"],
            ["policy", "load", "p", "-f", "-", "--replace", "--remove"], ["config", "rollback"], ["wait", "farm"],
        ])
    func usage(arguments: [String]) throws {
        let run = try Program.run(arguments)
        #expect(run.status == 2 && run.output == "" && run.errors.isEmpty == false)
    }

    @Test(
        "0: help and the version, on standard output",
        arguments: [["--help"], ["farm", "set", "--help"], ["--version"]])
    func help(arguments: [String]) throws {
        let run = try Program.run(arguments)
        #expect(run.status == 0 && run.output.isEmpty == false && run.errors == "")
    }

    @Test(
        "3: no daemon",
        arguments: [
            ["farm", "list"], ["farm", "delete", "web"], ["status"], ["call", "service.info"], ["describe"],
            ["--socket", "/nowhere/else", "status"], ["status", "--socket", "/nowhere/else"],
        ])
    func noDaemon(arguments: [String]) throws {
        let run = try Program.run(arguments)
        #expect(run.status == 3 && run.output == "" && run.errors.contains("/nowhere/"))
    }

    @Test(
        "1: what is printed gets lost, be it on a full disk or because there is nowhere to print to",
        arguments: [">/dev/full", ">&-"],
        [["config", "get"], ["config", "get", "-o", "json"], ["--help"], ["status"]])
    func lost(redirection: String, arguments: [String]) throws {
        let server = try ScriptedServer.standing()
        let run = try Program.run(
            ["-c", #""$0" "$@" \#(redirection)"#, Program.path.path] + arguments, program: URL(filePath: "/bin/sh"),
            socket: server.path)
        #expect(run.status == 1 && run.errors.contains("cannot write the output"), "\(run)")
    }

    @Test("4: no such object, also where the daemon was not asked for it")
    func notFound() throws {
        let server = try ScriptedServer.standing()
        for arguments in [
            ["farm", "get", "nobody"], ["backend", "get", "web", "nobody"], ["backend", "get", "nobody", "a"],
            ["backend", "list", "nobody"], ["address", "get", "web", "v9"], ["status", "nobody"],
            ["describe", "no.thing"],
        ] {
            let run = try Program.run(arguments, socket: server.path)
            #expect(run.status == 4 && run.output == "", "\(arguments) \(run.errors)")
        }
    }

    @Test("5: what the rows of the attributes refuse, without asking")
    func refused() throws {
        let server = try ScriptedServer.standing()
        for arguments in [
            ["farm", "set", "web", "colour=red"], ["backend", "set", "web", "a", "weight=much"],
            ["farm", "set", "web", "intra-connect=maybe"], ["farm", "set", "web", "name=x"],
            ["backend", "set", "web", "a", "weight=1", "weight=2"], ["farm", "set", "web", "backends=a"],
        ] {
            let run = try Program.run(arguments, socket: server.path)
            #expect(run.status == 5 && run.errors.contains("nftlbctl: /farms/web/"), "\(arguments) \(run.errors)")
        }
        #expect(server.asked.isEmpty)
    }

    @Test("8: no answer in time")
    func timeOut() throws {
        let server = try ScriptedServer { _ in .silence }
        #expect(try Program.run(["status", "--timeout", "50ms"], socket: server.path).status == 8)
        #expect(try Program.run(["--timeout", "50ms", "config", "get"], socket: server.path).status == 8)
    }

    @Test("1: the daemon goes away, or is none, or does not have the method")
    func failed() throws {
        let hangsUp = try ScriptedServer { _ in .hangUp }
        #expect(try Program.run(["status"], socket: hangsUp.path).status == 1)
        let talksOtherwise = try ScriptedServer { _ in .bytes(Array("220 mail ESMTP\r\n".utf8)) }
        #expect(try Program.run(["status"], socket: talksOtherwise.path).status == 1)
        let server = try ScriptedServer.standing()
        #expect(try Program.run(["call", "no.thing"], socket: server.path).status == 1)
    }

    @Test("config diff: 0 equal, 1 different, above 1 an error")
    func difference() throws {
        let server = try ScriptedServer.standing()
        func status(_ input: String, _ more: [String] = []) throws -> Int32 {
            try Program.run(["config", "diff", "-f", "-"] + more, socket: server.path, input: input).status
        }
        #expect(try status("{}") == 0)
        #expect(try status(#"{"farms":[{"name":"web","mode":"snat"}]}"#) == 0)
        #expect(try status(#"{"farms":[{"name":"web","mode":"dnat"}]}"#) == 1)
        #expect(try status("{}", ["--mode", "replace"]) == 1)
        #expect(try status("{") == 5)
        #expect(try status(#"{"farms":[{"name":"web","mode":"magic"}]}"#) == 5)
        #expect(try Program.run(["config", "diff", "-f", "/nowhere/file"], socket: server.path).status == 2)
        #expect(try Program.run(["config", "diff", "-f", "-"], input: "{}").status == 3)
    }

    @Test("config check: 0 or 5, without a daemon")
    func check() throws {
        func status(_ input: String) throws -> Int32 {
            try Program.run(["config", "check", "-f", "-"], input: input).status
        }
        #expect(try status("{}") == 0)
        #expect(try status(#"{"farms":[{"name":"web"}]}"#) == 0)
        for wrong in [
            "", "[]", "{", #"{"farms":{}}"#, #"{"farms":[{"name":"a b\""}]}"#, #"{"farms":[{"name":"a","colour":1}]}"#,
        ] {
            #expect(try status(wrong) == 5, "\(wrong)")
        }
        #expect(try Program.run(["config", "check", "-f", "/nowhere/file"]).status == 1)
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import BalancerProtocol
import BalancerServer
import Foundation
import Testing

@testable import nftlbd

@Suite("Options")
struct OptionsTests {
    func parse(_ arguments: String..., state: String? = nil) throws(UsageError) -> Options {
        try Options(arguments: arguments) { $0 == "STATE_DIRECTORY" ? state : nil }
    }

    @Test("Without arguments: the defaults of the contract")
    func defaults() throws {
        let options = try parse()
        #expect(options.action == .serve)
        #expect(options.socket == "/run/nftlb/nftlb.sock")
        #expect(options.readOnlySocket == "/run/nftlb/nftlb-ro.sock")
        #expect(options.stateDirectory == "/var/lib/nftlb")
        #expect(options.configuration == nil && options.helper == nil && !options.adopt)
    }

    @Test("Values come behind a space or an equals sign")
    func values() throws {
        let options = try parse(
            "--socket", "/a", "--read-only-socket=/b", "--state-directory", "-", "--configuration=x=y", "--adopt",
            "--nft-helper", "/h")
        #expect(options.socket == "/a" && options.readOnlySocket == "/b" && options.stateDirectory == "-")
        #expect(options.configuration == "x=y" && options.adopt && options.helper == "/h")
    }

    @Test("The state directory: the option, then the first of $STATE_DIRECTORY, then the default")
    func stateDirectory() throws {
        #expect(try parse(state: "/s").stateDirectory == "/s")
        #expect(try parse(state: "/s:/t").stateDirectory == "/s")
        #expect(try parse(state: "").stateDirectory == "/var/lib/nftlb")
        #expect(try parse("--state-directory", "/o", state: "/s").stateDirectory == "/o")
    }

    @Test("Actions, and which of them wins")
    func actions() throws {
        #expect(try parse("--once").action == .once)
        #expect(try parse("--check", "--configuration", "f").action == .check)
        #expect(try parse("--version").action == .version)
        #expect(try parse("-h").action == .help)
        #expect(try parse("--help", "--version", "--once").action == .help)
        #expect(try parse("--once", "--version").action == .version)
    }

    @Test(
        "What makes no sense is named",
        arguments: [
            (["--bogus"], "--bogus"), (["file"], "file"), (["--socket"], "--socket"), (["--socket="], "--socket"),
            (["--once=1"], "--once"), (["--adopt", "--adopt"], "twice"), (["--check"], "--configuration"),
            (["--check", "--once", "--configuration", "f"], "exclude"), ([""], ""), (["--", "--once"], "--"),
        ])
    func refused(arguments: [String], word: String) {
        do throws(UsageError) {
            _ = try Options(arguments: arguments) { _ in nil }
            Issue.record("accepted")
        } catch {
            #expect(word.isEmpty || error.reason.contains(word), "\(error.reason)")
        }
    }

    @Test("Roles of users and groups, by name or number, as many as one likes")
    func roles() throws {
        let options = try parse(
            "--role", "operator=group:0", "--role=administrator=user:root", "--role", "reader=user:7")
        #expect(options.roles.map(\.subject) == [.group("0"), .user("root"), .user("7")])
        var table = Authorization(daemonUser: 900, daemonGroup: 900)
        for grant in options.roles { try grant.add(to: &table) }
        #expect(table.groups == [900: .administrator, 0: .operator])
        #expect(table.users == [0: .administrator, 900: .administrator, 7: .reader])
        let unknown = try parse("--role", "operator=user:no such user")
        #expect(throws: Failure.self) { try unknown.roles[0].add(to: &table) }
    }

    @Test(
        "What is no role is named",
        arguments: [
            "", "operator", "boss=user:root", "operator=root", "operator=host:a", "operator=user:", "=user:root",
        ])
    func refusedRoles(text: String) {
        do throws(UsageError) {
            _ = try Options(arguments: ["--role", text]) { _ in nil }
            Issue.record("accepted")
        } catch {
            #expect(error.reason.contains("--role"), "\(error.reason)")
        }
    }

    @Test("The help has every option, and nothing is longer than a line of a terminal but one")
    func help() {
        for option in Option.all {
            #expect(!option.help.isEmpty)
            for name in option.names { #expect(Options.helpText.contains(name)) }
        }
        for line in Options.helpText.split(separator: "\n") { #expect(line.utf8.count <= 120, "\(line)") }
    }

    @Test("The manual page has every option, and the version")
    func manual() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
        let page = try String(contentsOf: root.appending(path: "Packaging/man/nftlbd.8"), encoding: .utf8)
        for option in Option.all {
            for name in option.names {
                #expect(page.contains(name.replacing("-", with: "\\-")), "\(name)")
            }
        }
        #expect(page.contains("\"nftlb \(Version.text)\""))
    }
}

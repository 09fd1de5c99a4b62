// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

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

    @Test("The help has every option, and nothing is longer than a line of a terminal but one")
    func help() {
        for option in Option.all {
            #expect(!option.help.isEmpty)
            for name in option.names { #expect(Options.helpText.contains(name)) }
        }
        for line in Options.helpText.split(separator: "\n") { #expect(line.utf8.count <= 120, "\(line)") }
    }
}

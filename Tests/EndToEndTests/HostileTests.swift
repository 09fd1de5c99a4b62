// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// What no honest client sends: an error that names the place, no change in kernel or store, and the daemon serves on.
@Suite("Hostile input", .requiresKernel, .serialized)
struct HostileTests {
    static let service = Endpoint("192.0.2.1", 80)

    /// A daemon with one farm that carries traffic, and what must be the same afterwards.
    private struct Scene {
        let lab: Lab
        let daemon: Daemon
        let generation: UInt32
        let configuration: String
        let revision: Int

        init() throws {
            lab = try Lab()
            daemon = try Daemon(on: lab)
            revision = try daemon.apply(farms: [
                Declared.farm("f", at: HostileTests.service, backends: Declared.backends())
            ])
            generation = try lab.balancer.generation()
            configuration = try daemon.configuration()
        }

        func expectUntouched(_ comment: Comment, sourceLocation: SourceLocation = #_sourceLocation) throws {
            #expect(daemon.isRunning, comment, sourceLocation: sourceLocation)
            let now = try daemon.remote().call("configuration.get")
            #expect(now["configuration"].description == configuration, comment, sourceLocation: sourceLocation)
            #expect(now["revision"].integer == revision, comment, sourceLocation: sourceLocation)
            #expect(try lab.balancer.generation() == generation, comment, sourceLocation: sourceLocation)
        }

        func expectTraffic() throws {
            #expect(try lab.spread(61, to: HostileTests.service).count == 3)
        }
    }

    static let names = [
        "", "quote\"quote", "apostrophe'", "new\nline", "carriage\rreturn", "nul\u{0}nul", "tab\t", "\u{7f}",
        "\u{1b}[31m",
        String(repeating: "x", count: 256), String(repeating: "é", count: 128), "\"; flush ruleset; \"", "a\\\"b",
    ]

    /// Legal, however they look: they reach the kernel as numbers and the store as bytes.
    static let strangeNames = [
        "; flush ruleset;", "{ } }", "$(reboot)", "`id`", "../../etc/passwd", "a/b~c", "%s%n", "-rf", "名前", "𝕏",
        "delete table ip nftlb", "' '".replacing("'", with: ""), String(repeating: "y", count: 255), "#comment", "\\",
    ]

    @Test("Names with quotes, control characters, nothing or too much are refused with their path")
    func refusedNames() throws {
        let scene = try Scene()
        for name in Self.names {
            let farm = Declared.farm(name, at: Endpoint("192.0.2.2", 80), backends: [])
            let refusal = try scene.daemon.refusal(of: [farm])
            let error = try #require(refusal, "\(name.debugDescription)")
            #expect(error.kind == "invalid", "\(name.debugDescription) \(error)")
            #expect(error.path?.hasPrefix("/farms") == true, "\(name.debugDescription) \(error)")
            let backend: Declared.Object = ["name": "f", "backends": [["name": name, "ip-addr": "10.0.0.1"]]]
            let inside = try scene.daemon.refusal(of: [backend])
            let inner = try #require(inside)
            #expect(inner.kind == "invalid" && inner.path?.hasPrefix("/farms/f/backends") == true, "\(inner)")
        }
        try scene.expectUntouched("names")
        try scene.expectTraffic()
    }

    @Test("Strange but legal names are stored as they are and do no harm (defect 8.1.6)")
    func strangeNames() throws {
        let scene = try Scene()
        for (number, name) in Self.strangeNames.enumerated() {
            let target = Endpoint("192.0.2.\(10 + number)", 80)
            var farm = Declared.farm(name, at: target, backends: [])
            farm["backends"] = [Declared.backend(1, ["name": name])]
            try scene.daemon.apply(farms: [farm])
            #expect(try scene.lab.spread(1, to: target) == ["b1": 1], "\(name)")
        }
        scene.daemon.stop()
        try scene.daemon.start()
        let farms = try scene.daemon.remote().call("configuration.get")["configuration"]["farms"].array
        #expect(farms.compactMap { $0["name"].string } == ["f"] + Self.strangeNames)
        for name in Self.strangeNames {
            let path = name.replacing("~", with: "~0").replacing("/", with: "~1")
            try scene.daemon.delete("/farms/\(path)")
        }
        try scene.expectTraffic()
    }

    @Test("Ten megabytes of a name, of farms, of nesting")
    func large() throws {
        let scene = try Scene()
        let refusal = try scene.daemon.refusal(of: [["name": String(repeating: "n", count: 10_000_000)]])
        let error = try #require(refusal)
        #expect(error.kind == "invalid")
        #expect("\(error)".utf8.count < 10_000, "an error does not repeat ten megabytes")
        let remote = try scene.daemon.remote()
        try remote.send(frame: Data(String(repeating: "[", count: 10_000_000).utf8))
        #expect(try remote.receive()["error"]["code"].integer == -32700)
        try remote.send(frame: Data(count: 10_000_000))
        #expect(try remote.receive()["error"]["code"].integer == -32700)
        #expect(try remote.call("service.info")["version"].string != nil)
        try scene.expectUntouched("10 MB")
        try scene.expectTraffic()
    }

    @Test("Frames that are too long are answered, and the connection lives")
    func oversized() throws {
        let scene = try Scene()
        for (path, length) in [(scene.daemon.socket, 64 << 20), (scene.daemon.readOnlySocket, 64 << 10)] {
            let remote = try Remote(path)
            let header = (0..<4).map { UInt8(truncatingIfNeeded: (length + 1) >> (24 - 8 * $0)) }
            try remote.send(raw: Data(header))
            let piece = Data(repeating: 0x20, count: 1 << 16)
            for _ in 0..<(length >> 16) { try remote.send(raw: piece) }
            try remote.send(raw: Data([0x20]))
            let answer = try remote.receive()
            #expect(answer["error"].isMissing == false && answer["id"].isMissing)
            #expect(try remote.call("service.info")["version"].string != nil)
        }
        try scene.expectUntouched("oversized")
    }

    static let messages: [(text: String, code: Int)] = [
        ("", -32700), ("{", -32700), ("[]", -32600), ("1", -32600), ("{}", -32600), ("null", -32600),
        (#"{"jsonrpc": "1.0", "id": 1, "method": "service.info"}"#, -32600),
        (#"{"jsonrpc": "2.0", "id": {}, "method": "service.info"}"#, -32600),
        (#"{"jsonrpc": "2.0", "id": 1, "method": "no.such"}"#, -32601),
        (#"{"jsonrpc": "2.0", "id": 1, "method": "service.info", "params": {"x": 1}}"#, -32602),
        (#"{"jsonrpc": "2.0", "id": 1, "method": "service.info", "params": 5}"#, -32600),
        (#"{"jsonrpc": "2.0", "id": 1, "id": 2, "method": "service.info"}"#, -32700),
        ("\u{feff}{}", -32700), (#"{"a": 1} x"#, -32700), (#""\ud800""#, -32700), ("[1,]", -32700), ("01", -32700),
    ]

    @Test("Messages that are none")
    func messages() throws {
        let scene = try Scene()
        let remote = try scene.daemon.remote()
        for (text, code) in Self.messages {
            try remote.send(frame: Data(text.utf8))
            #expect(try remote.receive()["error"]["code"].integer == code, "\(text)")
        }
        try remote.send(frame: Data([0xff, 0xfe, 0x00]))
        #expect(try remote.receive()["error"]["code"].integer == -32700)
        #expect(try remote.call("service.info")["version"].string != nil)
        try scene.expectUntouched("messages")
    }

    @Test("Configurations that are wrong somewhere: the path says where")
    func configurations() throws {
        let scene = try Scene()
        let wrong: [(Declared.Object, String)] = [
            (["name": "f", "backends": [["name": "b1", "weight": 0]]], "/farms/f/backends/b1/weight"),
            (
                ["name": "f", "backends": [["name": "b1", "weight": "5"], ["name": "b2", "weight": 5]]],
                "/farms/f/backends/b1/weight"
            ),
            (["name": "f", "backends": [["name": "b1", "port": 65536]]], "/farms/f/backends/b1/port"),
            (["name": "f", "backends": [["name": "b1", "ip-addr": "10.0.0.256"]]], "/farms/f/backends/b1/ip-addr"),
            (["name": "f", "mode": "magic"], "/farms/f/mode"),
            (["name": "f", "unknown": true], "/farms/f/unknown"),
            (["name": "f", "scheduler": ["rr"]], "/farms/f/scheduler"),
            (["name": "f", "family": "dual"], "/farms/f/family"),
            (["name": "f", "log-prefix": "a\"b", "priority": 1], "/farms/f/log-prefix"),
        ]
        for (farm, path) in wrong {
            let error = try scene.daemon.refusal(of: [farm])
            #expect(error?.path == path, "\(error.debugDescription)")
            #expect(error?.kind == "invalid" || error?.kind == "unsupported", "\(error.debugDescription)")
        }
        let error = try scene.daemon.refusal(of: [
            Declared.farm("f", at: Endpoint("192.0.2.7", 80), backends: [], ["flow-offload": true])
        ])
        #expect(error?.kind == "unsupported" && error?.path == "/farms/f/flow-offload", "\(error.debugDescription)")
        // One wrong farm takes nothing of the same change with it into the kernel.
        let half = try scene.daemon.refusal(of: [
            Declared.farm("good", at: Endpoint("192.0.2.7", 80), backends: []), ["name": "bad", "mode": "magic"],
        ])
        #expect(half?.path == "/farms/bad/mode")
        try scene.expectUntouched("configurations")
    }

    @Test("Generated bytes: whatever comes, the daemon serves on", arguments: [1, 2, 3] as [UInt64])
    func generated(seed: UInt64) throws {
        let scene = try Scene()
        var random = SplitMix(state: seed)
        let valid = Array(
            #"{"jsonrpc":"2.0","id":7,"method":"configuration.apply","params":{"configuration":{"farms":[{"name":"f","backends":[{"name":"b1","weight":-1}]}]}}}"#
                .utf8)
        for _ in 0..<300 {
            var bytes = valid
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                if bytes.isEmpty { bytes = valid }
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(contentsOf: bytes[place...].prefix(9), at: place)
                default: bytes = Array(bytes[..<place]) + [UInt8(ascii: "}")]
                }
            }
            let remote = try scene.daemon.remote()
            // Sometimes the length is wrong too, and the connection ends in the middle.
            if Bool.random(using: &random) {
                try remote.send(frame: Data(bytes))
            } else {
                try remote.send(
                    raw: Data(
                        [0, 0, UInt8.random(in: 0...1, using: &random), UInt8(truncatingIfNeeded: bytes.count)] + bytes)
                )
            }
        }
        _ = try scene.daemon.remote().call("service.info")
        try scene.expectTraffic()
        #expect(scene.daemon.isRunning)
    }

    @Test("A change through the read-only socket is not permitted")
    func readOnly() throws {
        let scene = try Scene()
        let remote = try Remote(scene.daemon.readOnlySocket)
        #expect(try remote.call("status.get")["farms"][0]["name"].string == "f")
        let error = #expect(throws: RemoteError.self) {
            try remote.call("configuration.apply", ["changes": [["delete": "/farms/f"]]])
        }
        #expect(error?.kind == "not-permitted")
        try scene.expectUntouched("read only")
    }
}

/// A small generator with a seed (Steele, Lea, Flood: SplitMix64).
struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

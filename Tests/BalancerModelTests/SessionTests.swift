// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON
import Testing

@Suite("Static sessions")
struct SessionTests {
    private func path(_ text: String) throws -> ObjectPath { try ObjectPath(parsing: text) }
    private func set(_ text: String) throws -> Change { .set(try document(text)) }

    /// A farm of both families with a backend of each.
    private func base(_ persistence: String, _ sessions: String) throws -> Configuration {
        try configuration(Self.farm(persistence, sessions))
    }

    private static func farm(_ persistence: String, _ sessions: String) -> String {
        """
        {"farms": [{"name": "f", "persistence": \(persistence),
          "addresses": [{"name": "v4", "ip-addr": "10.0.0.1", "ports": [80]},
                        {"name": "v6", "ip-addr": "fd00::1", "ports": [80]}],
          "backends": [{"name": "b4", "ip-addr": "192.0.2.1"}, {"name": "b6", "ip-addr": "2001:db8::1"}],
          "sessions": \(sessions)}]}
        """
    }

    @Test("The client of every combination of fields is understood", arguments: 1..<64)
    func fields(mask: Int) throws {
        let fields = PacketField.allCases.enumerated().filter { mask >> $0.offset & 1 == 1 }.map(\.element)
        for (family, addresses) in [("b4", ["10.9.0.1", "10.0.0.1"]), ("b6", ["2001:db8::9", "fd00::1"])] {
            let texts: [PacketField: String] = [
                .srcip: addresses[0], .dstip: addresses[1], .srcport: "4000", .dstport: "80",
                .srcmac: "02:00:5e:10:00:01", .dstmac: "02:00:5e:10:00:02",
            ]
            let words = fields.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
            let client = fields.map { texts[$0]! }.joined(separator: " . ")
            let farm = try base("[\(words)]", #"[{"client": "\#(client)", "backend": "\#(family)"}]"#).farm("f")
            let key = try farm.sessionKey(of: farm.sessions[0])
            #expect(key.components.map(\.field) == fields)
            for component in key.components {
                let text =
                    switch component.value {
                    case .address(let address): address.description
                    case .port(let port): port.description
                    case .hardwareAddress(let address): address.description
                    }
                #expect(text == texts[component.field])
            }
            #expect(key.family == (mask & 3 == 0 ? nil : family == "b4" ? .ipv4 : .ipv6))
        }
    }

    @Test(
        "What does not fit is refused with its place",
        arguments: [
            (#"["srcip"]"#, "10.0.0", "b4", "client"), (#"["srcip"]"#, "", "b4", "client"),
            (#"["srcip"]"#, "10.0.0.9 . 80", "b4", "client"), (#"["srcip", "srcport"]"#, "10.0.0.9", "b4", "client"),
            (#"["srcip", "srcport"]"#, "10.0.0.9.80", "b4", "client"),
            (#"["srcip", "srcport"]"#, "10.0.0.9  . 80", "b4", "client"),
            (#"["srcip", "srcport"]"#, "80 . 10.0.0.9", "b4", "client"),
            (#"["srcip", "srcport"]"#, "10.0.0.9 . +80", "b4", "client"),
            (#"["srcip", "srcport"]"#, "10.0.0.9 . 080", "b4", "client"),
            (#"["srcport"]"#, "0", "b4", "client"), (#"["srcport"]"#, "65536", "b4", "client"),
            (#"["srcport"]"#, "http", "b4", "client"), (#"["srcmac"]"#, "02:00:5e:10:00", "b4", "client"),
            (#"["srcip", "dstip"]"#, "10.0.0.9 . fd00::1", "b4", "client"),
            (#"["srcip"]"#, "10.0.0.9", "b6", "backend"), (#"["srcip"]"#, "fd00::9", "b4", "backend"),
            (#"["srcip"]"#, "10.0.0.9", "b5", "backend"), (#"[]"#, "anything", "b5", "backend"),
        ])
    func refused(persistence: String, client: String, backend: String, key: String) throws {
        let error = try refusal(
            of: Self.farm(persistence, #"[{"client": "\#(client)", "backend": "\#(backend)"}]"#))
        #expect(error.kind == .invalid)
        let place = client.isEmpty ? "/farms/f/sessions/0/client" : "/farms/f/sessions/\(client)/\(key)"
        #expect(error.path?.description == place, "\(error)")
    }

    @Test("Without persistence any client is stored")
    func withoutEffect() throws {
        let configuration = try base("[]", #"[{"client": "whoever", "backend": "b4"}]"#)
        #expect(try Configuration(json: configuration.json()) == configuration)
        let farm = try configuration.farm("f")
        #expect(throws: InvalidValue.self) { try farm.sessionKey(of: farm.sessions[0]) }
    }

    @Test("One client in two spellings is one client")
    func spellings() throws {
        let error = try refusal(
            of: Self.farm(
                #"["srcip"]"#,
                #"[{"client": "2001:db8::9", "backend": "b6"}, {"client": "2001:DB8:0::9", "backend": "b6"}]"#))
        #expect(error.kind == .invalid)
        #expect(error.path?.description == "/farms/f/sessions/2001:DB8:0::9/client")
        #expect(error.reason.contains("\"2001:db8::9\""))
    }

    @Test("A client of a family that the farm does not serve is refused, also when the address goes")
    func families() throws {
        let base = try base(#"["srcip"]"#, #"[{"client": "2001:db8::9", "backend": "b6"}]"#)
        let error = try base.refusal(of: .delete(path("/farms/f/addresses/v6")))
        #expect(error.path?.description == "/farms/f/sessions/2001:db8::9/client")
        _ = try base.applying(.delete(path("/farms/f/addresses")))
        _ = try base.applying(.delete(path("/farms/f/addresses/v6")), .delete(path("/farms/f/sessions")))
    }

    @Test("Another persistence that stored sessions do not fit is refused, unless the same request deletes them")
    func persistence() throws {
        let base = try base(#"["srcip"]"#, #"[{"client": "10.0.0.9", "backend": "b4"}]"#)
        let other = try set(#"{"farms": [{"name": "f", "persistence": ["srcip", "srcport"]}]}"#)
        let error = try base.refusal(of: other)
        #expect(error.kind == .invalid)
        #expect(error.path?.description == "/farms/f/sessions/10.0.0.9/client")
        #expect(error.hint == #"delete the sessions in the same change: {"delete": "/farms/f/sessions"}"#)
        let deletion = Change.delete(try path("/farms/f/sessions"))
        #expect(try base.applying(deletion, other).farm("f").sessions.isEmpty)
        #expect(try base.applying(other, deletion).farm("f").sessions.isEmpty)
        // None treats no session wrongly, and the same fields again treat them as before.
        let none = try base.applying(set(#"{"farms": [{"name": "f", "persistence": []}]}"#))
        #expect(try none.farm("f").sessions.count == 1)
        #expect(try none.applying(set(#"{"farms": [{"name": "f", "persistence": ["srcip"]}]}"#)) == base)
    }

    @Test("A session goes with its backend and follows its name")
    func backends() throws {
        let base = try base(
            #"["srcip"]"#,
            #"[{"client": "10.0.0.9", "backend": "b4"}, {"client": "2001:db8::9", "backend": "b6"}]"#)
        let rest = try base.applying(.delete(path("/farms/f/backends/b4"))).farm("f")
        #expect(rest.sessions.map(\.client.text) == ["2001:db8::9"])
        #expect(try base.applying(.delete(path("/farms/f/backends"))).farm("f").sessions.isEmpty)
        let renamed = try base.applying(.rename(path("/farms/f/backends/b4"), to: Name("n"))).farm("f")
        #expect(renamed.sessions.map(\.backend?.text) == ["n", "b6"])
        let error = try base.refusal(
            of: set(#"{"farms": [{"name": "f", "backends": [{"name": "b4", "ip-addr": "2001:db8::2"}]}]}"#))
        #expect(error.path?.description == "/farms/f/sessions/10.0.0.9/backend")
    }

    @Test("One session is deleted, by its client")
    func deletion() throws {
        let base = try base(
            #"["srcip", "srcport"]"#,
            #"[{"client": "10.0.0.9 . 1", "backend": "b4"}, {"client": "10.0.0.9 . 2", "backend": "b4"}]"#)
        let rest = try base.applying(.delete(path("/farms/f/sessions/10.0.0.9 . 1"))).farm("f")
        #expect(rest.sessions.map(\.client.text) == ["10.0.0.9 . 2"])
        #expect(try base.refusal(of: .delete(path("/farms/f/sessions/10.0.0.9"))).kind == .notFound)
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON
import Testing

@Suite("Marks")
struct MarkTests {
    /// Two farms; the backend x of a is 0x10 | 1, the backend y of b is 2, z has no mark of its own.
    static let marked = """
        {"farms": [
          {"name": "a", "mark": 16, "backends": [{"name": "x", "ip-addr": "192.0.2.1", "mark": 1},
                                                 {"name": "z", "ip-addr": "192.0.2.3"}]},
          {"name": "b", "backends": [{"name": "y", "ip-addr": "192.0.2.2", "mark": 2}]}]}
        """

    private func path(_ text: String) throws -> ObjectPath { try ObjectPath(parsing: text) }
    private func set(_ text: String) throws -> Change { .set(try document(text)) }

    @Test("A mark given by the user is or-ed with that of the farm")
    func values() throws {
        let farm = try configuration(Self.marked).farm("a")
        #expect(farm.backends.map(farm.givenMark) == [17, nil])
    }

    @Test(
        "Two backends of one mark are refused; the other one is named",
        arguments: [
            (
                #"{"farms": [{"name": "b", "backends": [{"name": "y", "mark": 17}]}]}"#, "/farms/b/backends/y/mark",
                "x", "a"
            ),
            (
                #"{"farms": [{"name": "b", "mark": 16, "backends": [{"name": "y", "mark": 1}]}]}"#,
                "/farms/b/backends/y/mark", "x", "a"
            ),
            (
                #"{"farms": [{"name": "a", "backends": [{"name": "z", "mark": 1}]}]}"#, "/farms/a/backends/z/mark", "x",
                "a"
            ),
            (
                #"{"farms": [{"name": "a", "backends": [{"name": "z", "mark": 17}]}]}"#, "/farms/a/backends/z/mark",
                "x", "a"
            ),
            (
                #"{"farms": [{"name": "a", "mark": 0, "backends": [{"name": "z", "mark": 2}]}]}"#,
                "/farms/a/backends/z/mark", "y", "b"
            ),
            (
                #"{"farms": [{"name": "a", "mark": 2, "backends": [{"name": "x", "mark": 2}]}]}"#,
                "/farms/a/backends/x/mark", "y", "b"
            ),
        ])
    func collision(document: String, path: String, backend: String, farm: String) throws {
        let error = try configuration(Self.marked).refusal(of: set(document))
        #expect(error.kind == .invalid)
        #expect(error.path?.description == path)
        #expect(error.reason.contains("\"\(backend)\" of the farm \"\(farm)\""), "\(error)")
    }

    @Test("The mark of a farm alone makes two backends of it equal")
    func farmMark() throws {
        let base = try configuration(
            """
            {"farms": [{"name": "a", "backends": [{"name": "x", "ip-addr": "192.0.2.1", "mark": 2},
                                                  {"name": "y", "ip-addr": "192.0.2.2", "mark": 3}]}]}
            """)
        let error = try base.refusal(of: set(#"{"farms": [{"name": "a", "mark": 1}]}"#))
        #expect(error.path?.description == "/farms/a/backends/x/mark")
        _ = try base.applying(set(#"{"farms": [{"name": "a", "mark": 4}]}"#))
    }

    @Test("Two backends swap their marks, and the old ones follow renames")
    func swap() throws {
        let swapped = try configuration(Self.marked).applying(
            set(
                """
                {"farms": [{"name": "a", "mark": 0, "backends": [{"name": "x", "mark": 2}]},
                           {"name": "b", "mark": 16, "backends": [{"name": "y", "mark": 1}]}]}
                """))
        let renamed = try swapped.applying(
            .rename(path("/farms/a"), to: Name("n")), .rename(path("/farms/n/backends/x"), to: Name("m")))
        let error = try renamed.refusal(
            of: set(#"{"farms": [{"name": "c", "backends": [{"name": "c", "ip-addr": "192.0.2.9", "mark": 2}]}]}"#))
        #expect(error.reason.contains("\"m\" of the farm \"n\""))
    }

    @Test("A mark is free when its backend is gone, and not while it is down")
    func release() throws {
        let third = #"{"farms": [{"name": "c", "backends": [{"name": "c", "ip-addr": "192.0.2.9", "mark": 17}]}]}"#
        let base = try configuration(Self.marked)
        _ = try base.applying(.delete(path("/farms/a/backends/x")), set(third))
        _ = try base.applying(.delete(path("/farms/a")), set(third))
        _ = try base.applying(set(#"{"farms": [{"name": "a", "backends": [{"name": "x", "mark": 0}]}]}"#), set(third))
        let down = try base.applying(set(#"{"farms": [{"name": "a", "state": "down"}]}"#))
        #expect(try down.refusal(of: set(third)).path?.description == "/farms/c/backends/c/mark")
    }

    @Test("What is taken back releases its marks")
    func undo() throws {
        var draft = Draft(on: try configuration(Self.marked))
        #expect(throws: BalancerError.self) {
            try draft.apply([
                set(#"{"farms": [{"name": "b", "backends": [{"name": "y", "mark": 5}]}, {"name": "a", "mark": 20}]}"#),
                set(#"{"farms": [{"name": "c", "backends": [{"name": "c", "ip-addr": "192.0.2.9", "mark": 21}]}]}"#),
            ])
        }
        try draft.apply([
            set(
                """
                {"farms": [{"name": "c", "backends": [{"name": "c", "ip-addr": "192.0.2.9", "mark": 5},
                                                      {"name": "d", "ip-addr": "192.0.2.9", "mark": 21}]}]}
                """)
        ])
        #expect(throws: BalancerError.self) {
            try draft.apply([set(#"{"farms": [{"name": "c", "backends": [{"name": "c", "mark": 2}]}]}"#)])
        }
    }
}

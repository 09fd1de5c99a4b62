// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Testing

@Suite("Imports")
struct ImportTests {
    @Test("Arrows point one way: a module imports what the table allows", arguments: Arrows.table.map(\.module))
    func arrows(module: String) {
        let allowed = Arrows.allowed(module) ?? []
        for file in Repository.sources where file.module == module && ["Protocol", "Sources"].contains(file.area) {
            for found in file.imports {
                #expect(allowed.contains(found.module), "\(file.path) imports \(found.module)")
            }
        }
    }

    @Test("Every module of the daemon and of the contract has its row in the table")
    func rows() {
        let known = Set(Arrows.table.map(\.module)).union(Arrows.cModules).union(["nftlb-nft"])
        for area in ["Protocol", "Sources"] {
            for module in Repository.children(of: area) {
                #expect(known.contains(module), "\(area)/\(module) is not in Tests/ArchitectureTests/Arrows.swift")
            }
        }
    }

    @Test("Clients know the contract and nothing of the daemon")
    func clients() {
        for file in Repository.sources where file.area == "Clients" {
            for found in file.imports {
                #expect(!Arrows.daemon.contains(found.module), "\(file.path) imports \(found.module)")
            }
        }
    }

    @Test("No Foundation in Protocol and Sources")
    func foundation() {
        for file in Repository.sources where ["Protocol", "Sources"].contains(file.area) {
            for found in file.imports {
                #expect(!found.module.hasPrefix("Foundation"), "\(file.path) imports \(found.module)")
            }
        }
    }

    @Test("C modules stay inside the module that imports them")
    func cModules() {
        for file in Repository.sources where file.area != "Tests" {
            for found in file.imports where Arrows.cModules.contains(found.module) {
                #expect(!found.isExported, "\(file.path) shows \(found.module) to its own users")
            }
        }
    }

    @Test("The reader of imports sees attributes, access levels and kinds, and no comments")
    func reader() {
        let file = SourceFile(
            path: "Sources/X/Y.swift",
            text: #"""
                // import A
                /// import B
                import C
                public import D
                @testable import E
                @_exported public import F
                @preconcurrency internal import struct G.H
                let text = """
                    import I
                    """
                let url = "http://x" // import J
                """#)
        #expect(file.imports.map(\.module) == ["C", "D", "E", "F", "G"])
        #expect(file.imports.filter(\.isExported).map(\.module) == ["D", "F"])
        #expect(file.module == "X")
    }

    @Test("The table gives the nouns behind an arrow, and only those")
    func nouns() {
        #expect(Arrows.allowed("BalancerClient") == ["BalancerProtocol", "CLinux", "Glibc", "JSON", "BalancerModel"])
        #expect(Arrows.allowed("BalancerServer")?.contains("BalancerCompiler") == false)
        #expect(Arrows.allowed("JSON") == [])
        #expect(Arrows.daemon.contains("BalancerEngine"))
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Testing

@Suite("Documentation")
struct DocumentationTests {
    static let catalogue = "Sources/nftlbd/Documentation.docc"

    /// Name without ending → path of each page.
    static let pages: [String: String] = Dictionary(
        Repository.files(in: catalogue).filter { $0.hasSuffix(".md") }.map { path in
            (String(path.split(separator: "/").last?.dropLast(3) ?? ""), path)
        }, uniquingKeysWith: { first, _ in first })

    @Test("Every page of the catalogue can be reached from the overview, and every link leads to a page")
    func links() {
        var linked: Set<String> = ["Overview"]
        for path in Self.pages.values.sorted() {
            for match in Repository.text(path).matches(of: /<doc:([^>]+)>/) {
                let name = String(match.1)
                #expect(Self.pages[name] != nil, "\(path) links to \(name)")
                linked.insert(name)
            }
        }
        for page in Self.pages.keys.sorted() { #expect(linked.contains(page), "\(page) is linked from nowhere") }
    }

    @Test(
        "Decisions have a number each and say context, choice, consequences, what would change our mind")
    func decisions() {
        let decisions = Repository.files(in: Self.catalogue + "/Decisions").sorted()
        var last = 0
        for path in decisions {
            let number = Int(path.split(separator: "/").last?.prefix(4) ?? "") ?? 0
            #expect(number > last, "\(path)")
            last = number
            let text = Repository.text(path)
            #expect(text.hasPrefix("# \(number). "), "\(path)")
            for part in ["Context", "Choice", "Consequences", "change our mind"] {
                #expect(text.contains(part), "\(path) does not say \(part)")
            }
        }
    }

    @Test("Every module has its paragraph")
    func modules() {
        let text = Repository.text("\(Self.catalogue)/Modules.md")
        for module in Arrows.table.map(\.module) { #expect(text.contains("**\(module)**"), "\(module)") }
    }

    @Test("The README names targets that the Makefile has, and files that are there")
    func readme() {
        let readme = Repository.text("README.md")
        let targets = Set(Repository.text("Makefile").matches(of: /(?m)^([a-z]+):/).map { String($0.1) })
        for match in readme.matches(of: /make ([a-z]+)\b/) where match.1 != "install" {
            #expect(targets.contains(String(match.1)), "make \(match.1)")
        }
        for match in readme.matches(of: /(?:Packaging|Sources|Tests)\/[\w.\/-]+\w/) {
            let path = String(match.0)
            let isThere = Repository.files.contains { $0 == path || $0.hasPrefix(path + "/") }
            #expect(isThere, "\(path)")
        }
    }
}

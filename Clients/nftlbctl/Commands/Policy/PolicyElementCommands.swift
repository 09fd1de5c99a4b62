// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerModel
import BalancerProtocol
import JSON

/// `nftlbctl policy add-element`
struct PolicyAddElement: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add-element", abstract: "Adds elements to a policy.",
        discussion: Help.examples([
            ("nftlbctl policy add-element spam 203.0.113.7 198.51.100.0/24", "a host and a prefix"),
            ("nftlbctl policy add-element spam 203.0.113.9 --time 600", "for ten minutes; once more renews it"),
        ]))

    @Argument(help: "The policy.", completion: .policies) var policy: String
    @Argument(help: ArgumentHelp("Addresses, prefixes, ranges a-b.", valueName: "data")) var elements: [String]
    @Option(help: ArgumentHelp("How long they stay; without it, as the policy says.", valueName: "seconds"))
    var time: Int?
    @OptionGroup(title: "Options of changes") var change: ChangeOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        try change.apply(global, change: .elements("add", policy, elements, time: time))
    }
}

/// `nftlbctl policy delete-element`
struct PolicyDeleteElement: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete-element", abstract: "Deletes elements of a policy; all of them must be there.",
        discussion: Help.examples([("nftlbctl policy delete-element spam 198.51.100.0/24", "a prefix, as it was given")]
        ))

    @Argument(help: "The policy.", completion: .policies) var policy: String
    @Argument(help: ArgumentHelp("Addresses, prefixes, ranges a-b.", valueName: "data")) var elements: [String]
    @OptionGroup(title: "Options of changes") var change: ChangeOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        let path = PolicyNoun.path(policy).appending("elements")
        try change.apply(global) { parameters in
            parameters.changes = elements.map { ["delete": .string(path.appending($0).description)] }
        }
    }
}

/// `nftlbctl policy load`
struct PolicyLoad: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load", abstract: "Adds the elements of a file, one a line; '#' begins a comment.",
        discussion: "A large file is sent in parts, each a change of its own, so that others get their turn. "
            + "With --replace the list is those of the file, in one change that never opens it for a moment.\n\n"
            + Help.examples([
                ("nftlbctl policy load spam -f spam.txt", "what is there stays"),
                ("curl … | nftlbctl policy load spam -f - --replace", "what the file lacks goes"),
                ("nftlbctl policy load spam -f fixed.txt --remove", "those of the file go"),
            ]))

    @Argument(help: "The policy.", completion: .policies) var policy: String
    @Option(name: .shortAndLong, help: "The file; - is standard input.", completion: .file()) var file: String
    @Flag(help: "The policy has the elements of the file and no others.") var replace = false
    @Flag(help: "The elements of the file are removed, as far as they are there.") var remove = false
    @Option(help: ArgumentHelp("How long they stay; without it, as the policy says.", valueName: "seconds"))
    var time: Int?
    @OptionGroup(title: "Options of changes") var change: ChangeOptions
    @OptionGroup(title: "Global options") var global: GlobalOptions

    /// Elements of one change: some hundred milliseconds of the daemon's.
    private static let part = 10_000

    func validate() throws {
        if replace, remove { throw ValidationError("--replace and --remove exclude each other.") }
        if remove, time != nil { throw ValidationError("--time is for elements that come.") }
    }

    func run() throws {
        let elements = try elements()
        if replace {
            let path = PolicyNoun.path(policy).appending("elements").description
            return try change.apply(global) { parameters in
                parameters.changes = [
                    ["delete": .string(path)], .elements("add", policy, elements, time: time),
                ]
            }
        }
        // An empty file changes nothing; that the policy is there is seen all the same.
        var (start, options) = (0, change)
        repeat {
            let end = min(start + Self.part, elements.count)
            let change = JSONObject.elements(
                remove ? "remove" : "add", policy, Array(elements[start..<end]), time: time)
            let result = try options.apply(global, change: change)
            // The next part comes after this one.
            if options.ifRevision != nil { options.ifRevision = result.revision }
            start = end
        } while start < elements.count
    }

    /// The elements of the file. What is none is refused with its line, before anything is sent.
    private func elements() throws(Failure) -> [String] {
        var elements: [String] = []
        for (number, line) in try InputFile.read(file).split(separator: 10, omittingEmptySubsequences: false)
            .enumerated()
        {
            let text = String(decoding: line.prefix { $0 != UInt8(ascii: "#") }, as: UTF8.self)
            let words = text.split { $0 == " " || $0 == "\t" || $0 == "\r" }
            guard let word = words.first else { continue }
            do throws(InvalidValue) {
                guard words.count == 1 else { throw InvalidValue("one element a line, found \"\(text)\"") }
                elements.append(try AddressRange(String(word)).description)
            } catch {
                throw Failure(.refused, "\(file):\(number + 1): \(error.reason)", hint: error.hint)
            }
        }
        return elements
    }
}

extension JSONObject {
    /// A change of elements of a policy.
    fileprivate static func elements(
        _ verb: String, _ policy: String, _ elements: [String], time: Int?
    ) -> JSONObject {
        var change: JSONObject = [
            verb: .string(PolicyNoun.path(policy).appending("elements").description),
            "elements": .array(elements.map { .string($0) }),
        ]
        if let time { change["time"] = .integer(time) }
        return change
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import Nftables

/// What the helper said about a script, read: see Sources/nftlb-nft/main.c.
///
///     /proc/self/fd/3:4:24-28: Error: Could not process rule: No such file or directory
///     add rule ip nftlb fine queue num 3
///                            ^^^^^
///     errno 2
struct HelperReport {
    /// A line of the script that was refused, and why.
    struct Refusal: Equatable {
        var line: Int
        var words: String
    }

    /// In the order in which they were reported.
    private(set) var refusals: [Refusal] = []
    /// The kernel's number, nil when libnftables refused without asking the kernel.
    private(set) var errno: Int32?
    /// All of it.
    let text: String

    init(_ output: [UInt8]) {
        text = String(decoding: output, as: UTF8.self)
        for line in text.split(separator: "\n") {
            if line.hasPrefix("errno ") { errno = Int32(line.dropFirst(6)) }
            if let refusal = Self.refusal(line) { refusals.append(refusal) }
        }
    }

    /// `FILE:LINE:COLUMN-COLUMN: Error: WORDS`, where the file is a path without colons.
    private static func refusal(_ line: Substring) -> Refusal? {
        let fields = line.split(separator: ":", maxSplits: 3, omittingEmptySubsequences: false)
        let mark = " Error: "
        guard fields.count == 4, let number = Int(fields[1]), fields[3].hasPrefix(mark) else { return nil }
        return Refusal(line: number, words: String(fields[3].dropFirst(mark.count)))
    }

    /// The failure of a script: `line 4: Could not process rule: No such file or directory (add rule …)`.
    func failure(of script: String) -> KernelFailure {
        let lines = script.split(separator: "\n", omittingEmptySubsequences: false)
        let shown = refusals.prefix(3).map { refusal in
            let operation = lines.indices.contains(refusal.line - 1) ? " (\(lines[refusal.line - 1]))" : ""
            return "line \(refusal.line): \(refusal.words)\(operation)"
        }
        let words = text.isEmpty ? "the helper refused the script and did not say why" : String(text.prefix(500))
        let message = shown.isEmpty ? words : shown.joined(separator: "; ")
        guard let errno else { return KernelFailure(kind: .helper("refused the script"), message: message) }
        let failing = refusals.first.flatMap { lines.indices.contains($0.line - 1) ? lines[$0.line - 1] : nil }
        if let feature = failing.flatMap({ KernelFeature.missing(in: $0, errno: errno) }) {
            return KernelFailure(kind: .unsupported(feature), message: message)
        }
        return KernelFailure(kind: .refused(errno: errno), message: message)
    }
}

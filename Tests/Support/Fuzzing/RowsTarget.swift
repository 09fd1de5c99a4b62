// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import BalancerModel
import EngineSupport
import JSON

/// Lines of `object KIND ID PARENT POSITION NAME BODY`, `element POLICY HEX TIME DEADLINE`, `metadata KEY VALUE`.
enum RowsTarget {
    static let words =
        ["object farm ", "object backend ", "object address ", "object policy ", "element ", "metadata numbers ", "\n"]
        + ["9223372036854775807", "-1", "0", "65535", "65536", "1048575", "{}", "0a000001", "metadata skeleton "]

    static func check(_ input: [UInt8]) throws(Finding) {
        let bench = EngineBench(store: contents(input))
        guard bench.start != nil else { throw Finding("the start does not end") }
        switch bench.engine.state {
        case .loading: throw Finding("it goes on loading")
        case .degraded:
            guard bench.kernel.transactions.isEmpty, bench.kernel.scripts.isEmpty else {
                throw Finding("rows that are refused changed the kernel")
            }
        case .ready:
            let again = bench.restarted()
            guard case .ready = again.engine.state, again.kernel.transactions.isEmpty else {
                throw Finding("the next start is another")
            }
        }
        _ = bench.apply(["farms": [["name": "web", "state": "down"]]])
        _ = bench.apply(["farms": [], "policies": []], mode: .replace)
    }

    private static func contents(_ input: [UInt8]) -> FakeStore.Contents {
        var contents = FakeStore.Contents()
        for line in String(decoding: input, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 6, omittingEmptySubsequences: false)
            switch words.first {
            case "object" where words.count == 7:
                guard let kind = ObjectKey.Kind(rawValue: String(words[1])), let id = Int64(words[2]),
                    let parent = Int64(words[3]), let position = Int64(words[4])
                else { continue }
                let key = ObjectKey(kind: kind, id: id)
                contents.objects[key] = ObjectRow(
                    key: key, parent: parent, position: position, name: String(words[5]), body: Array(words[6].utf8))
            case "element" where words.count == 5:
                guard let policy = Int64(words[1]), let data = bytes(words[2]), let time = Int64(words[3]),
                    let deadline = Int64(words[4])
                else { continue }
                contents.elements[policy, default: [:]][data] = ElementRow(
                    policy: policy, data: data, time: time, deadline: deadline)
            case "metadata" where words.count >= 3:
                contents.metadata[String(words[1])] = Array(words[2...].joined(separator: " ").utf8)
            default: continue
            }
        }
        return contents
    }

    private static func bytes(_ hex: Substring) -> [UInt8]? {
        let digits = hex.compactMap(\.hexDigitValue)
        guard digits.count == hex.count, digits.count.isMultiple(of: 2) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Nftables

/// What the store remembers of the skeleton: for each chain and set the digest of the text that was installed, and the
/// kernel's digest of what became of it.
///
/// Rules come back from the kernel as expressions that only libnftables produced, so text and kernel cannot be compared
/// directly; but a kernel digest that is still the same is still the same text.
struct SkeletonRecord: Equatable {
    private struct Key: Hashable {
        var family: TableFamily
        var isSet: Bool
        var name: String
    }

    private struct Pair: Equatable {
        var text: UInt64
        var kernel: UInt64
    }

    private var pairs: [Key: Pair] = [:]

    init() {}

    /// Pairs what was installed with what the kernel says.
    init(installed: KernelInventory, kernel: KernelInventory) {
        for (family, table) in installed.tables {
            guard let actual = kernel.tables[family] else { continue }
            for (name, text) in table.chains {
                guard let digest = actual.chains[name] else { continue }
                pairs[Key(family: family, isSet: false, name: name)] = Pair(text: text, kernel: digest)
            }
            for (name, text) in table.sets {
                guard let digest = actual.sets[name] else { continue }
                pairs[Key(family: family, isSet: true, name: name)] = Pair(text: text, kernel: digest)
            }
        }
    }

    /// What the kernel holds, in terms of text: 0 for what is not what was installed.
    func translate(_ kernel: KernelInventory) -> KernelInventory {
        var result = kernel
        for (family, table) in kernel.tables {
            for (name, digest) in table.chains {
                let pair = pairs[Key(family: family, isSet: false, name: name)]
                result.tables[family]!.chains[name] = pair?.kernel == digest ? pair!.text : 0
            }
            for (name, digest) in table.sets {
                let pair = pairs[Key(family: family, isSet: true, name: name)]
                result.tables[family]!.sets[name] = pair?.kernel == digest ? pair!.text : 0
            }
        }
        return result
    }

    // MARK: Stored form: one line each, `ip chain NAME TEXT KERNEL`, digests in hexadecimal

    var encoded: [UInt8] {
        let lines = pairs.map { key, pair in
            "\(key.family.text) \(key.isSet ? "set" : "chain") \(key.name) "
                + String(pair.text, radix: 16) + " " + String(pair.kernel, radix: 16)
        }
        return Array(lines.sorted().joined(separator: "\n").utf8)
    }

    init(encoded: [UInt8]) {
        for line in String(decoding: encoded, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 5, let family = TableFamily.allCases.first(where: { $0.text == words[0] }),
                let text = UInt64(words[3], radix: 16), let kernel = UInt64(words[4], radix: 16)
            else { continue }
            pairs[Key(family: family, isSet: words[1] == "set", name: String(words[2]))] = Pair(
                text: text, kernel: kernel)
        }
    }
}

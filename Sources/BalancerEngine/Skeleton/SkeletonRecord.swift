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
    /// What the last script has touched.
    private var fresh: Set<Key> = []

    init() {}

    /// The record once a script has run.
    ///
    /// What the script did not touch keeps its pair: the kernel may hold something else there by now, which is for a comparison
    /// to find and not to be taken for ours. What it did touch is right, unless somebody came between it and the look.
    ///
    /// - Parameters:
    ///   - before: what was installed before it, in terms of text.
    ///   - installed: what is since, in terms of text.
    ///   - kernel: what the kernel says now.
    func updated(
        from before: KernelInventory, to installed: KernelInventory, kernel: KernelInventory
    ) -> SkeletonRecord {
        var record = SkeletonRecord()
        for (family, table) in installed.tables {
            guard let actual = kernel.tables[family] else { continue }
            let known = before.tables[family]
            record.pair(table.chains, known?.chains, actual.chains, from: self) { name in
                Key(family: family, isSet: false, name: name)
            }
            record.pair(table.sets, known?.sets, actual.sets, from: self) { name in
                Key(family: family, isSet: true, name: name)
            }
        }
        return record
    }

    private mutating func pair(
        _ installed: [String: UInt64], _ before: [String: UInt64]?, _ kernel: [String: UInt64],
        from old: SkeletonRecord, key: (String) -> Key
    ) {
        for (name, text) in installed where text != 0 && text != KernelInventory.unrecorded {
            guard let digest = kernel[name] else { continue }
            let key = key(name)
            if before?[name] == text, let pair = old.pairs[key], pair.text == text {
                pairs[key] = pair
            } else {
                pairs[key] = Pair(text: text, kernel: digest)
                fresh.insert(key)
            }
        }
    }

    /// The same as if somebody else had changed the rules of all chains that the last script has touched.
    var doubtingTheLastScript: SkeletonRecord {
        var record = self
        for key in fresh where !key.isSet {
            if let pair = pairs[key] { record.pairs[key]?.text = Chain.digestWithoutRules(pair.text) }
        }
        return record
    }

    /// What the kernel holds, in terms of text: 0 for what is not what was installed. Of a set that no script of this store is
    /// known to have made, as after the loss of a store, there is only its form to go by.
    func translate(_ kernel: KernelInventory) -> KernelInventory {
        var result = kernel
        for (family, table) in kernel.tables {
            for (name, digest) in table.chains {
                let pair = pairs[Key(family: family, isSet: false, name: name)]
                result.tables[family]!.chains[name] = pair?.kernel == digest ? pair!.text : 0
            }
            for (name, digest) in table.sets {
                let pair = pairs[Key(family: family, isSet: true, name: name)]
                result.tables[family]!.sets[name] =
                    pair.map { $0.kernel == digest ? $0.text : 0 } ?? KernelInventory.unrecorded
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

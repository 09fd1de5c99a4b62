// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import Nftables

/// Reads maps of the kernel, a part in each turn, and compares each with what it should hold.
struct ElementReader {
    private let kernel: any KernelPort
    private let maps: [DataMap]
    private var wanted: [SetReference: ElementList]
    private var next = 0
    private var dump: (any KernelDump)?
    private var installed: ElementList?
    /// How often the dump at hand has been torn.
    private var tears = 0
    /// What differs, in the order of the maps.
    private(set) var comparisons: [ElementComparison] = []

    /// errno(3), EINTR: what a dump ends with when a transaction was committed meanwhile (NLM_F_DUMP_INTR).
    private static var torn: Int32 { 4 }
    /// How often a torn dump is begun again.
    private static var patience: Int { 10 }
    /// Keys of one look-up: 2 to 4 µs each (limits.md A4).
    private static var lookUps: Int { 8192 }

    init(kernel: any KernelPort, maps: [DataMap], wanted: [ElementList]) {
        self.kernel = kernel
        self.maps = maps
        self.wanted = Dictionary(uniqueKeysWithValues: wanted.map { ($0.set, $0) })
    }

    /// Reads the next part.
    ///
    /// - Returns: whether all is read.
    mutating func advance() throws(KernelFailure) -> Bool {
        guard next < maps.count else { return true }
        let map = maps[next]
        do throws(KernelFailure) {
            if dump == nil {
                dump = try kernel.beginDump(map.set, keyLength: map.keyLength, dataLength: map.dataLength)
                installed = map.emptyList
            }
            if let part = try dump!.next() {
                installed!.append(contentsOf: part)
                return false
            }
        } catch {
            guard error.kind == .refused(errno: Self.torn) else { throw error }
            // Any commit of any program tears a dump of ours. Where they never pause, what we want is looked up by key;
            // what is too much is then found by a later start.
            tears += 1
            dump = nil
            guard tears > Self.patience else { return false }
            installed = try lookUp(wanted[map.set] ?? map.emptyList)
        }
        finish(map)
        return next == maps.count
    }

    private mutating func finish(_ map: DataMap) {
        let comparison = ElementComparison(
            installed: installed!, wanted: wanted.removeValue(forKey: map.set) ?? map.emptyList)
        if !comparison.isEmpty { comparisons.append(comparison) }
        dump = nil
        installed = nil
        tears = 0
        next += 1
    }

    private func lookUp(_ list: ElementList) throws(KernelFailure) -> ElementList {
        var found = ElementList(set: list.set, keyLength: list.keyLength, dataLength: list.dataLength)
        for part in list.cut(Self.lookUps) {
            found.append(contentsOf: try kernel.lookup(part.keys, dataLength: list.dataLength))
        }
        return found
    }
}

extension DataMap {
    fileprivate var emptyList: ElementList { ElementList(set: set, keyLength: keyLength, dataLength: dataLength) }
}

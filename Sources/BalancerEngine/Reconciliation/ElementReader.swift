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
    /// What differs, in the order of the maps.
    private(set) var comparisons: [ElementComparison] = []

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
        if dump == nil {
            dump = try kernel.beginDump(map.set, keyLength: map.keyLength, dataLength: map.dataLength)
            installed = ElementList(set: map.set, keyLength: map.keyLength, dataLength: map.dataLength)
        }
        if let part = try dump!.next() {
            installed!.append(contentsOf: part)
            return false
        }
        let list =
            wanted.removeValue(forKey: map.set)
            ?? ElementList(set: map.set, keyLength: map.keyLength, dataLength: map.dataLength)
        let comparison = ElementComparison(installed: installed!, wanted: list)
        if !comparison.isEmpty { comparisons.append(comparison) }
        dump = nil
        installed = nil
        next += 1
        return next == maps.count
    }
}

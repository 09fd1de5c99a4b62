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
    private var reader: WholeSetReader<ElementList>?
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
        // Where others never pause, what we want is looked up by key; what is too much is then found by a later start.
        if reader == nil {
            let known = wanted[map.set] ?? ElementList(map.form)
            reader = WholeSetReader(SetReader(kernel, all: map.form, orElse: known), form: map.form)
        }
        guard let installed = try reader!.advance() else { return false }
        reader = nil
        let comparison = ElementComparison(
            installed: installed, wanted: wanted.removeValue(forKey: map.set) ?? ElementList(map.form))
        if !comparison.isEmpty { comparisons.append(comparison) }
        next += 1
        return next == maps.count
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import Nftables

/// What changes in the kernel when farms change, in three phases.
///
/// A large change sends `prepare` first, in short transactions: elements that no packet can reach yet. One transaction,
/// `switchOver`, makes everything visible. `sweep` then takes away, again in short transactions, what no packet can reach
/// any more. A small change sends all of it as one transaction.
public struct FarmDifference: Sendable, Hashable {
    var prepared = ElementBins()
    var removed = ElementBins(withData: false)
    var added = ElementBins()
    var swept = ElementBins(withData: false)
    /// Services on ranges, all ports or all protocols that an address has more or fewer.
    var wideAddresses = WideAddresses.Changes()

    /// Nothing.
    public init() {}

    /// Elements to add that no packet can reach before the switch.
    public var prepare: [ElementList] { prepared.lists }

    /// What must change at once.
    public var switchOver: Transaction {
        Transaction(removed.lists.map { .delete($0) } + added.lists.map { .add($0) }).normalized
    }

    /// Keys to delete that no packet can reach after the switch.
    public var sweep: [ElementList] { swept.lists }

    /// Whether nothing changes.
    public var isEmpty: Bool { prepared.isEmpty && removed.isEmpty && added.isEmpty && swept.isEmpty }

    /// How many elements are deleted and added in all.
    public var elementCount: Int { prepared.count + removed.count + added.count + swept.count }

    /// All of it as one transaction.
    public var whole: Transaction {
        var result = Transaction(prepared.lists.map { .add($0) })
        result.append(switchOver)
        result.append(swept.lists.map { .delete($0) })
        return result.normalized
    }

    /// Adds what another farm changes.
    public mutating func merge(_ other: FarmDifference) {
        prepared.append(other.prepared)
        removed.append(other.removed)
        added.append(other.added)
        swept.append(other.swept)
        wideAddresses.merge(other.wideAddresses)
    }

    /// Adds the elements that farms share, once all farms are in: they come before the services that need them, and go when
    /// nobody does.
    ///
    /// - Parameter present: as it is before this difference.
    public mutating func addShared(present: WideAddresses) {
        guard !wideAddresses.isEmpty else { return }
        let elements = present.elements(of: wideAddresses)
        prepared.append(elements.added)
        swept.append(elements.removed)
    }

    /// Adds what changes when a farm becomes another version of itself; nil: it is not there.
    public mutating func add(from old: CompiledFarm?, to new: CompiledFarm?) {
        precondition(old == nil || new == nil || old?.number == new?.number)
        guard let number = new?.number ?? old?.number else { return }
        for family in [TableFamily.ip, .ip6] {
            add(from: old?[family], to: new?[family], number: number, family)
        }
        add(from: old?.ingress, to: new?.ingress, number: number)
        wideAddresses.count(old, by: -1)
        wideAddresses.count(new, by: 1)
    }
}

/// What changes in the kernel when a farm becomes another version of itself; nil: it is not there.
public func difference(from old: CompiledFarm?, to new: CompiledFarm?) -> FarmDifference {
    var result = FarmDifference()
    result.add(from: old, to: new)
    return result
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel
import Nftables

/// An address outside of farms that policies guard, as elements: it needs no farm.
public struct GuardedAddress: Sendable, Hashable {
    /// Its table.
    let family: TableFamily
    /// The list, in the high half: what `guarded…` say about it.
    let register: UInt32
    /// What packets ask for.
    let entries: [CompiledFragment.Entry]
}

/// What the policies of an address outside of farms require.
public func policyNeeds(of address: Address, _ policies: [NumberedPolicy]) -> [PolicyNeed] {
    let family = TableFamily(address.family)
    guard !address.guardedServices.isEmpty, let list = address.policyList(policies) else { return [] }
    return [.addressList(list, family)] + (address.policyLine.map { [.line($0, family)] } ?? [])
}

/// An address outside of farms as elements; nil: no policy of its family guards it. Its list must have its number.
public func compile(_ address: Address, _ policies: [NumberedPolicy], lists: PolicyListNumbers) -> GuardedAddress? {
    let services = address.guardedServices
    let family = TableFamily(address.family)
    guard !services.isEmpty, let list = address.policyList(policies) else { return nil }
    guard let number = lists[family, list] else {
        preconditionFailure("an address is compiled after its list of policies has a number")
    }
    return GuardedAddress(
        family: family, register: Register.value(shape: number, farm: 0), entries: services.map { .init($0) })
}

extension GuardedMap {
    fileprivate init(_ entry: CompiledFragment.Entry) {
        guard entry.address != nil else {
            self = .port
            return
        }
        guard entry.transport != nil else {
            self = .all
            return
        }
        switch entry.ports?.count {
        case nil: self = .address
        case 1: self = .exact
        default: self = .range
        }
    }
}

extension ElementBins {
    /// Appends the elements of an address.
    public mutating func append(_ address: GuardedAddress) {
        for entry in address.entries {
            with(GuardedMap(entry).declaration(in: address.family), address.family) { list in
                list.append(entry)
                list.append(word: address.register)
            }
        }
    }

    fileprivate mutating func appendKeys(_ address: GuardedAddress) {
        for entry in address.entries {
            with(GuardedMap(entry).declaration(in: address.family), address.family) { $0.append(entry) }
        }
    }
}

extension FarmDifference {
    /// Adds what changes when an address becomes another version of itself; nil: no policy guards it.
    public mutating func add(from old: GuardedAddress?, to new: GuardedAddress?) {
        guard old != new else { return }
        if let old { removed.appendKeys(old) }
        if let new { added.append(new) }
    }
}

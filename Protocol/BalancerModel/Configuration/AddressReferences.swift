// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

// A farm's address that says nothing but its name stands for the address outside of farms of that name. Whether it does is
// seen in the state alone, so a document that is read back means what it meant. What it stands for is copied into it:
// whoever looks at a farm sees all of it, and a shared address that changes makes its farms differ.

extension FarmAddress {
    /// Whether it has no attribute of its own.
    var saysNothing: Bool { isReference || hasDefaults }

    /// Whether all is as if only its name were given.
    var hasDefaults: Bool { isIncomplete && family == .ipv4 && transport == .tcp && rare.isStandard }

    /// Takes everything from an address outside of farms, or nothing.
    fileprivate mutating func refer(to shared: Address?) {
        self = FarmAddress(name: name)
        guard let shared else { return }
        isReference = true
        family = shared.family
        address = shared.address
        ports = shared.ports
        transport = shared.transport
        options.interface = shared.interface
        options.inputEtherAddress = shared.inputEtherAddress
        options.etherAddress = shared.etherAddress
    }
}

extension Farm {
    /// Names of addresses outside of farms that the farm stands on, or would if there were such.
    var referredAddresses: [Name] {
        guard addresses.contains(where: \.saysNothing) else { return [] }
        return addresses.filter(\.saysNothing).map(\.name)
    }

    /// Takes what its addresses refer to from the addresses outside of farms, as they are now.
    public mutating func resolveAddresses(_ shared: (Name) -> Address?) {
        guard addresses.contains(where: \.saysNothing) else { return }
        for index in addresses.indices where addresses[index].saysNothing {
            addresses[index].refer(to: shared(addresses[index].name))
        }
    }

    /// Follows an address outside of farms that has another name now; false: the farm has an address of that name.
    mutating func renameReference(_ name: Name, to newName: Name) -> Bool {
        guard let index = addresses.firstIndex(where: { $0.name == name && $0.saysNothing }) else { return true }
        guard !addresses.contains(where: { $0.name == newName }) else { return false }
        addresses[index].name = newName
        return true
    }

    /// This farm as it was declared, without what its references stand for.
    public var asDeclared: Farm {
        guard addresses.contains(where: \.isReference) else { return self }
        var farm = self
        farm.addresses = addresses.map(\.declared)
        return farm
    }
}

/// Which farms refer to which address outside of farms, as a draft sees it: what differs from the configuration it began
/// with.
struct DraftReferences: Sendable {
    private let base: [Name: Set<Name>]
    /// Address → farm → whether it refers.
    private var overlay: [Name: [Name: Bool]] = [:]
    private var journal: [(address: Name, farm: Name, before: Bool?)] = []

    init(on base: [Name: Set<Name>]) {
        self.base = base
    }

    mutating func begin() {
        journal.removeAll(keepingCapacity: true)
    }

    mutating func undo() {
        while let step = journal.popLast() { overlay[step.address]?[step.farm] = step.before }
    }

    /// The farms that refer to an address.
    func farms(of address: Name) -> [Name] {
        let known = base[address] ?? []
        guard let changed = overlay[address] else { return Array(known) }
        return known.filter { changed[$0] == nil } + changed.filter(\.value).map(\.key)
    }

    mutating func apply(_ differences: [ObjectDifference<Farm>]) {
        let differences = differences.filter(\.changesClaims)
        for difference in differences {
            guard let before = difference.before else { continue }
            for address in before.referredAddresses { set(address, before.name, false) }
        }
        for difference in differences {
            guard let after = difference.after else { continue }
            for address in after.referredAddresses { set(address, after.name, true) }
        }
    }

    private mutating func set(_ address: Name, _ farm: Name, _ refers: Bool) {
        journal.append((address, farm, overlay[address]?[farm]))
        overlay[address, default: [:]][farm] = refers
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel
public import Nftables

/// What stands in our tables besides elements of data: the owner, the features, the shapes.
///
/// Small, and all that decides the text of every chain and set: two equal skeletons render the same.
public struct Skeleton: Sendable, Hashable {
    /// The id of the store that owns the tables: their comment.
    public var owner: String
    /// The shapes and their numbers.
    public var shapes: ShapeNumbers
    /// The policies that have sets, by their numbers.
    public var policies: [TableFamily: Set<UInt32>] = [:]
    /// The policies that have sets at ingress, too.
    public var ingressPolicies: Set<IngressPolicy> = []
    /// The lists of policies and their numbers.
    public var lists = PolicyListNumbers()
    /// The interfaces at which frames are looked at.
    public var interfaces: Set<InterfaceName> = []
    /// The interfaces at which packets to shared addresses come in.
    public var clusterInterfaces: Set<InterfaceName> = []
    /// The interfaces at which flows are sent on past the rules.
    public var flowDevices: Set<InterfaceName> = []
    /// The tables and the features of each.
    public var features: [TableFamily: Features]

    /// No table yet.
    public init(owner: String, shapes: ShapeNumbers = ShapeNumbers(), features: [TableFamily: Features] = [:]) {
        self.owner = owner
        self.shapes = shapes
        self.features = features
    }

    /// Whether everything that a farm requires is there. Fast: for the path of a change.
    public func covers(_ needs: Needs) -> Bool {
        for family in needs.families {
            guard let table = needs[family] else { continue }
            guard let present = features[family], present.isSuperset(of: table.features) else { return false }
            guard shapes.covers(table, in: family) else { return false }
        }
        guard let table = needs.ingress else { return true }
        return features[.netdev]?.isSuperset(of: table.features) ?? false && shapes.covers(table)
    }

    /// Adds what a farm requires. False when there is no number left for its shape or for one of its
    /// lines.
    @discardableResult
    public mutating func require(_ needs: Needs) -> Bool {
        for family in needs.families {
            guard let table = needs[family] else { continue }
            features[family, default: []].formUnion(table.features)
            guard shapes.assign(table, in: family) else { return false }
        }
        guard let table = needs.ingress else { return true }
        features[.netdev, default: []].formUnion(table.features)
        return shapes.assign(table)
    }

    /// Adds what a cluster requires.
    public mutating func require(_ cluster: CompiledCluster) {
        features[.netdev, default: []].insert(.clusters)
        clusterInterfaces.formUnion(cluster.interfaces)
    }

    /// The tables with their chains, sets and verdicts, and no other elements.
    public func render() -> Ruleset {
        var ruleset = Ruleset()
        for (family, features) in features {
            var table = Ruleset.Table(comment: owner)
            for set in Maps.all(in: family, features: features) { table.sets[set.name] = .init(set) }
            for set in setsOfShapes(in: family) { table.sets[set.name] = .init(set) }
            for (shape, number) in shapes.shapes(in: family) {
                table.add(shape.chain(in: family), number, in: Maps.shapes)
                table.add(shape.laterChain(in: family), number, in: Maps.shapesLater)
                table.add(shape.guardChain(in: family), number, in: Maps.shapesGuard)
                table.add(shape.queueChain(in: family), number, in: Maps.shapesQueue)
                for chain in shape.furtherChains(in: family) { table.chains[chain.name] = chain }
            }
            if family == .netdev { addIngressShapes(to: &table) }
            for (line, number) in shapes.lines(in: family) {
                table.add(line.chain(in: family), number, in: Maps.logs)
            }
            for (limit, number) in shapes.backendLimits(in: family) {
                table.add(limit.chain(in: family), number, in: Maps.backendLimits)
                for chain in limit.furtherChains(in: family) { table.chains[chain.name] = chain }
            }
            addPolicies(of: family, to: &table)
            for chain in fixedChains(in: family, features) { table.chains[chain.name] = chain }
            table.helpers = Set(table.chains.values.flatMap(\.helpers))
            if features.contains(.offloadedFlows) {
                var flows = Forwarding.flows
                flows.devices = Set(flowDevices.map(\.text))
                table.flowTables[flows.name] = flows
            }
            ruleset.tables[family] = table
        }
        return ruleset
    }

    private func fixedChains(in family: TableFamily, _ features: Features) -> [Chain] {
        guard family == .netdev else { return FixedChains.all(in: family, features: features) }
        return IngressChains.all(features: features, interfaces: interfaces)
            + (features.contains(.clusters) ? ClusterChains.all(clusterInterfaces) : [])
    }

    private func addIngressShapes(to table: inout Ruleset.Table) {
        for (shape, number) in shapes.atIngress {
            table.add(shape.chain, number, in: Maps.shapes)
            for chain in shape.furtherChains { table.chains[chain.name] = chain }
        }
    }

    private func addPolicies(of family: TableFamily, to table: inout Ruleset.Table) {
        for number in policies[family] ?? [] {
            for set in PolicySets.all(number, family) { table.sets[set.name] = .init(set) }
        }
        if family == .netdev {
            for set in ingressPolicies.flatMap(\.sets) { table.sets[set.name] = .init(set) }
        }
        for (list, number) in lists.lists(in: family) {
            let chain = list.chain(in: family)
            for chain in [chain] + list.hitChains(in: family) { table.chains[chain.name] = chain }
            table.sets[Maps.policyLists.name]?.verdicts[Register.value(shape: number, farm: 0)] = .jump(chain.name)
        }
    }

    /// What the kernel should hold, with digests of the text.
    public var inventory: KernelInventory { render().inventory }

    /// Each chain and set that should be there, and a digest of its text: to be compared with those of what was installed.
    public var expectedObjects: [SkeletonObject] {
        var objects: [SkeletonObject] = []
        for (family, table) in inventory.tables.sorted(by: { $0.key < $1.key }) {
            for (name, digest) in table.sets.sorted(by: { $0.key < $1.key }) {
                objects.append(SkeletonObject(family: family, kind: .set, name: name, digest: digest))
            }
            for (name, digest) in table.chains.sorted(by: { $0.key < $1.key }) {
                objects.append(SkeletonObject(family: family, kind: .chain, name: name, digest: digest))
            }
        }
        return objects
    }
}

extension Ruleset.Table {
    /// Adds a chain that is reached by its number.
    fileprivate mutating func add(_ chain: Chain?, _ number: UInt16, in map: SetDeclaration) {
        guard let chain else { return }
        chains[chain.name] = chain
        sets[map.name]?.verdicts[Register.value(shape: number, farm: 0)] = .jump(chain.name)
    }
}

/// A chain or set of the skeleton.
public struct SkeletonObject: Sendable, Hashable {
    /// What it is.
    public enum Kind: String, Sendable, Hashable {
        /// A chain with its rules.
        case chain
        /// A set or map.
        case set
    }

    /// Its table.
    public var family: TableFamily
    /// What it is.
    public var kind: Kind
    /// Its name.
    public var name: String
    /// A digest of its text.
    public var digest: UInt64
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import Nftables

/// What stands in our tables besides elements of data: the owner, the features, the shapes.
///
/// Small, and all that decides the text of every chain and set: two equal skeletons render the same.
public struct Skeleton: Sendable, Hashable {
    /// The id of the store that owns the tables: their comment.
    public var owner: String
    /// The shapes and their numbers.
    public var shapes: ShapeNumbers
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
            guard shapes[family, table.shape] != nil else { return false }
        }
        return true
    }

    /// Adds what a farm requires. False when there is no number left for its shape.
    @discardableResult
    public mutating func require(_ needs: Needs) -> Bool {
        for family in needs.families {
            guard let table = needs[family] else { continue }
            features[family, default: []].formUnion(table.features)
            guard shapes.assign(table.shape, in: family) != nil else { return false }
        }
        return true
    }

    /// The tables with their chains, sets and verdicts, and no other elements.
    public func render() -> Ruleset {
        var ruleset = Ruleset()
        for (family, features) in features {
            var table = Ruleset.Table(comment: owner)
            for set in Maps.all(in: family, features: features) { table.sets[set.name] = .init(set) }
            for (shape, number) in shapes.shapes(in: family) {
                let chain = shape.chain(in: family)
                table.chains[chain.name] = chain
                let key = Register.value(shape: number, farm: 0)
                table.sets[Maps.shapes.name]?.verdicts[key] = .jump(chain.name)
            }
            for chain in FixedChains.all(in: family, features: features) { table.chains[chain.name] = chain }
            ruleset.tables[family] = table
        }
        return ruleset
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

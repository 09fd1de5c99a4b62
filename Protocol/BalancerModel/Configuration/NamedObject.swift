// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// An object at the top of the configuration.
protocol NamedObject: ModelObject where Identifier == Name {
    var name: Name { get set }

    /// The key of the list of such objects.
    static var collection: String { get }

    /// What such objects need that this version does not have.
    static var laterFeature: Feature? { get }

    /// Deletes a member of a list in the object, or all; false: there is no such list or member.
    mutating func delete(_ list: String, _ member: String?) -> Bool

    /// Takes what no document says from the object of its name that was there before.
    mutating func inherit(from before: Self)

    /// Whether only an administrator may make this of what was there before, whatever the attributes that it names.
    func needsAdministrator(since before: Self) -> Bool

    /// Takes another name.
    mutating func rename(to newName: Name)

    /// Gives a member of a list in the object another name.
    mutating func rename(_ list: String, _ member: Name, to newName: Name) -> RenameResult

    /// Of the renames of members (new name → old name), those between `before` and this state.
    func validRenames(_ renames: [Name: Name], since before: Self?) -> [Name: Name]
}

extension NamedObject {
    mutating func inherit(from before: Self) {}
    func needsAdministrator(since before: Self) -> Bool { false }
    mutating func rename(to newName: Name) { name = newName }
    mutating func rename(_ list: String, _ member: Name, to newName: Name) -> RenameResult { .notFound }
    func validRenames(_ renames: [Name: Name], since before: Self?) -> [Name: Name] { [:] }
}

extension Farm: NamedObject {
    static var collection: String { "farms" }
    static var laterFeature: Feature? { nil }

    /// Naming a member that is not there makes it, and a policy that is named guards the farm.
    func needsAdministrator(since before: Farm) -> Bool {
        !Set(backends.map(\.name)).isSubset(of: before.backends.map(\.name))
            || !Set(addresses.map(\.name)).isSubset(of: before.addresses.map(\.name))
            || !Set(policies).isSubset(of: before.policies)
            || !Set(sessions.map(\.client)).isSubset(of: before.sessions.map(\.client))
    }
}

extension Policy: NamedObject {
    static var collection: String { "policies" }
    static var laterFeature: Feature? { nil }
}

extension Address: NamedObject {
    static var collection: String { "addresses" }
    static var laterFeature: Feature? { nil }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// What became of renaming a member of an object.
enum RenameResult {
    case done
    case unchanged
    case notFound
    case taken
    /// It has the name of something else, to which it refers.
    case isReference
}

extension Backend {
    static var collection: String { "backends" }
}

extension Farm {
    /// Deletes a member of a list, or all; false: there is no such list or member.
    mutating func delete(_ list: String, _ member: String?) -> Bool {
        switch list {
        case "addresses": return addresses.remove(member) { $0.name.text }
        case Backend.collection:
            guard backends.remove(member, { $0.name.text }) else { return false }
            sessions.removeAll { session in
                guard let member, let backend = session.backend else { return true }
                return backend.text.utf8.elementsEqual(member.utf8)
            }
            return true
        case "sessions": return sessions.remove(member) { $0.client.text }
        case Policy.collection: return policies.remove(member) { $0.text }
        default: return false
        }
    }

    /// Takes another name. An address that was named after the farm stays so.
    mutating func rename(to newName: Name) {
        let oldAddressName = firstAddressName
        name = newName
        guard let first = addresses.first, first.name == oldAddressName, !first.saysNothing else { return }
        guard !addresses.contains(where: { $0.name == firstAddressName }) else { return }
        addresses[0].name = firstAddressName
    }

    mutating func rename(_ list: String, _ member: Name, to newName: Name) -> RenameResult {
        switch list {
        case "addresses":
            guard !addresses.contains(where: { $0.name == member && $0.isReference }) else { return .isReference }
            return addresses.rename(\.name, member, to: newName)
        case Backend.collection:
            let result = backends.rename(\.name, member, to: newName)
            guard case .done = result else { return result }
            for index in sessions.indices where sessions[index].backend == member { sessions[index].backend = newName }
            return result
        default: return .notFound
        }
    }

    /// Renames of backends that still are.
    func validRenames(_ renames: [Name: Name], since before: Farm?) -> [Name: Name] {
        guard let before, !renames.isEmpty else { return [:] }
        let (old, new) = (Set(before.backends.map(\.name)), Set(backends.map(\.name)))
        return renames.filter { $0.key != $0.value && new.contains($0.key) && old.contains($0.value) }
    }
}

extension Policy {
    mutating func delete(_ list: String, _ member: String?) -> Bool {
        guard list == "elements" else { return false }
        guard let member else {
            elements.removeAll()
            return true
        }
        return (try? AddressRange(member)).map { elements.remove($0) } ?? false
    }
}

extension Address {
    mutating func delete(_ list: String, _ member: String?) -> Bool {
        list == Policy.collection && policies.remove(member) { $0.text }
    }
}

extension Array {
    /// Removes the element of an identifier, or all for nil; false: there is none.
    mutating func remove(_ identifier: String?, _ text: (Element) -> String) -> Bool {
        guard let identifier else {
            removeAll()
            return true
        }
        guard let index = firstIndex(where: { text($0).utf8.elementsEqual(identifier.utf8) }) else { return false }
        remove(at: index)
        return true
    }

    mutating func rename(
        _ path: WritableKeyPath<Element, Name>, _ name: Name, to newName: Name
    ) -> RenameResult {
        guard let index = firstIndex(where: { $0[keyPath: path] == name }) else { return .notFound }
        if name == newName { return .unchanged }
        if contains(where: { $0[keyPath: path] == newName }) { return .taken }
        self[index][keyPath: path] = newName
        return .done
    }
}

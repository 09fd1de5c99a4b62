// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON

// What a revision says besides the objects themselves: which had another name, and where they stood.
extension RevisionText {
    /// Path now → name before.
    static func renames(in delta: ConfigurationDelta) -> JSONObject {
        var renames = JSONObject()
        for difference in delta.farms {
            let path = ObjectPath.farm(difference.name)
            for (now, before) in difference.renamedBackends.sorted(by: { $0.key < $1.key }) {
                renames.append(ObjectPath.backend(now, of: difference.name).description, .string(before.text))
            }
            if let before = difference.renamedFrom { renames.append(path.description, .string(before.text)) }
        }
        for index in 0..<delta.sharedCount {
            let difference = delta.shared(at: index)
            guard let before = difference.before, let after = difference.after, before.name != after.name else {
                continue
            }
            renames.append(after.path.description, .string(before.name.text))
        }
        return renames
    }

    /// Where backends stood that come back to the end of the list otherwise. Their order is who gets which slots.
    mutating func notePlaces(_ before: Farm, _ after: Farm, gone: [Name: Backend]) {
        let old = before.backends.map(\.name)
        let stayed = old.filter { gone[$0] == nil }
        let known = Set(stayed)
        guard after.backends.lazy.map(\.name).filter(known.contains).elementsEqual(stayed) else {
            let path = ObjectPath.farm(after.name).appending("backends")
            return places.append(path.description, .array(old.map { .string($0.text) }))
        }
        if old.prefix(stayed.count).elementsEqual(stayed) { return }
        for (index, name) in old.enumerated() where gone[name] != nil {
            places.append(ObjectPath.backend(name, of: after.name).description, .integer(index))
        }
    }
}

extension Farm {
    /// The farm and all its backends, also when it has none: in an entry that lacks the list, the list stays as it is.
    var wholeDocument: JSONValue { document.with("backends") }
}

extension SharedObject {
    /// The object and all that belongs to it.
    var wholeDocument: JSONValue {
        switch self {
        case .address, .cluster: document
        case .policy: document.with("elements")
        }
    }
}

extension JSONValue {
    /// The object with a list, an empty one when it has none.
    fileprivate func with(_ list: String) -> JSONValue {
        guard case .object(var object) = self, object[list] == nil else { return self }
        object.append(list, [])
        return .object(object)
    }
}

extension Farm {
    /// Whether two farms, as they were declared, differ at most in their backends.
    func hasSameAttributes(as other: Farm) -> Bool {
        var copy = self
        // The same list on both sides is compared by its storage.
        copy.backends = other.backends
        return copy == other || copy.asDeclared == other.asDeclared
    }

    /// The farm alone: its backends are objects of their own.
    var withoutBackends: Farm {
        var farm = self
        farm.backends = []
        return farm
    }
}

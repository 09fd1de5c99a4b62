// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerModel
import JSON

/// `KEY=VALUE`: an attribute of the native dialect and its value as a word.
struct Assignment: ExpressibleByArgument {
    let key: String
    let value: String

    init?(argument: String) {
        guard let sign = argument.firstIndex(of: "="), sign != argument.startIndex else { return nil }
        key = String(argument[..<sign])
        value = String(argument[argument.index(after: sign)...])
    }

    /// The members of an object for these assignments, converted as the rows of its attributes say. What is wrong
    /// with them is refused as the daemon would refuse it, with the place.
    static func members(_ assignments: [Assignment], of kind: ObjectKind, at path: ObjectPath) throws(Failure)
        -> JSONObject
    {
        var members = JSONObject()
        for assignment in assignments {
            let place = path.appending(assignment.key)
            guard let attribute = kind.attributes.first(where: { $0.key == assignment.key }) else {
                let keys = kind.assignable.map(\.key).joined(separator: ", ")
                throw Failure(.refused, "\(place): there is no such attribute", hint: "there are \(keys)")
            }
            guard attribute.isIdentifier == false else {
                throw Failure(.refused, "\(place): the name is given before the attributes")
            }
            guard members[assignment.key] == nil else {
                throw Failure(.refused, "\(place): it is given twice")
            }
            do throws(InvalidValue) {
                members.append(assignment.key, try attribute.type.value(fromArgument: assignment.value))
            } catch {
                throw Failure(BalancerError(error, at: place))
            }
        }
        return members
    }
}

extension ObjectKind {
    /// The attributes that a command line can change in this version.
    var assignable: [AttributeDescription] {
        attributes.filter { attribute in
            if case .objects = attribute.type { return false }
            switch attribute.availability {
            case .now, .alias: return true
            case .identifier, .later, .readOnly, .order: return false
            }
        }
    }
}

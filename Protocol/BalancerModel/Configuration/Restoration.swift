// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import JSON

/// What one revision says of how things were before it, on its way into a draft.
///
/// An object of objects by path: each as it was, null for what was not there. A farm with a list `backends` and a policy with
/// a list `elements` is a whole one; without, the list stays as it is and its members are entries of their own. `renames` says
/// what had another name, so that what is known of an object stays with it, and `places` where in its list a backend stood.
public struct Restoration: Sendable {
    /// Key of the renames: path now → name before.
    public static let renamesKey = "renames"
    /// Key of the places: path of a backend → its index, path of a farm's backends → their names in order.
    public static let placesKey = "places"

    struct Entry: Sendable {
        var path: ObjectPath
        var value: JSONValue
    }

    /// Members of objects first: their paths are those of now.
    private(set) var renames: [(path: ObjectPath, name: Name)] = []
    private(set) var entries: ArraySlice<Entry> = []
    private(set) var places: [Entry] = []
    var isRenamed = false

    /// Reads what a revision says.
    ///
    /// - Throws: `storage` when it is not what this program writes.
    public init(undo: JSONObject) throws(BalancerError) {
        do throws(InvalidValue) {
            var entries: [Entry] = []
            entries.reserveCapacity(undo.count)
            for (key, value) in undo {
                switch key {
                case Self.renamesKey:
                    for (path, name) in value.object ?? [:] {
                        renames.append((try ObjectPath(parsing: path), try Name(name.string ?? "")))
                    }
                case Self.placesKey:
                    for (path, place) in value.object ?? [:] {
                        places.append(Entry(path: try ObjectPath(parsing: path), value: place))
                    }
                default: entries.append(Entry(path: try ObjectPath(parsing: key), value: value))
                }
            }
            self.entries = entries[...]
        } catch {
            throw BalancerError(.storage, "a revision cannot be read: \(error.reason)")
        }
        renames.sort { $0.path.components.count > $1.path.components.count }
    }

    /// The next entries: all that are about members of one object, or one that is not.
    mutating func take(limit: Int) -> ArraySlice<Entry> {
        guard let first = entries.first else { return [] }
        let parts = first.path.components
        guard parts.count > 2 else { return [entries.removeFirst()] }
        let run = entries.prefix(limit).prefix { entry in
            entry.path.components.count == parts.count && entry.path.components.prefix(3) == parts.prefix(3)
        }
        entries = entries[run.endIndex...]
        return run
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import Nftables

/// The one element by which a start learns whether the kernel's elements are those of the file: 0 → revision.
///
/// It stands in the first table that is there. 0 means: a change is under way, compare everything.
public enum Stamp {
    /// The map, in the first of these tables; nil without tables.
    public static func set(in tables: some Sequence<TableFamily>) -> SetReference? {
        tables.min().map { SetReference(family: $0, name: Maps.stamp.name) }
    }

    /// Bytes of key and data.
    public static var length: Int { 4 }

    /// The element that says `revision` (its low 32 bits), as a list.
    public static func element(_ revision: UInt64, in set: SetReference) -> ElementList {
        var list = Maps.stamp.list(in: set.family)
        list.append(words: 0, UInt32(truncatingIfNeeded: revision))
        return list
    }

    /// The key to delete it or look it up.
    public static func key(in set: SetReference) -> ElementList {
        var list = Maps.stamp.list(in: set.family, withData: false)
        list.append(words: 0)
        return list
    }

    /// The steps that make it say `revision`; `isPresent`: whether it says anything now.
    public static func steps(to revision: UInt64, in set: SetReference, isPresent: Bool) -> [Transaction.Step] {
        (isPresent ? [.delete(key(in: set))] : []) + [.add(element(revision, in: set))]
    }

    /// What a list read from the kernel says; nil: nothing.
    public static func revision(_ list: ElementList) -> UInt32? {
        list.isEmpty ? nil : ElementBytes.number(list.data(at: 0))
    }
}

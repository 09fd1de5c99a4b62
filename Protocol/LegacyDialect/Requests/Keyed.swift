// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Values by key in the order of their first mention.
struct Keyed<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private(set) var keys: [Key] = []
    private(set) var values: [Value] = []
    private var indices: [Key: Int] = [:]

    var isEmpty: Bool { keys.isEmpty }

    subscript(key: Key) -> Value? { indices[key].map { values[$0] } }

    /// Changes the value of a key in place; a key that is new begins with `new`.
    mutating func update<Failure: Error>(
        _ key: Key, new: @autoclosure () -> Value, _ body: (inout Value) throws(Failure) -> Void
    ) throws(Failure) {
        if let index = indices[key] { return try body(&values[index]) }
        var value = new()
        try body(&value)
        indices[key] = keys.count
        keys.append(key)
        values.append(value)
    }
}

extension Keyed: Sequence {
    func makeIterator() -> Zip2Sequence<[Key], [Value]>.Iterator { zip(keys, values).makeIterator() }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// A value that nobody needs any more, given back to the memory a part at a time: a million values take some ten
/// milliseconds.
///
/// What somebody else still holds is not taken apart, only let go.
public struct JSONRemains: Sendable {
    private var rest: [JSONValue]

    /// What is to be given back. The owner lets go of its own.
    public init(_ value: consuming JSONValue) { rest = [value] }

    /// Gives so many values back.
    ///
    /// - Returns: whether all is given back.
    public mutating func advance(values: Int) -> Bool {
        var budget = values
        while let last = rest.popLast() {
            guard budget > 0 else {
                rest.append(last)
                return false
            }
            switch consume last {
            case .null, .bool, .number, .string: break
            case .array(let array): takeApart(array, &budget)
            case .object(let object): takeApart(object.members.map(\.value), &budget)
            }
        }
        return true
    }

    private mutating func takeApart(_ elements: consuming [JSONValue], _ budget: inout Int) {
        while budget > 0, let element = elements.popLast() {
            budget -= 1
            switch element {
            case .null, .bool, .number, .string: break
            case .array, .object:
                if !elements.isEmpty { rest.append(.array(elements)) }
                return rest.append(element)
            }
        }
        if !elements.isEmpty { rest.append(.array(elements)) }
    }
}

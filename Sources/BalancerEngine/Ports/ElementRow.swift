// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel

/// One element of a policy as it is stored: a row of its own, so that one of a million costs what one of ten does.
public struct ElementRow: Equatable, Sendable {
    /// The number of the policy.
    public var policy: Int64
    /// The addresses: 4 or 16 bytes for a host, 8 or 32 (first and last) for a range.
    public var data: [UInt8]
    /// How long it stays, in seconds; 0: as the policy said.
    public var time: Int64
    /// When it ends, in seconds since 1970; 0: never.
    public var deadline: Int64

    /// Makes a row.
    public init(policy: Int64, data: [UInt8], time: Int64, deadline: Int64) {
        self.policy = policy
        self.data = data
        self.time = time
        self.deadline = deadline
    }

    init(_ element: PolicyElement, of policy: Int64) {
        self.init(
            policy: policy, data: Self.data(element.data), time: element.time.number, deadline: element.deadline)
    }

    /// The key of an element.
    static func data(_ range: AddressRange) -> [UInt8] {
        let (first, last) = (range.first, range.last)
        return first == last ? first.bytes : first.bytes + last.bytes
    }

    /// The element.
    func element() throws(StoreFailure) -> PolicyElement {
        let half = [8, 32].contains(data.count) ? data.count / 2 : data.count
        guard let first = IPAddress(bytes: data.prefix(half)), let last = IPAddress(bytes: data.suffix(half)),
            first <= last, let time = try? Seconds(time), deadline >= 0
        else { throw StoreFailure(kind: .damaged, message: "an element of policy \(policy) is none") }
        var element = PolicyElement(data: AddressRange(from: first, to: last))
        element.time = time
        element.deadline = deadline
        return element
    }
}

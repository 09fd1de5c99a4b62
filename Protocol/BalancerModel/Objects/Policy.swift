// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// A named set of addresses, used by farms as a black or white list.
public struct Policy: Sendable, Hashable {
    /// Unique among policies.
    public var name: Name

    /// The family of all its elements.
    public var family: AddressFamily = .ipv4

    /// Whether its addresses are refused or let in.
    public var type: PolicyType = .blacklist

    /// Which address of a packet it looks at.
    public var route: PolicyRoute = .in

    /// How long an element stays that is added from now on and says nothing of its own; 0 for ever.
    public var timeout = Seconds(unchecked: 0)

    /// In front of its log lines.
    public var logPrefix = LogPrefix.policy

    /// The addresses.
    public var elements = PolicyElements()

    /// An empty blacklist.
    public init(name: Name) {
        self.name = name
    }
}

/// An element of a policy.
public struct PolicyElement: Sendable, Hashable {
    /// The addresses it covers, unique in its policy.
    public var data: AddressRange

    /// How long it stays from when it was added; 0: as long as the policy said then.
    public var time = Seconds(unchecked: 0)

    /// When it ends, in seconds since 1970; 0: never, or it has not been added yet. It is state and no attribute: an
    /// element that is declared once more as it is keeps it.
    public var deadline: Int64 = 0

    /// An element of these addresses.
    public init(data: AddressRange) {
        self.data = data
    }

    init(data: AddressRange, _ time: ElementTime) {
        self.data = data
        self.time = Seconds(unchecked: Int64(time.seconds))
        deadline = time.deadline
    }

    var elementTime: ElementTime { ElementTime(seconds: time.value, deadline: deadline) }
}

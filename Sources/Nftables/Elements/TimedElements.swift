// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// How long an element lives: milliseconds, as the kernel counts them (in ticks of some milliseconds).
public struct Lifetime: Sendable, Hashable {
    /// Its time-out: what a rule that renews it sets its time to. Nil: that of the set.
    public var timeout: UInt64?
    /// What is left. Nil: it has no end; of an element to be added: all of its time-out.
    public var remaining: UInt64?

    /// A lifetime.
    public init(timeout: UInt64? = nil, remaining: UInt64? = nil) {
        self.timeout = timeout
        self.remaining = remaining
    }
}

/// Elements and the time of each: of a set with `flags timeout`.
public struct TimedElements: ElementRecords {
    /// Time-out and what is left of it.
    public static var detail: ElementDetail { .lifetime }

    /// Keys and data.
    public private(set) var elements: ElementList
    /// One for each element.
    public private(set) var lifetimes: [Lifetime]

    /// None.
    public init(_ form: ElementForm) {
        elements = ElementList(form)
        lifetimes = []
    }

    /// Elements with their times.
    public init(_ elements: ElementList, lifetimes: [Lifetime]) {
        precondition(lifetimes.count == elements.count)
        self.elements = elements
        self.lifetimes = lifetimes
    }

    /// Elements as they were read: time-out and what is left of each, `UInt64.max` where nothing is known.
    public init(_ elements: ElementList, numbers: [UInt64]) {
        precondition(numbers.count == 2 * elements.count)
        func known(_ number: UInt64) -> UInt64? { number == .max ? nil : number }
        self.init(
            elements,
            lifetimes: (0..<elements.count).map {
                Lifetime(timeout: known(numbers[2 * $0]), remaining: known(numbers[2 * $0 + 1]))
            })
    }

    /// Appends more of the same set.
    public mutating func append(contentsOf other: TimedElements) {
        elements.append(contentsOf: other.elements)
        lifetimes.append(contentsOf: other.lifetimes)
    }

    /// Appends one element.
    public mutating func append(
        key: some Collection<UInt8>, data: some Collection<UInt8>, lifetime: Lifetime
    ) {
        elements.append(key: key, data: data)
        lifetimes.append(lifetime)
    }

    /// Some of the elements.
    public func slice(_ range: Range<Int>) -> TimedElements {
        TimedElements(elements.slice(range), lifetimes: Array(lifetimes[range]))
    }

    /// As ``init(_:numbers:)`` takes them.
    public var numbers: [UInt64] { lifetimes.flatMap { [$0.timeout ?? .max, $0.remaining ?? .max] } }
}

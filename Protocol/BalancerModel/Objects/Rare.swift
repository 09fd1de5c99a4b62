// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// A group of attributes that hardly any object sets: one pointer, nil while all of them have their defaults.
struct Rare<Value: RareAttributes>: Sendable, Hashable {
    private final class Box: Sendable {
        let value: Value
        init(_ value: Value) { self.value = value }
    }

    private var box: Box?

    /// All defaults.
    init() {}

    /// Whether all attributes have their defaults.
    var isStandard: Bool { box == nil }

    var value: Value {
        get { box?.value ?? Value.standard }
        set { box = newValue == Value.standard ? nil : Box(newValue) }
    }

    static func == (left: Rare, right: Rare) -> Bool {
        left.box === right.box || left.value == right.value
    }

    func hash(into hasher: inout Hasher) {
        if let box { hasher.combine(box.value) }
    }
}

/// An object that has such a group.
protocol RareHolder {
    associatedtype Options: RareAttributes
    var rare: Rare<Options> { get set }
}

extension Farm: RareHolder {}
extension FarmAddress: RareHolder {}
extension Backend: RareHolder {}

/// A group of attributes with a default each.
protocol RareAttributes: Sendable, Hashable {
    /// The defaults.
    static var standard: Self { get }
}

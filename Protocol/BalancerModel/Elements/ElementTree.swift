// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Keys in order, each with its time, as a value whose versions share what they have in common: a change of a tree that
/// somebody else holds, too, copies the way to one leaf, whatever the size of the tree.
///
/// A node of up to `leafSize` keys is a leaf; a larger one branches at the first four bits in which its keys differ. So the
/// shape of a tree is that of its contents, whatever the order in which they came, and two versions are compared at the cost
/// of what differs. A million IPv4 addresses take some 12 MiB.
struct ElementTree<Key: ElementKey>: Sendable {
    private(set) var root = Node()

    /// Most keys of a leaf.
    static var leafSize: Int { 64 }

    struct Node: Sendable {
        var count = 0
        /// The earliest deadline of all below; `Int64.max`: none.
        var earliest = Int64.max
        /// Where it branches; −1: it is a leaf.
        var depth = -1
        /// In a branch: a key that has the bits above `depth` in common with all keys below.
        var sample: Key?
        /// In a leaf: the keys in order.
        var keys: [Key] = []
        /// In a leaf: the time of each key; empty while none has one.
        var times: [ElementTime] = []
        /// In a branch: sixteen, some of them empty.
        var children: [Node] = []

        var isLeaf: Bool { depth < 0 }
    }

    var count: Int { root.count }

    /// The earliest deadline; nil: none.
    var earliestDeadline: Int64? { root.earliest == .max ? nil : root.earliest }

    /// The time of a key; nil: it is not there.
    subscript(key: Key) -> ElementTime? { root[key] }

    /// Adds a key, or gives one that is there another time. The time that it had; nil: it is new.
    @discardableResult
    mutating func set(_ key: Key, _ time: ElementTime) -> ElementTime? { root.set(key, time) }

    /// Removes a key; false: it was not there.
    @discardableResult
    mutating func remove(_ key: Key) -> Bool { root.remove(key) }
}

extension ElementTree.Node {
    subscript(key: Key) -> ElementTime? {
        guard !isLeaf else {
            let place = place(of: key)
            guard place < keys.count, keys[place] == key else { return nil }
            return times.isEmpty ? ElementTime.none : times[place]
        }
        guard key.commonNibbles(with: sample!) >= depth else { return nil }
        return children[key.nibble(at: depth)][key]
    }

    /// Where a key is in a leaf, or would be.
    private func place(of key: Key) -> Int {
        var (low, high) = (0, keys.count)
        while low < high {
            let middle = (low + high) / 2
            if keys[middle] < key { low = middle + 1 } else { high = middle }
        }
        return low
    }

    mutating func set(_ key: Key, _ time: ElementTime) -> ElementTime? {
        guard isLeaf else { return setBelow(key, time) }
        let place = place(of: key)
        if place < keys.count, keys[place] == key {
            let before = times.isEmpty ? ElementTime.none : times[place]
            guard before != time else { return before }
            fillTimes()
            times[place] = time
            updateLeaf()
            return before
        }
        keys.insert(key, at: place)
        if time != .none || !times.isEmpty {
            if times.isEmpty { times = Array(repeating: .none, count: keys.count - 1) }
            times.insert(time, at: place)
        }
        updateLeaf()
        if count > ElementTree.leafSize { split() }
        return nil
    }

    private mutating func setBelow(_ key: Key, _ time: ElementTime) -> ElementTime? {
        let common = key.commonNibbles(with: sample!)
        guard common < depth else {
            let before = children[key.nibble(at: depth)].set(key, time)
            if before == nil { count += 1 }
            updateDeadline()
            return before
        }
        // The key leaves the common way above this node: a new branch there.
        var leaf = ElementTree.Node()
        _ = leaf.set(key, time)
        let old = self
        self = Self(branchingAt: common, sample: old.sample!)
        children[old.sample!.nibble(at: common)] = old
        children[key.nibble(at: common)] = leaf
        count = old.count + 1
        updateDeadline()
        return nil
    }

    mutating func remove(_ key: Key) -> Bool {
        guard isLeaf else { return removeBelow(key) }
        let place = place(of: key)
        guard place < keys.count, keys[place] == key else { return false }
        keys.remove(at: place)
        if !times.isEmpty { times.remove(at: place) }
        if times.allSatisfy({ $0 == .none }) { times = [] }
        updateLeaf()
        return true
    }

    private mutating func removeBelow(_ key: Key) -> Bool {
        guard key.commonNibbles(with: sample!) >= depth else { return false }
        let index = key.nibble(at: depth)
        guard children[index].remove(key) else { return false }
        count -= 1
        if count <= ElementTree.leafSize {
            var (keys, times): ([Key], [ElementTime]) = ([], [])
            forEach {
                keys.append($0)
                times.append($1)
            }
            self = Self(leaf: keys, times)
        } else if children[index].count == 0, children.lazy.filter({ $0.count > 0 }).prefix(2).count == 1 {
            // One way goes on: the branch is where that one branches.
            self = children.first { $0.count > 0 }!
        } else {
            updateDeadline()
        }
        return true
    }

    private mutating func split() {
        let depth = keys[0].commonNibbles(with: keys[keys.count - 1])
        var branch = Self(branchingAt: depth, sample: keys[0])
        branch.count = count
        var start = 0
        while start < keys.count {
            let nibble = keys[start].nibble(at: depth)
            var end = start + 1
            while end < keys.count, keys[end].nibble(at: depth) == nibble { end += 1 }
            branch.children[nibble] = Self(
                leaf: Array(keys[start..<end]), times.isEmpty ? [] : Array(times[start..<end]))
            start = end
        }
        branch.updateDeadline()
        self = branch
    }

    private init(branchingAt depth: Int, sample: Key) {
        self.depth = depth
        self.sample = sample
        children = Array(repeating: ElementTree.Node(), count: 16)
    }

    private init(leaf keys: [Key], _ times: [ElementTime]) {
        self.keys = keys
        self.times = times.allSatisfy { $0 == .none } ? [] : times
        updateLeaf()
    }

    private mutating func fillTimes() {
        if times.isEmpty { times = Array(repeating: .none, count: keys.count) }
    }

    private mutating func updateLeaf() {
        count = keys.count
        if times.allSatisfy({ $0 == .none }) { times = [] }
        earliest = times.reduce(Int64.max) { $1.deadline == 0 ? $0 : min($0, $1.deadline) }
    }

    private mutating func updateDeadline() {
        earliest = children.reduce(Int64.max) { min($0, $1.earliest) }
    }

    func forEach(_ body: (Key, ElementTime) -> Void) {
        for (place, key) in keys.enumerated() { body(key, times.isEmpty ? .none : times[place]) }
        for child in children where child.count > 0 { child.forEach(body) }
    }
}

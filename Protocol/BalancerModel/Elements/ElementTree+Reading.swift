// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

extension ElementTree {
    /// The elements from a place on, in order, at most so many.
    func slice(from start: Int, limit: Int) -> [(key: Key, time: ElementTime)] {
        var result: [(key: Key, time: ElementTime)] = []
        guard start < count, limit > 0 else { return result }
        result.reserveCapacity(min(limit, count - start))
        root.append(to: &result, from: start, limit: limit)
        return result
    }

    /// The keys whose deadline is not after a moment, in order.
    func due(at moment: Int64) -> [Key] {
        var result: [Key] = []
        root.appendDue(at: moment, to: &result)
        return result
    }

    /// Calls `body` for each key that is in one of two trees only, or in both with different times, in order.
    func forEachDifference(from old: ElementTree, _ body: (Key, ElementTime?, ElementTime?) -> Void) {
        Node.compare(old.root, root, body)
    }
}

extension ElementTree: Hashable {
    static func == (left: ElementTree, right: ElementTree) -> Bool { Node.areEqual(left.root, right.root) }

    /// By what costs nothing: equal trees are equally large.
    func hash(into hasher: inout Hasher) { hasher.combine(count) }
}

extension ElementTree.Node {
    fileprivate func append(to result: inout [(key: Key, time: ElementTime)], from start: Int, limit: Int) {
        var skipped = start
        for place in min(skipped, keys.count)..<keys.count where result.count < limit {
            result.append((keys[place], times.isEmpty ? .none : times[place]))
        }
        for child in children where result.count < limit {
            if child.count <= skipped {
                skipped -= child.count
            } else {
                child.append(to: &result, from: skipped, limit: limit)
                skipped = 0
            }
        }
    }

    fileprivate func appendDue(at moment: Int64, to result: inout [Key]) {
        guard earliest <= moment else { return }
        for (place, time) in times.enumerated() where time.deadline != 0 && time.deadline <= moment {
            result.append(keys[place])
        }
        for child in children { child.appendDue(at: moment, to: &result) }
    }

    /// Whether both stand on the same storage: then they are equal, at no cost.
    private static func isSame(_ left: Self, _ right: Self) -> Bool {
        left.count == right.count && left.depth == right.depth && left.keys.isSameStorage(as: right.keys)
            && left.times.isSameStorage(as: right.times) && left.children.isSameStorage(as: right.children)
    }

    fileprivate static func areEqual(_ left: Self, _ right: Self) -> Bool {
        guard left.count == right.count, left.earliest == right.earliest, left.depth == right.depth else {
            return false
        }
        if isSame(left, right) { return true }
        if left.isLeaf { return left.keys == right.keys && left.times == right.times }
        return zip(left.children, right.children).allSatisfy { areEqual($0, $1) }
    }

    fileprivate static func compare(_ old: Self, _ new: Self, _ body: (Key, ElementTime?, ElementTime?) -> Void) {
        if isSame(old, new) { return }
        if old.count == 0 { return new.forEach { body($0, nil, $1) } }
        if new.count == 0 { return old.forEach { body($0, $1, nil) } }
        guard !old.isLeaf, !new.isLeaf else { return compareWhole(old, new, body) }
        let common = old.sample!.commonNibbles(with: new.sample!)
        if common < min(old.depth, new.depth) {
            compareWhole(old, new, body)
        } else if old.depth == new.depth {
            for (before, after) in zip(old.children, new.children) { compare(before, after, body) }
        } else if old.depth > new.depth {
            // The old node is one of the new one's children, or became part of one.
            let place = old.sample!.nibble(at: new.depth)
            for (index, child) in new.children.enumerated() {
                compare(index == place ? old : ElementTree.Node(), child, body)
            }
        } else {
            let place = new.sample!.nibble(at: old.depth)
            for (index, child) in old.children.enumerated() {
                compare(child, index == place ? new : ElementTree.Node(), body)
            }
        }
    }

    /// Compares element by element: two leaves, or what has little in common.
    private static func compareWhole(_ old: Self, _ new: Self, _ body: (Key, ElementTime?, ElementTime?) -> Void) {
        var (left, right): ([(Key, ElementTime)], [(Key, ElementTime)]) = ([], [])
        old.forEach { left.append(($0, $1)) }
        new.forEach { right.append(($0, $1)) }
        var (i, j) = (0, 0)
        while i < left.count || j < right.count {
            if j == right.count || i < left.count && left[i].0 < right[j].0 {
                body(left[i].0, left[i].1, nil)
                i += 1
            } else if i == left.count || right[j].0 < left[i].0 {
                body(right[j].0, nil, right[j].1)
                j += 1
            } else {
                if left[i].1 != right[j].1 { body(left[i].0, left[i].1, right[j].1) }
                i += 1
                j += 1
            }
        }
    }
}

extension Array {
    /// Whether both are one array in memory. Two that are not may be equal all the same.
    fileprivate func isSameStorage(as other: [Element]) -> Bool {
        guard count == other.count else { return false }
        return unsafe withUnsafeBufferPointer { mine in
            unsafe other.withUnsafeBufferPointer { theirs in unsafe mine.baseAddress == theirs.baseAddress }
        }
    }
}

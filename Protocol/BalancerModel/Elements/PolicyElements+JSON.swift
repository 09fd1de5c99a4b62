// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON

extension PolicyElements {
    /// Merges an array of elements: those that are there are changed, others are added. How many there may be is checked
    /// before there is memory for more.
    mutating func merge(_ json: JSONValue) throws(Failure) {
        let values: [JSONValue]
        do { values = try json.expectedArray() } catch { throw Failure(error) }
        var seen = PolicyElements()
        for (position, value) in values.enumerated() {
            let (data, text, members) = try PolicyElement.identified(value, at: position)
            do throws(Failure) {
                var element = self[data] ?? PolicyElement(data: data)
                let time = element.time
                try element.update(from: members)
                // Another time is counted from now on.
                if element.time != time { element.deadline = 0 }
                guard seen.set(PolicyElement(data: data)) == nil else {
                    throw Failure(.invalid, at: [PolicyElement.identifierKey], "\"\(text)\" stands twice in this list")
                }
                set(element)
                try checkCount()
            } catch {
                throw error.inside(text)
            }
        }
    }

    /// Whether there is room.
    func checkCount() throws(Failure) {
        if hostCount > Self.maximumHosts {
            throw Failure(.limit, "a policy has at most \(Self.maximumHosts) single addresses")
        }
        if rangeCount > Self.maximumRanges {
            throw Failure(
                .limit, "a policy has at most \(Self.maximumRanges) prefixes and ranges",
                hint: "join neighbours, or divide the list among several policies")
        }
    }
}

extension Attribute<Policy> {
    /// The row of a policy's elements.
    static func elements(_ key: String, _ help: String) -> Attribute {
        let description = AttributeDescription(
            key: key, type: .objects(.element), defaultValue: [], role: .administrator, help: help,
            availability: .now)
        return Attribute(
            description,
            decode: { policy, json throws(Failure) in try policy.elements.merge(json) },
            encode: { policy in .array(policy.elements.map { .object($0.json()) }) },
            hasDefault: { $0.elements.isEmpty })
    }
}

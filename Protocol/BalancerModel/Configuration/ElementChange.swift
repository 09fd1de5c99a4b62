// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON

/// Elements of a policy that come or go, many at once: what a large list is fed with, and costs what it names.
public struct ElementChange: Sendable, Hashable {
    /// The policy.
    public var policy: Name
    /// The elements, each as its text says.
    public var elements: [AddressRange]
    /// Of elements that come: how long they stay; nil: as the policy says. An element that is there is renewed by it.
    public var time: Seconds?

    /// Elements of a policy.
    public init(policy: Name, elements: [AddressRange], time: Seconds? = nil) {
        self.policy = policy
        self.elements = elements
        self.time = time
    }

    /// From the members `add` or `remove`, `elements` and `time` of a change.
    init(_ members: JSONObject, verb: String, at path: ObjectPath) throws(BalancerError) {
        do throws(InvalidValue) {
            let target = try ObjectPath(parsing: try (members[verb] ?? .null).expectedString()).components
            guard target.count == 3, target[0] == Policy.collection, target[2] == "elements" else {
                throw InvalidValue("not the elements of a policy", hint: "write /policies/NAME/elements")
            }
            policy = try Name(target[1])
        } catch {
            throw BalancerError(error, at: path.appending(verb))
        }
        let texts: [JSONValue]
        do { texts = try (members["elements"] ?? .null).expectedArray() } catch {
            throw BalancerError(error, at: path.appending("elements"))
        }
        // Before there is memory for more than any policy takes.
        guard texts.count <= PolicyElements.maximumHosts else {
            throw BalancerError(
                .limit, at: path.appending("elements"), "a policy has at most \(PolicyElements.maximumHosts) elements")
        }
        elements = []
        elements.reserveCapacity(texts.count)
        for (index, text) in texts.enumerated() {
            do { elements.append(try AddressRange(try text.expectedString())) } catch {
                throw BalancerError(error, at: path.appending("elements").appending("\(index)"))
            }
        }
        guard let time = members["time"] else { return }
        do { self.time = try Seconds(try time.expectedInteger()) } catch {
            throw BalancerError(error, at: path.appending("time"))
        }
    }

    func json(verb: String) -> JSONValue {
        var json: JSONObject = [
            verb: .string(ObjectPath([Policy.collection, policy.text, "elements"]).description),
            "elements": .array(elements.map { .string($0.description) }),
        ]
        if let time { json["time"] = .integer(time.number) }
        return .object(json)
    }
}

extension Draft {
    /// Adds elements. One that is there stays as it is, unless a time is given: then it is renewed.
    mutating func add(_ change: ElementChange) throws(Failure) {
        try edit(change) { policy throws(Failure) in
            for data in change.elements {
                guard data.family == policy.family else {
                    throw Failure(.invalid, at: [data.description], "the policy's family is \(policy.family.rawValue)")
                }
                let known = policy.elements[data]
                if known != nil, change.time == nil { continue }
                var element = PolicyElement(data: data)
                element.time = change.time ?? element.time
                policy.elements.set(element)
                if known == nil { try policy.elements.checkCount() }
            }
        }
    }

    /// Removes elements. One that is not there stays away.
    mutating func remove(_ change: ElementChange) throws(Failure) {
        try edit(change) { policy throws(Failure) in
            for data in change.elements { policy.elements.remove(data) }
        }
    }

    private mutating func edit(
        _ change: ElementChange, _ body: (inout Policy) throws(Failure) -> Void
    ) throws(Failure) {
        let path = ObjectPath([Policy.collection, change.policy.text])
        guard var policy = policies[change.policy] else { throw Failure.notFound(path) }
        do throws(Failure) {
            try body(&policy)
        } catch {
            throw error.inside("elements").inside(change.policy.text).inside(Policy.collection)
        }
        policies.set(policy, for: change.policy)
    }
}

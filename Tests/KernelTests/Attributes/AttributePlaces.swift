// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import JSON
import Nftables

/// Where an attribute lives in the kernel: found out, not written down, by compiling what it is before and with a value.
struct AttributePlaces {
    /// Whether a value makes another chain.
    var hasShape = false
    /// Whether a value makes another line of the log.
    var hasLine = false
    /// Whether a value makes another chain that asks policies.
    var hasList = false
    /// The maps and sets whose elements differ.
    var maps: Set<String> = []

    init(_ attribute: AttributeCase) throws {
        let before = try Compiled(attribute.base)
        for document in attribute.changed {
            let after = try Compiled(document)
            if after.shapes != before.shapes { hasShape = true }
            if after.lines != before.lines { hasLine = true }
            if after.lists != before.lists { hasList = true }
            for name in Set(before.elements.keys).union(after.elements.keys)
            where before.elements[name] != after.elements[name] {
                maps.insert(name)
            }
        }
    }

    /// For people: shape, then maps.
    var text: String {
        ((hasShape ? ["shape"] : []) + (hasLine ? ["line of the log"] : []) + (hasList ? ["list of policies"] : [])
            + maps.sorted().map { "`\($0)`" }).joined(
                separator: ", ")
    }
}

/// A configuration as elements and shapes.
private struct Compiled {
    private(set) var shapes: [TableFamily: Shape] = [:]
    private(set) var lines: [TableFamily: Set<LogLine>] = [:]
    private(set) var lists: Set<PolicyNeed> = []
    /// Elements by set, in both families.
    private(set) var elements: [String: Set<[UInt8]>] = [:]

    init(_ document: JSONValue) throws {
        let configuration = try Configuration(json: document)
        var skeleton = Skeleton(owner: "places")
        var bins = ElementBins()
        var wide = WideAddresses()
        var policies: [Name: NumberedPolicy] = [:]
        for (index, policy) in configuration.policies.enumerated() {
            policies[policy.name] = NumberedPolicy(policy, number: UInt32(index + 1))
            bins.append(policy, number: UInt32(index + 1))
        }
        for address in configuration.addresses {
            let guards = address.policies.compactMap { policies[$0] }
            let needs = policyNeeds(of: address, guards)
            skeleton.require(needs)
            note(needs)
            if let compiled = compile(address, guards, lists: skeleton.lists) { bins.append(compiled) }
        }
        for (index, farm) in configuration.farms.enumerated() {
            let numbers = farm.backends.enumerated().map { index, backend in
                farm.givenMark(of: backend) ?? UInt32(index + 1) | farm.mark.value
            }
            let numbered = NumberedFarm(
                farm: farm, number: UInt16(index + 1), backendNumbers: numbers,
                policies: farm.policies.compactMap { policies[$0] })
            let guards = policyNeeds(of: numbered)
            skeleton.require(guards)
            note(guards)
            let needs = needs(of: numbered)
            skeleton.require(needs)
            for family in needs.families {
                shapes[family] = needs[family]?.shape
                lines[family, default: []].formUnion(needs[family]?.lines ?? [])
            }
            let compiled = compile(numbered, shapes: skeleton.shapes, lists: skeleton.lists)
            compiled.append(to: &bins)
            wide.add(compiled)
        }
        wide.append(to: &bins)
        if let cluster = configuration.cluster { bins.append(compile(cluster, facts: NetworkFacts())) }
        for list in bins.lists {
            elements[list.set.name, default: []].formUnion(
                (0..<list.count).map { index in
                    // Another shape is another value of every service: that is the shape's doing.
                    let data = list.set.name.hasPrefix("services") ? [] : Array(list.data(at: index))
                    return [list.set.family == .ip ? 4 : 6] + Array(list.key(at: index)) + data
                })
        }
    }

    private mutating func note(_ needs: [PolicyNeed]) {
        for need in needs {
            if case .line(let line, let family) = need {
                lines[family, default: []].insert(line)
            } else {
                lists.insert(need)
            }
        }
    }
}

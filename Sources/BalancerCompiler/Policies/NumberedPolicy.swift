// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel
public import Nftables

/// What rules must know of a policy: its number, which names its sets and chains, and what decides their text and that of
/// its lines in the log.
public struct NumberedPolicy: Sendable, Hashable {
    /// 1 … 2³² − 1.
    public var number: UInt32
    /// In which table its sets are.
    public var family: AddressFamily
    /// Whether its elements are refused or let in.
    public var type: PolicyType
    /// Which address of a packet it looks at.
    public var route: PolicyRoute

    /// Its name, for its lines.
    public var name: Name
    /// How its lines begin where farms are guarded.
    public var logPrefix: LogPrefix

    /// A policy with its number.
    public init(_ policy: Policy, number: UInt32) {
        self.number = number
        family = policy.family
        type = policy.type
        route = policy.route
        name = policy.name
        logPrefix = policy.logPrefix
    }
}

/// The number of the policy that a set of ours belongs to; nil: to none.
public func policyNumber(ofSet name: String) -> UInt32? { PolicySets.number(ofElements: name) }

/// The sets of a policy: hosts, ranges, and what traffic has counted for it.
///
/// Hosts and ranges have no counters and no time-outs of their own. A counter would cost 5 µs and 16 bytes for each CPU when
/// it is made; a set with time-outs is walked by the kernel every second, whole. The daemon takes away what has ended.
enum PolicySets {
    /// Most farms that a policy counts for; as many as there can be.
    private static let hitsSize = 65_536

    static func hosts(_ number: UInt32, _ family: TableFamily) -> SetDeclaration {
        SetDeclaration(name(number), key: .types([family.addressType]), size: nil)
    }

    static func ranges(_ number: UInt32, _ family: TableFamily) -> SetDeclaration {
        SetDeclaration(
            name(number) + rangesSuffix, key: .types([family.addressType]), isInterval: true, size: nil)
    }

    /// Farm (0: an address outside of farms) → packets and bytes, made by traffic.
    static func hits(_ number: UInt32) -> SetDeclaration {
        SetDeclaration(
            name(number) + hitsSuffix, key: .expressions([.meta(.priority)]), isDynamic: true, size: hitsSize)
    }

    /// Farm → the line that a hit writes for it, and the farm.
    static func lines(_ number: UInt32) -> SetDeclaration {
        SetDeclaration(
            linesPrefix + name(number), key: .expressions([.meta(.priority)]), data: .expression(.meta(.priority)),
            size: nil)
    }

    static func all(_ number: UInt32, _ family: TableFamily) -> [SetDeclaration] {
        filled(number, family) + [hits(number)]
    }

    /// Those that the daemon fills.
    static func filled(_ number: UInt32, _ family: TableFamily) -> [SetDeclaration] {
        [hosts(number, family), ranges(number, family), lines(number)]
    }

    static func name(_ number: UInt32) -> String { prefix + String(number) }

    /// The number of the policy whose hosts or ranges a set has; nil for all other sets.
    static func number(ofElements set: String) -> UInt32? {
        let set = IngressNames.family(of: set) == nil ? set : IngressNames.base(of: set)
        guard set.hasPrefix(prefix) else { return nil }
        let rest = set.dropFirst(prefix.count)
        return UInt32(rest.hasSuffix(rangesSuffix) ? rest.dropLast(rangesSuffix.count) : rest)
    }

    /// The declaration of a policy's set of a name, of those that the daemon fills.
    static func declaration(named set: String, in family: TableFamily) -> SetDeclaration? {
        if set.hasPrefix(linesPrefix) {
            return number(ofElements: String(set.dropFirst(linesPrefix.count))).map(lines)
        }
        if family == .netdev, let address = IngressNames.family(of: set) {
            return declaration(named: IngressNames.base(of: set), in: TableFamily(address))?.atIngress(address)
        }
        guard let number = number(ofElements: set) else { return nil }
        return set.hasSuffix(rangesSuffix) ? ranges(number, family) : hosts(number, family)
    }

    private static let prefix = "policy-"
    private static let linesPrefix = "log-"
    private static let rangesSuffix = "-ranges"
    private static let hitsSuffix = "-hits"
}

extension Skeleton {
    /// How the counters of a policy lie in its sets, one for each table that has it.
    public func hits(ofPolicy number: UInt32, _ family: AddressFamily) -> [ElementForm] {
        let table = TableFamily(family)
        let isThere = policies[table]?.contains(number) ?? false
        let set = PolicySets.hits(number)
        return (isThere ? [set.form(in: table)] : [])
            + AddressFamily.allCases.filter { ingressPolicies.contains(IngressPolicy(number: number, family: $0)) }
            .map { set.atIngress($0).form(in: .netdev) }
    }
}

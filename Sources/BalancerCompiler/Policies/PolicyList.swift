// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel
public import Nftables

/// The policies of one family that guard a farm or an address, in their order, and what a hit of each means: what a chain
/// says. Farms with the same list share it, and so do addresses outside of farms whose lines are the same.
public struct PolicyList: Sendable, Hashable {
    /// A policy and what becomes of what it knows.
    public struct Step: Sendable, Hashable {
        /// The policy's number.
        public var policy: UInt32
        /// Whether it looks at the destination instead of the source.
        public var looksAtDestination: Bool
        /// What becomes of it.
        public var action: Action
    }

    /// What becomes of a packet whose address a policy knows.
    public enum Action: String, Sendable, Hashable, CaseIterable {
        /// It is dropped.
        case drop
        /// It passes, whatever later policies of the list say.
        case pass
        /// It is counted, and the next policy is asked.
        case count
    }

    /// What a hit writes into the log.
    public enum Lines: Sendable, Hashable {
        /// Nothing.
        case none
        /// What is said for the farm and the policy: data, see ``PolicySets``.
        case ofFarm
        /// The line of an address outside of farms, whatever policy was hit. Such addresses have no number that could lead
        /// to it, so it is part of the list.
        case fixed(LogLine)
    }

    /// The family of the packets: at ingress both share a table.
    public let family: AddressFamily
    /// In their order, each once.
    public var steps: [Step]
    /// What hits write.
    public var lines: Lines

    /// The list of some policies for those who have a verdict; nil: none of them is of the family.
    ///
    /// A blacklist drops only where the verdict has `drop`, a whitelist lets pass only where it has `accept`; else the policy
    /// counts, and that is all.
    public init?(
        _ policies: [NumberedPolicy], verdict: [VerdictWord], lines: Lines = .none, in family: AddressFamily
    ) {
        self.lines = lines
        self.family = family
        steps = policies.filter { $0.family == family }.map { policy in
            let action: Action
            switch policy.type {
            case .blacklist: action = verdict.contains(.drop) ? .drop : .count
            case .whitelist: action = verdict.contains(.accept) ? .pass : .count
            }
            return Step(policy: policy.number, looksAtDestination: policy.route == .out, action: action)
        }
        if steps.isEmpty { return nil }
    }

    /// The chain that asks the policies in turn. It is never changed: its name is a digest of its text.
    public func chain(in family: TableFamily) -> Chain {
        // From here the register holds the farm alone, by which hits are counted.
        var rules = [Rule(.setPriority(.masked(.meta(.priority), Register.farmMask)))]
        for step in steps {
            switch step.action {
            case .drop, .pass: rules += lookups(step, family)
            case .count: rules.append(Rule(.verdict(.jump(watch(step, family)))))
            }
        }
        let words = steps.map { "\($0.action.rawValue) \($0.policy)" }.joined(separator: ", ")
        return Chain(digesting: rules, prefix: "list-", comment: words.count > 100 ? "\(steps.count) policies" : words)
    }

    /// The chains that its own leads to.
    func hitChains(in family: TableFamily) -> [Chain] {
        steps.flatMap { step -> [Chain] in
            var rules = [Rule(.count(.meta(.priority), in: name(PolicySets.hits(step.policy).name, family)))]
            rules += lines.rules(of: step, in: family)
            switch step.action {
            case .drop: rules.append(Rule(.verdict(.drop)))
            case .pass: break
            case .count:
                return [
                    Chain(hit(step, family), rules: rules),
                    Chain(watch(step, family), rules: lookups(step, family)),
                ]
            }
            return [Chain(hit(step, family), rules: rules)]
        }
    }

    /// A hit leaves the list for good: what comes back from there goes on behind it.
    private func lookups(_ step: Step, _ table: TableFamily) -> [Rule] {
        let family = TableFamily(family)
        let address = Expression.field(step.looksAtDestination ? family.destination : family.source)
        return [PolicySets.hosts(step.policy, family), PolicySets.ranges(step.policy, family)].map { set in
            Rule(.member(address, of: name(set.name, table)), .verdict(.goto(hit(step, table))))
        }
    }

    /// At ingress the family is part of the name.
    private func name(_ name: String, _ table: TableFamily) -> String {
        table == .netdev ? IngressNames.name(of: name, family) : name
    }

    private func hit(_ step: Step, _ family: TableFamily) -> String {
        "\(name(PolicySets.name(step.policy), family))-\(step.action.rawValue)\(lines.suffix(in: family))"
    }

    private func watch(_ step: Step, _ family: TableFamily) -> String {
        let way = step.looksAtDestination ? "-out" : ""
        return "\(name(PolicySets.name(step.policy), family))-watch\(way)\(lines.suffix(in: family))"
    }
}

extension PolicyList.Lines {
    /// What names a chain that writes them: its name says all that it does.
    fileprivate func suffix(in family: TableFamily) -> String {
        switch self {
        case .none: ""
        case .ofFarm: "-log"
        case .fixed(let line): "-" + line.chainName(in: family)
        }
    }

    /// What writes them. Where another policy may be asked afterwards the register must hold the farm alone again.
    fileprivate func rules(of step: PolicyList.Step, in family: TableFamily) -> [Rule] {
        switch self {
        case .none: return []
        case .ofFarm:
            let write = LogLine.write(by: .meta(.priority), in: PolicySets.lines(step.policy))
            return step.action == .count ? [write, Shape.keepFarm] : [write]
        case .fixed(let line): return [Rule(.verdict(.jump(line.chainName(in: family))))]
        }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel
public import Nftables

extension NumberedFarm {
    /// The policies that guard it in a table.
    public func policyList(in family: TableFamily) -> PolicyList? {
        if policies.isEmpty { return nil }
        let verdict = farm.options.verdict
        return PolicyList(
            policies, verdict: verdict, lines: verdict.contains(.log) ? .ofFarm : .none,
            in: family == .ip6 ? .ipv6 : .ipv4)
    }

    /// The line that hits of each of its policies in a table write, by the policy's number; none where the verdict has no
    /// `log`.
    func policyLines(in family: TableFamily) -> [UInt32: LogLine] {
        guard farm.options.verdict.contains(.log) else { return [:] }
        var result: [UInt32: LogLine] = [:]
        for policy in policies where TableFamily(policy.family) == family {
            result[policy.number] = LogLine(
                prefix: policy.logPrefix.expanded([
                    .attribute: "policy", .type: policy.type.abbreviation, .policy: policy.name.text,
                    .farm: farm.name.text,
                ]), rate: PacketRate(farm.options.logRateLimit, burst: .none))
        }
        return result
    }
}

extension Address {
    /// The policies that guard it where it stands outside of farms.
    public func policyList(_ policies: [NumberedPolicy]) -> PolicyList? {
        PolicyList(policies, verdict: verdict, lines: policyLine.map { .fixed($0) } ?? .none, in: family)
    }

    /// The line that a hit of any of its policies writes; nil where the verdict has no `log`.
    var policyLine: LogLine? {
        guard verdict.contains(.log) else { return nil }
        return LogLine(
            prefix: logPrefix.expanded([.attribute: "log", .type: "IN", .address: name.text]),
            rate: PacketRate(logRateLimit, burst: .none))
    }
}

extension PolicyType {
    /// What stands for `TYPE` in a prefix.
    fileprivate var abbreviation: String {
        switch self {
        case .blacklist: "BL"
        case .whitelist: "WL"
        }
    }
}

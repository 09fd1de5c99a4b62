// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import JSON
import KernelSupport
import Nftables
import NftablesKernel

/// The path of a change without a daemon around it: document → model → elements → script and batches → kernel. Everything
/// is done before `apply` returns.
final class TestBalancer {
    private let runner = BlockingChildRunner()
    let kernel: KernelConnection
    private(set) var skeleton: Skeleton
    private var installed = KernelInventory()
    private var farms: [Name: CompiledFarm] = [:]
    private var wideAddresses = WideAddresses()
    private var ingressPolicies: Set<IngressPolicy> = []
    private var policies: [Name: Policy] = [:]
    private var policyNumbers: [Name: UInt32] = [:]
    private var guarded: [Name: GuardedAddress] = [:]
    private var cluster: CompiledCluster?
    private var numbers: [Name: UInt16] = [:]
    private var backendNumbers: [[Name]: UInt32] = [:]
    private var lastNumber: UInt32 = 0

    /// The network, for farms at ingress.
    var facts = NetworkFacts()

    /// What the last change was to the kernel.
    private(set) var lastTransaction = Transaction()
    /// How often the helper was run in all.
    var helperRuns: Int { runner.count }

    /// A balancer for the namespace of the calling thread.
    init(owner: String = "0123456789abcdef0123456789abcdef") throws {
        skeleton = Skeleton(owner: owner)
        kernel = try TestKernel.open(runner: runner)
    }

    /// Makes the whole configuration be this one: one run of the helper if shapes are missing, one batch of elements.
    func apply(_ document: String) throws {
        let configuration = try Configuration(json: JSONValue(parsing: Array(document.utf8)))
        let before = skeleton
        let numbered = number(configuration.policies)
        let wanted = configuration.farms.map { farm in
            var farm = number(farm)
            farm.policies = farm.farm.policies.compactMap { numbered[$0] }
            return farm
        }
        for farm in wanted {
            skeleton.require(needs(of: farm))
            skeleton.require(policyNeeds(of: farm))
        }
        for policy in numbered.values { skeleton.require([.policy(policy.number, TableFamily(policy.family))]) }
        let addresses = configuration.addresses.map { ($0, $0.policies.compactMap { numbered[$0] }) }
        for (address, policies) in addresses { skeleton.require(policyNeeds(of: address, policies)) }
        var next: [Name: CompiledFarm] = [:]
        for farm in wanted {
            let compiled = compile(farm, shapes: skeleton.shapes, lists: skeleton.lists, facts: facts)
            next[farm.farm.name] = compiled
            skeleton.interfaces.formUnion(compiled.ingress?.interfaces ?? [])
        }
        let nextCluster = configuration.cluster.map { compile($0, facts: facts) }
        if let nextCluster { skeleton.require(nextCluster) }
        let plan = SkeletonPlan(wanted: skeleton, installed: installed)
        if !plan.install.isEmpty {
            do { try kernel.installNow(plan.install) } catch {
                skeleton = before
                throw error
            }
            installed = plan.afterInstall
        }

        var difference = FarmDifference()
        for name in Set(farms.keys).union(next.keys) { difference.add(from: farms[name], to: next[name]) }
        var nextGuarded: [Name: GuardedAddress] = [:]
        for (address, policies) in addresses {
            nextGuarded[address.name] = compile(address, policies, lists: skeleton.lists)
        }
        for name in Set(guarded.keys).union(nextGuarded.keys) {
            difference.add(from: guarded[name], to: nextGuarded[name])
        }
        for (name, number) in policyNumbers {
            // The sets of a policy that goes stay here: it becomes an empty one.
            difference.add(
                policy: number, from: policies[name], to: configuration.policies[name] ?? emptied(policies[name]),
                .somebody)
        }
        for (name, number) in policyNumbers {
            guard let policy = configuration.policies[name] ?? emptied(policies[name]),
                case let place = IngressPolicy(number: number, family: policy.family),
                skeleton.ingressPolicies.contains(place)
            else { continue }
            let old = ingressPolicies.contains(place) ? policies[name] : nil
            difference.add(policy: number, from: old, to: policy, .somebody, isAtIngress: true)
        }
        ingressPolicies = skeleton.ingressPolicies
        difference.add(from: cluster, to: nextCluster)
        difference.addShared(present: wideAddresses)
        lastTransaction = difference.whole
        try kernel.commit(lastTransaction)
        for farm in farms.values { wideAddresses.remove(farm) }
        for farm in next.values { wideAddresses.add(farm) }
        farms = next
        guarded = nextGuarded
        cluster = nextCluster
        policies = Dictionary(uniqueKeysWithValues: configuration.policies.map { ($0.name, $0) })
    }

    private func number(_ policies: OrderedTable<Policy>) -> [Name: NumberedPolicy] {
        for policy in policies where policyNumbers[policy.name] == nil {
            policyNumbers[policy.name] = UInt32(policyNumbers.count + 1)
        }
        return Dictionary(
            uniqueKeysWithValues: policies.map {
                ($0.name, NumberedPolicy($0, number: policyNumbers[$0.name] ?? 0))
            })
    }

    private func emptied(_ policy: Policy?) -> Policy? {
        var policy = policy
        policy?.elements.removeAll()
        return policy
    }

    /// The elements that should be there, a list for each set, and those that are.
    func elements() throws -> [(wanted: Set<[UInt8]>, present: Set<[UInt8]>)] {
        var bins = ElementBins()
        for farm in farms.values { farm.append(to: &bins) }
        wideAddresses.append(to: &bins)
        for (name, policy) in policies {
            let number = policyNumbers[name] ?? 0
            bins.append(policy, number: number)
            if ingressPolicies.contains(IngressPolicy(number: number, family: policy.family)) {
                bins.append(policy, number: number, isAtIngress: true)
            }
        }
        for address in guarded.values { bins.append(address) }
        if let cluster { bins.append(cluster) }
        return try bins.lists.map { list in
            let present = try kernel.dump(list.form)
            return (Self.items(list), Self.items(present))
        }
    }

    /// The set in which packets of other nodes' clients are counted.
    var foreignPackets: ElementForm? { skeleton.foreignPackets.first }

    /// Everything in the maps and sets that a balancer fills, by set.
    func everything() throws -> [SetReference: Set<[UInt8]>] {
        var result: [SetReference: Set<[UInt8]>] = [:]
        for map in skeleton.dataMaps {
            let present = Self.items(try kernel.dump(map.form))
            if !present.isEmpty { result[map.set] = present }
        }
        return result
    }

    /// The chains and sets that should be there, and those that are.
    func objects() throws -> (wanted: [String], present: [String]) {
        (Self.names(skeleton.inventory), Self.names(try kernel.inventory()))
    }

    /// A farm as it stands in the kernel.
    func compiled(_ name: String) throws -> CompiledFarm? { farms[try Name(name)] }

    private func number(_ farm: Farm) -> NumberedFarm {
        let name = farm.name
        if numbers[name] == nil { numbers[name] = UInt16(numbers.count + 1) }
        let backends = farm.backends.map { backend in
            if let given = farm.givenMark(of: backend) { return given }
            let key = [name, backend.name]
            if backendNumbers[key] == nil {
                lastNumber += 1
                backendNumbers[key] = lastNumber
            }
            return (backendNumbers[key] ?? 0) | farm.mark.value
        }
        return NumberedFarm(farm: farm, number: numbers[name] ?? 0, backendNumbers: backends)
    }

    private static func items(_ list: ElementList) -> Set<[UInt8]> {
        Set((0..<list.count).map { Array(list.key(at: $0)) + Array(list.data(at: $0)) })
    }

    private static func names(_ inventory: KernelInventory) -> [String] {
        var result: [String] = []
        for (family, table) in inventory.tables {
            let place = family.text
            result.append("table \(place) \(table.comment ?? "")")
            result += table.chains.keys.map { "\(place) chain \($0)" }
            result += table.sets.keys.map { "\(place) set \($0)" }
            for (map, verdicts) in table.verdicts {
                result += verdicts.map { "\(place) \(map) \($0.key) \($0.value)" }
            }
        }
        return result.sorted()
    }
}

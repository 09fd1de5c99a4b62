// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerLink
import BalancerModel
import BalancerProtocol
import LegacyDialect

extension Bridge {
    /// All farms, or one. Addresses outside of farms go with the last farm that has them, unless policies guard them.
    func deleteFarms(_ text: String?, _ request: HTTPRequest) async throws(LegacyAnswer) -> HTTPAnswer {
        guard let text else { return try await deleteAllFarms(request) }
        let unknown = LegacyAnswer(404, .errorDeletingFarm, [.unknownFarm(text)])
        let name = try Name(known: text, else: unknown)
        var intention = Intention(lookups: [.farm(name)], message: .errorDeletingFarm) {
            (knowledge) throws(LegacyAnswer) in
            guard let farm = knowledge.farms[name] else { throw unknown }
            let path = ObjectPath(["farms", farm.name.text])
            return [.delete(path)] + knowledge.addresses(leftBy: farm.addresses.map(\.name), of: name)
        }
        intention = try await boundWhereShared(intention, farm: name)
        try await change(intention, request)
        return HTTPAnswer(.success())
    }

    /// Adds what must be known of addresses outside of farms, where the farm has such.
    func boundWhereShared(_ intention: Intention, farm: Name) async throws(LegacyAnswer) -> Intention {
        var intention = intention
        let shared: [Name]
        do throws(DaemonFailure) {
            shared =
                try await daemon.knowledge([.farm(farm)]).farms[farm]?.addresses.filter(\.isReference).map(\.name) ?? []
        } catch {
            throw LegacyAnswer(error, intention.message)
        }
        intention.isBoundToRevision = !shared.isEmpty
        for address in shared { intention.lookups.formUnion([.address(address), .farmsWithAddress(address)]) }
        return intention
    }

    private func deleteAllFarms(_ request: HTTPRequest) async throws(LegacyAnswer) -> HTTPAnswer {
        let snapshot: Snapshot
        do throws(DaemonFailure) {
            snapshot = try await daemon.snapshot()
        } catch {
            throw LegacyAnswer(error, .errorDeletingFarm)
        }
        let used = Set(snapshot.farms.flatMap(\.addresses).filter(\.isReference).map(\.name))
        let left = snapshot.addresses.filter { used.contains($0.name) && $0.policies.isEmpty }
        let intention = Intention(message: .errorDeletingFarm) { _ throws(LegacyAnswer) in
            [.delete(ObjectPath(["farms"]))] + left.map { .delete(ObjectPath(["addresses", $0.name.text])) }
        }
        try await change(intention, request)
        return HTTPAnswer(.success())
    }

    /// All backends of a farm, or one, with their static sessions.
    func deleteBackends(
        _ text: String?, _ farm: String, _ request: HTTPRequest
    ) async throws(LegacyAnswer) -> HTTPAnswer {
        let unknownFarm = LegacyAnswer(404, .errorDeletingBackend, [.unknownFarm(farm)])
        let name = try Name(known: farm, else: unknownFarm)
        let intention = Intention(lookups: [.farm(name)], isBoundToRevision: false, message: .errorDeletingBackend) {
            (knowledge) throws(LegacyAnswer) in
            guard let known = knowledge.farms[name] else { throw unknownFarm }
            let path = ObjectPath(["farms", name.text, "backends"])
            guard let text else { return [.delete(path)] }
            guard known.backends.contains(where: { $0.name.text.utf8.elementsEqual(text.utf8) }) else {
                throw LegacyAnswer(404, .errorDeletingBackend, [.unknownBackend(text, farm: farm)])
            }
            return [.delete(path.appending(text))]
        }
        try await change(intention, request)
        return HTTPAnswer(.success())
    }

    /// Takes all addresses from a farm, or one.
    func deleteFarmAddresses(
        _ text: String?, _ farm: String, _ request: HTTPRequest
    ) async throws(LegacyAnswer) -> HTTPAnswer {
        let unknownFarm = LegacyAnswer(404, .errorDeletingFarmAddress, [.unknownFarm(farm)])
        let name = try Name(known: farm, else: unknownFarm)
        var intention = Intention(lookups: [.farm(name)], message: .errorDeletingFarmAddress) {
            (knowledge) throws(LegacyAnswer) in
            guard let known = knowledge.farms[name] else { throw unknownFarm }
            let path = ObjectPath(["farms", name.text, "addresses"])
            guard let text else {
                return [.delete(path)] + knowledge.addresses(leftBy: known.addresses.map(\.name), of: name)
            }
            guard let address = known.addresses.first(where: { $0.name.text.utf8.elementsEqual(text.utf8) }) else {
                throw LegacyAnswer(404, .errorDeletingFarmAddress, [.unknownFarmAddress(text, farm: farm)])
            }
            return [.delete(path.appending(text))] + knowledge.addresses(leftBy: [address.name], of: name)
        }
        intention = try await boundWhereShared(intention, farm: name)
        try await change(intention, request)
        return HTTPAnswer(.success())
    }

    /// Takes all policies from a farm, or one.
    func deleteFarmPolicies(
        _ text: String?, _ farm: String, _ request: HTTPRequest
    ) async throws(LegacyAnswer) -> HTTPAnswer {
        let unknownFarm = LegacyAnswer(404, .errorDeletingFarmPolicy, [.unknownFarm(farm)])
        let name = try Name(known: farm, else: unknownFarm)
        let intention = Intention(lookups: [.farm(name)], isBoundToRevision: false, message: .errorDeletingFarmPolicy) {
            (knowledge) throws(LegacyAnswer) in
            guard let known = knowledge.farms[name] else { throw unknownFarm }
            let path = ObjectPath(["farms", name.text, "policies"])
            guard let text else { return [.delete(path)] }
            guard known.policies.contains(where: { $0.text.utf8.elementsEqual(text.utf8) }) else {
                throw LegacyAnswer(404, .errorDeletingFarmPolicy, [.unknownFarmPolicy(text, farm: farm)])
            }
            return [.delete(path.appending(text))]
        }
        try await change(intention, request)
        return HTTPAnswer(.success())
    }
}

extension Knowledge {
    /// Deletes the addresses outside of farms that no farm has once `farm` has them no more, and that no policy guards.
    func addresses(leftBy names: [Name], of farm: Name) -> [Change] {
        names.compactMap { name in
            guard let address = addresses[name], address.policies.isEmpty,
                farms[farm]?.addresses.contains(where: { $0.name == name && $0.isReference }) ?? false
            else { return nil }
            let others = farmsByAddress[name, default: []].contains { other in
                other != farm && farms[other]?.addresses.contains { $0.name == name && $0.isReference } ?? false
            }
            return others ? nil : .delete(ObjectPath(["addresses", name.text]))
        }
    }
}

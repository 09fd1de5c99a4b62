// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerLink
import BalancerModel
import BalancerProtocol
import LegacyDialect

extension Bridge {
    /// All addresses, or those of a name: they are taken from their farms and deleted.
    func deleteAddresses(_ text: String?, _ request: HTTPRequest) async throws(LegacyAnswer) -> HTTPAnswer {
        guard let text else { return try await deleteAllAddresses(request) }
        let unknown = LegacyAnswer(404, .errorStoppingAddress, [.unknownAddress(text)])
        let name = try Name(known: text, else: unknown)
        let intention = Intention(lookups: [.address(name), .farmsWithAddress(name)], message: .errorDeletingAddress) {
            (knowledge) throws(LegacyAnswer) in
            let farms = knowledge.farmsByAddress[name] ?? []
            var changes = farms.map { Change.delete(ObjectPath(["farms", $0.text, "addresses", name.text])) }
            if knowledge.addresses[name] != nil { changes.append(.delete(ObjectPath(["addresses", name.text]))) }
            if changes.isEmpty { throw unknown }
            return changes
        }
        try await change(intention, request)
        return HTTPAnswer(.success())
    }

    private func deleteAllAddresses(_ request: HTTPRequest) async throws(LegacyAnswer) -> HTTPAnswer {
        let farms: [Farm]
        do throws(DaemonFailure) {
            farms = try await daemon.snapshot().farms.filter { !$0.addresses.isEmpty }
        } catch {
            throw LegacyAnswer(error, .errorDeletingAddress)
        }
        let intention = Intention(message: .errorDeletingAddress) { _ throws(LegacyAnswer) in
            farms.map { .delete(ObjectPath(["farms", $0.name.text, "addresses"])) } + [
                .delete(ObjectPath(["addresses"]))
            ]
        }
        try await change(intention, request)
        return HTTPAnswer(.success())
    }

    /// All policies, or one: they are taken from who uses them and deleted.
    func deletePolicies(_ text: String?, _ request: HTTPRequest) async throws(LegacyAnswer) -> HTTPAnswer {
        guard let text else { return try await deleteAllPolicies(request) }
        let unknown = LegacyAnswer(404, .errorStoppingPolicy, [.unknownPolicy(text)])
        let name = try Name(known: text, else: unknown)
        let intention = Intention(lookups: [.usersOfPolicy(name)], message: .errorDeletingPolicy) {
            (knowledge) throws(LegacyAnswer) in
            let farms = knowledge.farms.values.filter { $0.policies.contains(name) }.map { ["farms", $0.name.text] }
            let addresses = knowledge.addresses.values.filter { $0.policies.contains(name) }
                .map { ["addresses", $0.name.text] }
            return (farms + addresses).map { .delete(ObjectPath($0 + ["policies", name.text])) }
                + [.delete(ObjectPath(["policies", name.text]))]
        }
        do throws(LegacyAnswer) {
            try await change(intention, request)
        } catch {
            throw error.status == 404 ? unknown : error
        }
        return HTTPAnswer(.success())
    }

    private func deleteAllPolicies(_ request: HTTPRequest) async throws(LegacyAnswer) -> HTTPAnswer {
        let users: [[String]]
        do throws(DaemonFailure) {
            let snapshot = try await daemon.snapshot()
            users =
                snapshot.farms.filter { !$0.policies.isEmpty }.map { ["farms", $0.name.text, "policies"] }
                + snapshot.addresses.filter { !$0.policies.isEmpty }.map { ["addresses", $0.name.text, "policies"] }
        } catch {
            throw LegacyAnswer(error, .errorDeletingPolicy)
        }
        let intention = Intention(message: .errorDeletingPolicy) { _ throws(LegacyAnswer) in
            users.map { .delete(ObjectPath($0)) } + [.delete(ObjectPath(["policies"]))]
        }
        try await change(intention, request)
        return HTTPAnswer(.success())
    }

    /// All elements of a policy, or one.
    func deleteElements(
        _ text: String?, _ policy: String, _ request: HTTPRequest
    ) async throws(LegacyAnswer) -> HTTPAnswer {
        let unknownPolicy = LegacyAnswer(404, .errorDeletingElement, [.unknownPolicy(policy)])
        let name = try Name(known: policy, else: unknownPolicy)
        let path = ObjectPath(["policies", name.text, "elements"])
        guard let text else {
            try await delete([path], unknownPolicy, request)
            return HTTPAnswer(.success())
        }
        let unknown = LegacyAnswer(404, .errorDeletingElement, [.unknownElement(text, policy: policy)])
        guard let element = try? AddressRange(lenient: text) else { throw unknown }
        try await delete([path.appending(element.description)], unknown, request)
        return HTTPAnswer(.success())
    }

    /// `DELETE` with a body: the elements that it names. Whatever else is in it is not touched.
    func deleteNamedElements(_ request: HTTPRequest) async throws(LegacyAnswer) -> HTTPAnswer {
        let body = try LegacyRequest(body: request.body)
        let paths = body.elements.flatMap { policy, elements in
            elements.map { ObjectPath(["policies", policy.text, "elements", $0.description]) }
        }
        guard !paths.isEmpty else { return HTTPAnswer(.success(body.sentences)) }
        try await delete(paths, nil, request)
        return HTTPAnswer(.success(body.sentences))
    }

    private func delete(
        _ paths: [ObjectPath], _ unknown: LegacyAnswer?, _ request: HTTPRequest
    ) async throws(LegacyAnswer) {
        let intention = Intention(message: .errorDeletingElement) { _ throws(LegacyAnswer) in
            paths.map { .delete($0) }
        }
        do throws(LegacyAnswer) {
            try await change(intention, request)
        } catch {
            if error.status == 404, let unknown { throw unknown }
            throw error
        }
    }
}

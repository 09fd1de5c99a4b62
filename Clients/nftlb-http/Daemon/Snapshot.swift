// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerLink
import BalancerModel
import BalancerProtocol
import JSON
import LegacyDialect

/// What is declared, or a part of it, at one revision. Farms see the addresses outside of farms that they refer to.
struct Snapshot: Sendable {
    var revision: UInt64 = 0
    var farms: [Farm] = []
    var policies: [Policy] = []
    var addresses: [Address] = []

    init() {}

    init(_ result: ConfigurationGet.Result) throws(DaemonFailure) {
        revision = result.revision
        do throws(BalancerError) {
            addresses = try result.objects("addresses") { object throws(BalancerError) in
                try Address(document: object)
            }
            policies = try result.objects("policies") { object throws(BalancerError) in try Policy(document: object) }
            farms = try result.objects("farms") { object throws(BalancerError) in try Farm(document: object) }
        } catch {
            throw .violation("the configuration has \(error)")
        }
        let shared = Dictionary(addresses.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        for index in farms.indices { farms[index].resolveAddresses { shared[$0] } }
    }
}

extension ConfigurationGet.Result {
    fileprivate func objects<Object>(
        _ list: String, _ decode: (JSONObject) throws(BalancerError) -> Object
    ) throws(BalancerError) -> [Object] {
        var objects: [Object] = []
        for value in configuration[list]?.array ?? [] { objects.append(try decode(value.object ?? [:])) }
        return objects
    }
}

extension Daemon {
    /// How many objects of a page are asked for first; of objects so large that a reply cannot hold them, half as many.
    private static let pageLimit = 2_000
    /// How often a listing begins again because something changed between two pages.
    private static let attempts = 10

    /// Everything that is declared.
    func snapshot() async throws(DaemonFailure) -> Snapshot {
        do throws(DaemonFailure) {
            return try Snapshot(try await read(ConfigurationGet.self))
        } catch {
            guard case .refused(let refusal) = error, refusal.kind == .limit else { throw error }
            return try await snapshotByPages()
        }
    }

    /// For a configuration that one reply does not hold.
    private func snapshotByPages() async throws(DaemonFailure) -> Snapshot {
        var limit = Self.pageLimit
        var attempt = 1
        var whole: ConfigurationGet.Result?
        while true {
            do throws(DaemonFailure) {
                let page = try await read(ConfigurationGet.self, .init(limit: PageLimit(limit), cursor: whole?.cursor))
                var joined = whole ?? page
                if whole != nil {
                    for (key, value) in page.configuration {
                        let before = joined.configuration[key]?.array ?? []
                        joined.configuration[key] = .array(before + (value.array ?? []))
                    }
                }
                joined.cursor = page.cursor
                if page.cursor == nil { return try Snapshot(joined) }
                whole = joined
            } catch {
                switch error {
                case .refused(let refusal) where refusal.kind == .limit && limit > 1: limit /= 2
                case .refused(let refusal) where refusal.kind == .conflict && attempt < Self.attempts:
                    whole = nil
                    attempt += 1
                default: throw error
                }
            }
        }
    }

    /// Some objects.
    func snapshot(of selection: ObjectSelection) async throws(DaemonFailure) -> Snapshot {
        try Snapshot(try await read(ConfigurationGet.self, .init(only: selection)))
    }

    /// What lookups find, all at one revision.
    func knowledge(_ lookups: Set<Lookup>) async throws(DaemonFailure) -> Knowledge {
        guard !lookups.isEmpty else { return Knowledge() }
        var selection = ObjectSelection()
        var marked: Set<Name> = []
        for lookup in lookups {
            switch lookup {
            case .farm(let name): selection.farms.append(name.text)
            case .address(let name): selection.addresses.append(name.text)
            case .farmsWithAddress(let name): selection.farmsWithAddress.append(name.text)
            case .usersOfPolicy(let name): selection.usersOfPolicy.append(name.text)
            case .policy(let name): selection.policies.append(name.text)
            case .marks(let farm): marked.insert(farm)
            }
        }
        let snapshot = try await lookUp(selection)
        var knowledge = Knowledge(
            farms: snapshot.farms, addresses: snapshot.addresses, revision: snapshot.revision, lookups: lookups)
        knowledge.policies = Set(snapshot.policies.map(\.name))
        // After the configuration: when that changes before they are read, the change is refused for its revision.
        let farms = snapshot.farms.filter { marked.contains($0.name) }
        if !farms.isEmpty {
            let marks = try await marks(of: farms.map(\.name))
            for farm in farms { knowledge.marks[farm.name] = marks.of(farm) }
        }
        return knowledge
    }

    /// Where so much is found that one reply does not hold it, everything is read.
    private func lookUp(_ selection: ObjectSelection) async throws(DaemonFailure) -> Snapshot {
        do throws(DaemonFailure) {
            return try await snapshot(of: selection)
        } catch {
            guard case .refused(let refusal) = error, refusal.kind == .limit else { throw error }
            return try await snapshotByPages()
        }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
public import BalancerModel
import Nftables

extension Engine {
    /// The sessions of a farm: those of the configuration first, in their order, then those that the kernel has learnt.
    ///
    /// - Parameter completion: called once, in a later turn of the loop; `not-found` where there is no such farm, `busy` where
    ///   the ruleset never stands still long enough to be read.
    public func listSessions(
        of farm: Name, completion: @escaping (Result<[SessionRecord], BalancerError>) -> Void
    ) {
        guard let declared = configuration.farms[farm], let identity = farms[farm]?.identity else {
            return completion(.failure(.noFarm(farm)))
        }
        let statics = declared.options.persistence.isEmpty ? [] : declared.sessions
        let records = statics.map { SessionRecord(client: $0.client.text, backend: $0.backend, remaining: nil) }
        let names = backendNames(of: declared)
        SessionReader(self, declared.sessionReadings, farms: [identity.number]) { result in
            completion(
                result.mapError(BalancerError.unread).map { found in
                    records
                        + found.flatMap(\.sessions).map { session in
                            SessionRecord(
                                client: session.text, backend: names[session.mark], remaining: session.remaining)
                        }
                })
        }.start()
    }

    /// Forgets learnt sessions of a farm: of one client, of one backend, or all. The clients' connections go on; their next
    /// ones are scheduled anew.
    ///
    /// - Parameters:
    ///   - dryRun: they are counted only.
    ///   - completion: how many were forgotten, once, in a later turn of the loop.
    public func deleteSessions(
        of farm: Name, client: SessionClient?, backend: Name?, dryRun: Bool = false,
        completion: @escaping (Result<Int, BalancerError>) -> Void
    ) {
        let completion = { [self] (result: Result<Int, BalancerError>) in
            if case .success(let count) = result, count > 0, !dryRun {
                emit(.session(farm: farm, backend: backend, client: client?.text, forgotten: count))
            }
            completion(result)
        }
        guard let declared = configuration.farms[farm], let identity = farms[farm]?.identity else {
            return completion(.failure(.noFarm(farm)))
        }
        let names = backendNames(of: declared)
        if let backend, !declared.backends.contains(where: { $0.name == backend }) {
            return completion(
                .failure(BalancerError(.notFound, at: .backend(backend, of: farm), "the farm has no such backend")))
        }
        if let client {
            return completion(
                Result { () throws(BalancerError) in
                    try deleteSession(
                        of: declared, identity.number, client, backend: backend, names, dryRun: dryRun)
                })
        }
        SessionReader(self, declared.sessionReadings, farms: [identity.number]) { [self] result in
            do throws(KernelFailure) {
                var count = 0
                for (reading, sessions) in try result.get() {
                    let chosen = sessions.filter { session in
                        backend == nil || names[session.mark] == backend
                    }
                    if !dryRun { try forget(chosen, reading) }
                    count += chosen.count
                }
                completion(.success(count))
            } catch {
                completion(.failure(.unread(error)))
            }
        }.start()
    }

    /// Of one client the key is known: nothing is read but its element.
    private func deleteSession(
        of farm: Farm, _ number: UInt16, _ client: SessionClient, backend: Name?, _ names: [UInt32: Name],
        dryRun: Bool
    ) throws(BalancerError) -> Int {
        let key: SessionKey
        do throws(InvalidValue) {
            key = try SessionKey(client, fields: farm.options.persistence)
        } catch {
            throw BalancerError(error, at: .farm(farm.name).appending("sessions"))
        }
        var count = 0
        do throws(KernelFailure) {
            for reading in installed(farm.sessionReadings) {
                guard let keys = reading.key(farm: number, client: key) else { continue }
                let found = try kernel.lookup(keys, dataLength: 4)
                guard found.count == 1 else { continue }
                let mark = ElementBytes.number(found.data(at: 0))
                guard backend == nil || names[mark] == backend else { continue }
                if !dryRun { try forget([reading.session(farm: number, client: key, mark: mark)], reading) }
                count += 1
            }
        } catch {
            throw .unread(error)
        }
        return count
    }

    /// Those whose sets are there: what no shape needs (any more, or yet) holds nothing.
    func installed(_ readings: [SessionReading]) -> [SessionReading] {
        readings.filter { reading in
            reading.forms.allSatisfy { installed.has($0.set) }
        }
    }

    /// Notes that a farm is gone, has lost backends, or knows its clients by other fields now: what it had learnt is forgotten
    /// soon.
    func noteSessions(_ before: PlannedFarm.Side, after: PlannedFarm.Side?) {
        let number = before.installed.identity.number
        // What was to be forgotten and is asked again stays.
        for reading in after?.farm.sessionReadings ?? [] { forgottenFarms[reading]?.remove(number) }
        for reading in before.farm.sessionReadings(unlike: after?.farm) {
            forgottenFarms[reading, default: []].insert(number)
        }
        let gone = before.lostSessions(after: after)
        if !gone.isEmpty { forgottenBackends[number, default: []].formUnion(gone) }
        scheduleForgettingSessions()
    }

    /// Forgets soon what is to be forgotten.
    func scheduleForgettingSessions() {
        guard !forgottenFarms.isEmpty || !forgottenBackends.isEmpty, !isForgettingScheduled else { return }
        isForgettingScheduled = true
        scheduler.after(milliseconds: Self.forgettingDelay) { [weak self] in self?.forgetSessions() }
    }

    /// Long enough that many farms which go one by one are one reading.
    private static var forgettingDelay: Int { 200 }

    private func forgetSessions() {
        isForgettingScheduled = false
        let all = forgottenFarms.filter { !$0.value.isEmpty }
        forgottenFarms = [:]
        let revisions = leftovers.begin(.sessions)
        let gone = takeForgottenBackends()
        var left = all.count + 1
        let done = { [weak self] in
            left -= 1
            if left == 0 { self?.leftovers.end(.sessions, of: revisions) }
        }
        for (reading, farms) in all {
            SessionReader(self, [reading], farms: farms) { [weak self] result in
                // What stays behind ends by itself: nobody looks it up any more.
                for (reading, sessions) in (try? result.get()) ?? [] { try? self?.forget(sessions, reading) }
                done()
            }.start()
        }
        guard !gone.numbers.isEmpty else { return done() }
        forgetSessions(ofBackends: gone.numbers, farms: gone.farms, completion: done)
    }

    /// Who got such a number again meanwhile keeps what was learnt since.
    private func takeForgottenBackends() -> (numbers: Set<UInt32>, farms: Set<UInt16>) {
        let gone = forgottenBackends
        forgottenBackends = [:]
        var numbers = gone.values.reduce(into: Set()) { $0.formUnion($1) }
        for farm in farms.values where gone[farm.identity.number] != nil {
            numbers.subtract(farm.identity.backendNumbers)
        }
        return (numbers, Set(gone.keys))
    }

    func forget(_ sessions: [LearntSession], _ reading: SessionReading) throws(KernelFailure) {
        for list in reading.keys(of: sessions) { try kernel.removePresent(list, limit: transactionLimit) }
    }

    private func backendNames(of farm: Farm) -> [UInt32: Name] {
        var names: [UInt32: Name] = [:]
        guard let installed = farms[farm.name] else { return [:] }
        let numbers = Dictionary(
            zip(installed.identity.backendNumbers, farm.backends.map(\.name)), uniquingKeysWith: { first, _ in first })
        for fragment in [installed.compiled?.ip, installed.compiled?.ip6] {
            for target in fragment?.backends ?? [] {
                names[target.mark] = numbers[BackendMark.number(of: target.mark)]
            }
        }
        for target in installed.compiled?.ingress?.parts.flatMap(\.backends) ?? [] {
            names[target.mark] = numbers[target.mark]
        }
        return names
    }
}

extension Farm {
    /// Where it had learnt sessions that nobody asks for after a change.
    func sessionReadings(unlike after: Farm?) -> [SessionReading] {
        guard !options.persistence.isEmpty else { return [] }
        let kept = after?.sessionReadings ?? []
        return sessionReadings.filter { !kept.contains($0) }
    }

    /// Where its learnt sessions are.
    var sessionReadings: [SessionReading] {
        guard !options.persistence.isEmpty, mode != .local else { return [] }
        let fields = SessionFields(options.persistence)
        return Set(addresses.filter { !$0.isIncomplete }.map { TableFamily($0.family) }).sorted().map {
            SessionReading(fields: fields, family: $0, isAtIngress: mode.isAtIngress)
        }
    }
}

extension BalancerError {
    fileprivate static func noFarm(_ name: Name) -> BalancerError {
        BalancerError(.notFound, at: .farm(name), "there is no such farm")
    }

    /// Why sessions were not read.
    fileprivate static func unread(_ failure: KernelFailure) -> BalancerError {
        failure.kind == .refused(errno: SetReader<TimedElements>.torn)
            ? BalancerError(.busy, "the ruleset changes faster than sessions can be read; try again")
            : BalancerError(.refusedByKernel, failure.description)
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import Nftables

extension Engine {
    /// Milliseconds between two looks at what is left, and from the beginning of a drain to the first: no packet is between
    /// two lookups then.
    private static var drainInterval: Int { 1000 }
    private static var firstLook: Int { 100 }
    /// How much longer than a count the pause after it is: a large table costs a twentieth of a processor at most.
    private static var countPause: UInt64 { 20 }

    /// Takes over the drains of a group that is durable.
    func noteDrains(_ farms: [PlannedFarm]) {
        var hasBegun = false
        for planned in farms {
            let (before, after) = (planned.before?.installed.identity, planned.after?.installed.identity)
            let isNew = drains.replace(
                before?.backendNumbers ?? [], by: planned.after?.farm, after?.backendNumbers ?? [])
            hasBegun = hasBegun || isNew
        }
        guard hasBegun else { return }
        drains.earliestCount = 0
        scheduleDrains(after: Self.firstLook)
    }

    /// Goes on after a start, also with what the daemon before did not live to cut.
    func resumeDrains() {
        for farm in configuration.farms {
            guard let identity = farms[farm.name]?.identity else { continue }
            _ = drains.replace([], by: farm, identity.backendNumbers)
        }
        cuts.pending = cuts.stored
        scheduleCuts()
        if !drains.isEmpty { scheduleDrains(after: Self.firstLook) }
    }

    private func scheduleDrains(after milliseconds: Int) {
        drains.timer += 1
        let timer = drains.timer
        scheduler.after(milliseconds: milliseconds) { [weak self] in
            guard let self, drains.timer == timer, !drains.isEmpty else { return }
            lookAtDrains()
            scheduleDrains(after: Self.drainInterval)
        }
    }

    private func lookAtDrains() {
        end(drains.due(at: scheduler.wallClock))
        guard let connections, !drains.isCounting, scheduler.now >= drains.earliestCount else { return }
        let counted = drains.byNumber.values.filter(\.isCountable)
        guard !counted.isEmpty else { return }
        let numbers = Set(counted.map(\.number))
        drains.isCounting = true
        let count = DrainCount(counted, connections: connections) { [weak self] result in
            guard let self, case .success(let counts) = result else { return }
            drains.note(counts, of: numbers)
            end(drains.empty(among: numbers))
        }
        runAside(count) { [weak self] busy in
            guard let self else { return }
            drains.isCounting = false
            drains.earliestCount = scheduler.now + busy * Self.countPause
        }
    }

    /// Ends drains, as a change of its own: at once in the kernel, on the disk and in the configuration. One that fails is
    /// tried again with the next look.
    private func end(_ ends: [DrainEnd]) {
        guard state == .ready, !drains.isEnding, !ends.isEmpty else { return }
        drains.isEnding = true
        let left = ends.map { end in drains.byNumber.values.first { $0.end == end }?.left }
        let author = Author(user: 0, group: 0, process: 0, origin: "drain")
        submit(ChangeRequest(content: .drained(ends), author: author)) { [weak self] result in
            guard let self else { return }
            drains.isEnding = false
            guard case .success = result else { return }
            for (end, left) in zip(ends, left) {
                let backend = configuration.farms[end.farm]?.backends.first { $0.name == end.backend }
                guard backend?.isDrained == true else { continue }
                observer?.notice(.drained(farm: end.farm, backend: end.backend, left: left))
                emit(.drained(farm: end.farm, backend: end.backend, cut: left ?? 0))
            }
        }
    }
}

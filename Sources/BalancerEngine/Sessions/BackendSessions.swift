// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel

extension Engine {
    /// Forgets what clients of some farms have learnt of backends that had these numbers: somebody else gets them.
    ///
    /// - Parameter completion: called once, in a later turn of the loop.
    func forgetSessions(
        ofBackends numbers: Set<UInt32>, farms wanted: Set<UInt16>, completion: @escaping () -> Void
    ) {
        var readings: Set<SessionReading> = []
        for (name, farm) in farms where wanted.contains(farm.identity.number) {
            readings.formUnion(configuration.farms[name]?.sessionReadings ?? [])
        }
        SessionReader(self, Array(readings), farms: wanted) { [weak self] result in
            for (reading, sessions) in (try? result.get()) ?? [] {
                try? self?.forget(sessions.filter { numbers.contains(BackendMark.number(of: $0.mark)) }, reading)
            }
            completion()
        }.start()
    }
}

extension PlannedFarm.Side {
    /// The numbers of backends that a farm has lost, whose clients' sessions would name nobody.
    func lostSessions(after: PlannedFarm.Side?) -> Set<UInt32> {
        guard let after, !farm.sessionReadings.isEmpty else { return [] }
        return Set(installed.identity.backendNumbers).subtracting(after.installed.identity.backendNumbers)
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerLink
import BalancerModel
import BalancerProtocol

/// The marks of backends that the daemon chose, by farm and backend.
struct Marks: Sendable {
    private var marks: [Name: [Name: UInt32]] = [:]

    init(_ farms: [FarmStatus]) {
        for farm in farms {
            guard let name = try? Name(farm.name) else { continue }
            var own: [Name: UInt32] = [:]
            for backend in farm.backends {
                guard backend.mark > 0, let name = try? Name(backend.name) else { continue }
                own[name] = UInt32(truncatingIfNeeded: backend.mark)
            }
            marks[name] = own
        }
    }

    /// The marks of a farm's backends, without the farm's own: what was given, else what was chosen.
    func of(_ farm: Farm) -> [Name: UInt32] {
        let chosen = marks[farm.name] ?? [:]
        var result: [Name: UInt32] = [:]
        for backend in farm.backends {
            guard backend.mark == .none, let mark = chosen[backend.name] else {
                result[backend.name] = backend.mark.value
                continue
            }
            let own = mark & ~farm.mark.value
            result[backend.name] = own == 0 ? mark : own
        }
        return result
    }
}

extension Daemon {
    /// The marks as a value, for those who ask for something else meanwhile.
    func marksResult(of farms: [Name]?) async -> Result<Marks, DaemonFailure> {
        do throws(DaemonFailure) {
            return .success(try await marks(of: farms))
        } catch {
            return .failure(error)
        }
    }

    /// The marks of some farms' backends, or of all.
    func marks(of farms: [Name]?) async throws(DaemonFailure) -> Marks {
        if let farms {
            do throws(DaemonFailure) {
                return Marks(try await read(StatusGet.self, .init(farms: farms.map(\.text))).farms)
            } catch {
                // So many that one reply does not hold them.
                guard case .refused(let refusal) = error, refusal.kind == .limit else { throw error }
            }
        }
        var limit = 2_000
        var all: [FarmStatus] = []
        var cursor: PageCursor?
        var isWhole = true
        while true {
            do throws(DaemonFailure) {
                let page = try await read(
                    StatusGet.self, isWhole ? .init() : .init(limit: PageLimit(limit), cursor: cursor))
                all += page.farms
                cursor = page.cursor
                if cursor == nil { return Marks(all) }
            } catch {
                guard case .refused(let refusal) = error else { throw error }
                switch refusal.kind {
                case .limit where isWhole: isWhole = false
                case .limit where limit > 1: limit /= 2
                // Something changed between two pages. A mark stays with its backend, so what is known stays good.
                case .conflict: (all, cursor) = ([], nil)
                default: throw error
                }
            }
        }
    }
}

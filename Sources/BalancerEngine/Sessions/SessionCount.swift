// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
public import BalancerModel
import Nftables

/// How many clients each backend is known to, of the farms that know theirs.
public struct SessionCounts: Sendable, Equatable {
    /// By farm and backend; nil: more than are counted.
    public internal(set) var farms: [Name: [Name: UInt64]]? = [:]

    /// None.
    public init() {}
}

/// Counts the learnt sessions of all farms, a part in each turn, beside changes.
///
/// A dump walks from the set's start for every part, so its cost grows with the square of the sessions (limits.md A4): beyond
/// a number that takes some tenths of a second nothing is counted.
final class SessionCount: Work {
    private let engine: Engine
    private let ended: (Result<SessionCounts, BalancerError>) -> Void
    private var readings: [SessionReading]
    private var reader: SetReader<ElementList>?
    /// What the reader has brought so far, by the backend's number, and all that is read to the end.
    private var part: [UInt32: UInt64] = [:]
    private var counts: [UInt32: UInt64] = [:]
    private var read = 0

    /// How many sessions of one set are counted at most.
    static let limit = 100_000

    init(engine: Engine, ended: @escaping (Result<SessionCounts, BalancerError>) -> Void) {
        self.engine = engine
        self.ended = ended
        readings = engine.installed(Array(Set(engine.configuration.farms.flatMap(\.sessionReadings))))
    }

    func advance() -> WorkProgress {
        guard let reading = readings.first else {
            ended(.success(result))
            return .finished
        }
        do throws(KernelFailure) {
            if reader == nil { reader = SetReader(engine.kernel, all: reading.forms[0]) }
            switch try reader!.advance() {
            case .part(let list): add(list)
            case .tear: (part, read) = ([:], 0)
            case .end:
                counts.merge(part) { $0 + $1 }
                (reader, part, read) = (nil, [:], 0)
                readings.removeFirst()
            }
        } catch {
            ended(.failure(BalancerError(.refusedByKernel, "sessions cannot be counted: \(error)")))
            return .finished
        }
        guard read <= Self.limit else {
            var none = SessionCounts()
            none.farms = nil
            ended(.success(none))
            return .finished
        }
        return .more
    }

    private func add(_ list: ElementList) {
        read += list.count
        for index in 0..<list.count {
            part[BackendMark.number(of: ElementBytes.number(list.data(at: index))), default: 0] += 1
        }
    }

    /// With the sessions of the configuration, which the kernel does not learn.
    private var result: SessionCounts {
        var result = SessionCounts()
        for farm in engine.configuration.farms where !farm.sessionReadings.isEmpty {
            guard let identity = engine.farms[farm.name]?.identity else { continue }
            var own: [Name: UInt64] = [:]
            for (backend, number) in zip(farm.backends, identity.backendNumbers) {
                own[backend.name] = counts[number] ?? 0
            }
            for session in farm.sessions {
                if let backend = session.backend { own[backend]? += 1 }
            }
            result.farms?[farm.name] = own
        }
        return result
    }
}

extension Engine {
    /// Counts the sessions of all farms.
    ///
    /// - Parameter completion: called once, in a later turn of the loop. `refused-by-kernel`: they cannot be read.
    public func countSessions(completion: @escaping (Result<SessionCounts, BalancerError>) -> Void) {
        enqueueCounterWork { SessionCount(engine: $0, ended: completion) }
    }
}

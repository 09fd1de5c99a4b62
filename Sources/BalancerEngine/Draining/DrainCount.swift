// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import Nftables

/// Counts the connections of backends that are drained, a part of the kernel's table in each turn, beside changes.
final class DrainCount: Work {
    private let connections: any ConnectionPort
    private let ended: (Result<[UInt32: Int], KernelFailure>) -> Void
    private var families: [(family: AddressFamily, numbers: Set<UInt32>)]
    private var dump: (any ConnectionDump)?
    private var counts: [UInt32: Int] = [:]

    /// - Parameter ended: called at the end, with the counts by the backend's number.
    init(
        _ drains: [Drain], connections: any ConnectionPort,
        ended: @escaping (Result<[UInt32: Int], KernelFailure>) -> Void
    ) {
        self.connections = connections
        self.ended = ended
        families = Dictionary(grouping: drains, by: \.family).map { ($0, Set($1.map(\.number))) }
    }

    func advance() -> WorkProgress {
        do throws(KernelFailure) {
            guard let current = families.last else {
                ended(.success(counts))
                return .finished
            }
            guard let dump else {
                dump = try connections.beginDump(.translated(current.family, numbers: current.numbers))
                return .more
            }
            guard let part = try dump.next() else {
                self.dump = nil
                families.removeLast()
                return .more
            }
            for connection in part where connection.isTranslated && !connection.isOver {
                let number = BackendMark.number(of: connection.mark)
                if current.numbers.contains(number) { counts[number, default: 0] += 1 }
            }
            return .more
        } catch {
            ended(.failure(error))
            return .finished
        }
    }
}

extension ConnectionFilter {
    /// Connections of backends: by the bits in which all their numbers agree.
    static func translated(_ family: AddressFamily, numbers: Set<UInt32>) -> ConnectionFilter {
        guard let first = numbers.first else { return ConnectionFilter(family: family) }
        var differing: UInt32 = 0
        for number in numbers { differing |= number ^ first }
        return ConnectionFilter(
            family: family, mark: .init(value: first, mask: BackendMark.number & ~differing))
    }
}

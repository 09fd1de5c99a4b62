// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import Nftables

/// Makes the kernel forget the connections of backends, whatever their state: a message for each while they are few, else
/// one walk over the connections of a family. A piece in each turn of the loop, beside changes.
final class ConnectionCut: Work {
    private enum Stage {
        case deleting
        case reading(AddressFamily, (any ConnectionDump)?)
    }

    /// Each is a walk over the kernel's table, as is a dump; deletions by tuple cost more than what a dump saves.
    private static let fewNumbers = 4

    private let connections: any ConnectionPort
    private let ended: (Result<Void, KernelFailure>) -> Void
    private let numbers: Set<UInt32>
    private var rest: [UInt32]
    private var stage: Stage

    init(
        _ numbers: Set<UInt32>, connections: any ConnectionPort,
        ended: @escaping (Result<Void, KernelFailure>) -> Void
    ) {
        self.connections = connections
        self.ended = ended
        self.numbers = numbers
        rest = numbers.sorted()
        stage = numbers.count > Self.fewNumbers ? .reading(.ipv4, nil) : .deleting
    }

    func advance() -> WorkProgress {
        do throws(KernelFailure) {
            switch stage {
            case .deleting:
                guard let number = rest.popLast() else { return finish(.success(())) }
                try connections.forget(translatedWith: .init(value: number, mask: BackendMark.number))
            case .reading(let family, let dump):
                guard let dump else {
                    let filter = ConnectionFilter.translated(family, numbers: numbers)
                    stage = .reading(family, try connections.beginDump(filter))
                    return .more
                }
                if let part = try dump.next() {
                    let ours = part.filter {
                        $0.isTranslated && numbers.contains(BackendMark.number(of: $0.mark))
                    }
                    if !ours.isEmpty { try connections.forget(ours) }
                    return .more
                }
                switch family {
                case .ipv4: stage = .reading(.ipv6, nil)
                case .ipv6: return finish(.success(()))
                }
            }
            return .more
        } catch {
            return finish(.failure(error))
        }
    }

    private func finish(_ result: Result<Void, KernelFailure>) -> WorkProgress {
        ended(result)
        return .finished
    }
}

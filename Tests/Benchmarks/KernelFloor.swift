// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import KernelSupport
import Nftables
import NftablesKernel

/// What the kernel itself needs for elements of one map that nothing refers to: the floor of every change.
final class KernelFloor {
    private let connection: KernelConnection
    private let map = SetReference(family: .ip, name: "floor")
    private static let chunk = 8192

    /// In the network namespace of the calling thread.
    init() throws {
        connection = try TestKernel.open()
        try connection.installNow(
            text: """
                add table ip nftlb
                add map ip nftlb floor { type mark : mark; size 1048576; }

                """)
    }

    /// Adds this many elements, in transactions as large as ours; seconds.
    func fill(_ count: Int) throws -> Double {
        let chunks = stride(from: 0, to: count, by: Self.chunk).map { start in
            var list = list(data: true)
            for number in start..<min(start + Self.chunk, count) { list.append(words: UInt32(number), 1) }
            return Transaction([.add(list)])
        }
        return try Stopwatch.time { for chunk in chunks { try connection.commit(chunk) } }
    }

    /// Replaces one element; seconds.
    func replaceOne(_ number: Int) throws -> Double {
        var key = list(data: false)
        key.append(words: UInt32(number))
        var element = list(data: true)
        element.append(words: UInt32(number), UInt32.random(in: 2 ... .max))
        let transaction = Transaction([.delete(key), .add(element)])
        return try Stopwatch.time { try connection.commit(transaction) }
    }

    private func list(data: Bool) -> ElementList { ElementList(set: map, keyLength: 4, dataLength: data ? 4 : 0) }
}

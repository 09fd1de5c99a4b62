// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Bytes that wait for a socket. Small pieces share a buffer, so that a hundred short replies are one write.
struct OutputQueue {
    /// Buffers grow up to this size; a piece that is larger by itself keeps its own.
    private static let shared = 64 << 10

    /// Full buffers, the oldest first.
    private var full = Queue<[UInt8]>()
    /// The buffer that new bytes go to.
    private var last: [UInt8] = []
    /// How much of the oldest buffer is written.
    private var offset = 0
    /// How much waits.
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    /// Adds bytes at the end.
    mutating func append(_ bytes: [UInt8]) {
        count += bytes.count
        if last.isEmpty {
            last = bytes
        } else if last.count + bytes.count <= Self.shared {
            last.append(contentsOf: bytes)
        } else {
            full.append(last)
            last = bytes
        }
    }

    /// Writes as much as `write` takes.
    ///
    /// - Parameter write: answers how many of the bytes it took.
    /// - Returns: how many bytes were taken.
    mutating func drain(_ write: (ArraySlice<UInt8>) -> Int) -> Int {
        var total = 0
        while let buffer = full.first ?? (last.isEmpty ? nil : last) {
            let rest = buffer[offset...]
            let taken = write(rest)
            total += taken
            count -= taken
            guard taken == rest.count else {
                offset += taken
                break
            }
            offset = 0
            if full.popFirst() == nil { last = [] }
        }
        return total
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Glibc

/// What the disk itself can do: the floor of everything durable.
enum Disk {
    /// How often per second 4 KiB can be written over and put on the disk (fdatasync(2)), one after the other.
    ///
    /// A disk's rate changes by factors with what else the machine does: measure in short turns, between what it is compared
    /// with.
    final class Floor {
        private let path: String
        private let descriptor: Int32
        private let block = [UInt8](repeating: 0x5a, count: 4096)
        private var count = 0
        private var seconds = 0.0

        init(in folder: Scratch) throws {
            path = folder.file("floor")
            descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw BenchmarkFailure("cannot make \(path)") }
            // The blocks exist before: only data is written, as in a log that is used again.
            for index in 0..<1024 { _ = unsafe pwrite(descriptor, block, block.count, off_t(index * 4096)) }
            fsync(descriptor)
        }

        /// Measures for this long.
        func measure(seconds wanted: Double) throws {
            let watch = Stopwatch()
            while watch.seconds < wanted {
                _ = unsafe pwrite(descriptor, block, block.count, off_t(count % 1024 * 4096))
                guard fdatasync(descriptor) == 0 else { throw BenchmarkFailure("fdatasync failed") }
                count += 1
            }
            seconds += watch.seconds
        }

        /// Of all turns together.
        var rate: Double { Double(count) / seconds }

        deinit {
            close(descriptor)
            unsafe unlink(path)
        }
    }
}

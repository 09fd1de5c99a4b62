// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

package import BalancerEngine
import BalancerServer
package import EngineSupport
import Foundation
import Synchronization

/// The daemon's own server and engine behind a real socket, over a kernel and a store in memory: for tests of clients that
/// need a daemon which keeps what it is told, and no root. It runs on a thread of its own until it is stopped.
package final class InMemoryDaemon: Sendable {
    /// The socket's path.
    package let path: String
    private let wake: Int32
    private let orders = Mutex<[@Sendable (borrowing Inside) -> Void]>([])
    private let ended = DispatchSemaphore(value: 0)

    /// What an order of a test can reach, on the daemon's thread.
    package struct Inside: ~Copyable {
        package let kernel: FakeKernel
        package let store: FakeStore
        package let engine: Engine
        fileprivate let bench: EngineBench
        fileprivate let loop: Loop
    }

    /// Listens at a path, by default in a folder of its own.
    package init(path: String? = nil) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "nftlb-in-memory-\(UUID())")
        if path == nil { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }
        self.path = path ?? folder.appending(path: "s").path
        let listener = try Listener(path: self.path)
        var pipes: [Int32] = [0, 0]
        guard unsafe pipe(&pipes) == 0 else { throw POSIXError(.EMFILE) }
        let reading = pipes[0]
        wake = pipes[1]
        let ended = ended
        Thread { [weak self] in
            let bench = EngineBench()
            let inside = Inside(
                kernel: bench.kernel, store: bench.store, engine: bench.engine, bench: bench,
                loop: Loop(listener: listener.descriptor, wake: reading, bench: bench))
            while inside.loop.turn() {
                guard
                    let orders = self?.orders.withLock({ orders in
                        defer { orders = [] }
                        return orders
                    })
                else { break }
                for order in orders { order(inside) }
            }
            inside.loop.close()
            close(reading)
            ended.signal()
        }.start()
    }

    /// Does something on the daemon's thread, between two requests, and waits for it.
    package func perform<Result: Sendable>(_ body: @escaping @Sendable (borrowing Inside) -> Result) -> Result {
        let done = DispatchSemaphore(value: 0)
        let result = Mutex<Result?>(nil)
        orders.withLock {
            $0.append { inside in
                let value = body(inside)
                result.withLock { $0 = value }
                done.signal()
            }
        }
        _ = unsafe write(wake, [1], 1)
        done.wait()
        return result.withLock { $0! }
    }

    /// Ends it and closes all connections, as a daemon that is killed does. The path can then be another's.
    package func stop() {
        perform { $0.loop.end() }
        ended.wait()
        _ = unsafe unlink(path)
    }

    deinit {
        close(wake)
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerProtocol
import Foundation
public import JSON
import Synchronization

/// A daemon for tests of clients: it listens on a socket in a folder of its own and answers what it is told to.
/// Each connection is served on a thread of its own.
public final class ScriptedServer: Sendable {
    /// What becomes of a request.
    public enum Answer: Sendable {
        /// A reply with this result.
        case result(JSONValue)
        /// A reply with this error.
        case error(RPCError)
        /// Nothing, for ever.
        case silence
        /// The connection is closed.
        case hangUp
        /// These bytes, as they are.
        case bytes([UInt8])
    }

    /// The socket's path.
    public let path: String

    private let listener: Int32
    private let answer: @Sendable (Request) -> Answer
    private let requests = Mutex<[Request]>([])

    /// Listens, and answers requests with `answer` until the value is gone.
    public init(answer: @escaping @Sendable (Request) -> Answer) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "nftlb-scripted-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.appending(path: "s").path
        self.answer = answer
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let bound = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe bind(listener, pointer, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        precondition(bound == 0 && listen(listener, 16) == 0, "cannot listen at \(path)")
        let serve = { @Sendable [listener, weak self] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else {
                    if errno == EINTR { continue }
                    // The owner is gone. Closed here and nowhere else: its number may be another server's at once.
                    close(listener)
                    return
                }
                Thread { [weak self] in
                    self?.serve(connection)
                    close(connection)
                }.start()
            }
        }
        Thread(block: serve).start()
    }

    deinit {
        // Wakes the thread, which then closes the socket.
        shutdown(listener, Int32(SHUT_RDWR))
        try? FileManager.default.removeItem(atPath: (path as NSString).deletingLastPathComponent)
    }

    /// What was asked so far.
    public var asked: [Request] { requests.withLock { $0 } }

    private func serve(_ connection: Int32) {
        var decoder = FrameDecoder(limit: Frame.requestLimit)
        while true {
            var received = [UInt8](repeating: 0, count: 65_536)
            let count = unsafe recv(connection, &received, received.count, 0)
            guard count > 0 else { return }
            var input = received[..<count]
            while let event = decoder.next(from: &input) {
                guard case .frame(let payload) = event else { return }
                guard case .single(.request(let request)) = IncomingMessage(parsing: payload) else { return }
                requests.withLock { $0.append(request) }
                let id = request.id ?? .null
                switch answer(request) {
                case .result(let result): send(Reply.single(Response(id: id, result: result)).frame() ?? [], connection)
                case .error(let error): send(Reply.single(Response(id: id, error: error)).frame() ?? [], connection)
                case .bytes(let bytes): send(bytes, connection)
                case .silence: continue
                case .hangUp: return
                }
            }
        }
    }

    private func send(_ bytes: [UInt8], _ connection: Int32) {
        var rest = bytes[...]
        while rest.isEmpty == false {
            let sent = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard sent > 0 else { return }
            rest.removeFirst(sent)
        }
    }
}

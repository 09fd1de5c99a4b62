// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import CLinux
import EventLoop
import Glibc

/// A connection that sends frames made beforehand and hands out replies as bytes: a client that costs as little as it can,
/// because it shares the machine with what it measures.
final class RawClient {
    private let descriptor: Int32
    private let loop: EventLoop
    private var watch: DescriptorWatch?
    private var output: [UInt8] = []
    private var sent = 0
    private var input: [UInt8] = []
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)

    /// Called with each reply, without its length.
    var received: (ArraySlice<UInt8>) -> Void = { _ in }
    /// Never reads.
    var isDeaf = false {
        didSet { listen() }
    }
    /// Called when the daemon has closed the connection.
    var closed: () -> Void = {}

    init(_ path: String, on loop: EventLoop) throws {
        self.loop = loop
        descriptor = linux_socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, 0)
        let result = unsafe linux_unix_connect(descriptor, path)
        guard result == 0 else {
            close(descriptor)
            throw BenchmarkFailure("cannot connect to \(path): \(-result)")
        }
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        watch = try DescriptorWatch(on: loop, descriptor) { [unowned self] readiness in
            if readiness.contains(.writable) { self.flush() }
            if !readiness.isDisjoint(with: [.readable, .hungUp, .failed]) { self.read() }
        }
    }

    deinit {
        watch?.cancel()
        close(descriptor)
    }

    /// A request as it goes over the socket.
    static func frame(_ method: String, _ parameters: String = "{}", id: Int = 1) -> [UInt8] {
        let payload = Array(#"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":\#(parameters)}"#.utf8)
        let length = UInt32(payload.count)
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) } + payload
    }

    func send(_ frame: [UInt8]) {
        // Long frames are shared by those who send them.
        if output.isEmpty { output = frame } else { output += frame }
        flush()
    }

    private func flush() {
        while sent < output.count {
            let count = unsafe output.withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress! + sent, $0.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { break }
            sent += count
        }
        if sent == output.count {
            output = []
            sent = 0
        }
        listen()
    }

    private func listen() {
        var interest: DescriptorWatch.Readiness = isDeaf ? [] : .readable
        if !output.isEmpty { interest.insert(.writable) }
        watch?.interest = interest
    }

    private func read() {
        let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
        if count == 0 || (count < 0 && errno != EAGAIN) {
            watch?.interest = []
            return closed()
        }
        guard count > 0 else { return }
        input += buffer[..<count]
        var start = 0
        while input.count - start >= 4 {
            let length = input[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
            guard input.count - start - 4 >= length else { break }
            let frame = start + 4..<start + 4 + length
            start = frame.upperBound
            received(input[frame])
        }
        input.removeFirst(start)
    }
}

extension ArraySlice<UInt8> {
    /// Whether a reply is an answer and not an error: ours begin with the version, the id and then one of the two.
    var isResult: Bool {
        let text = String(decoding: prefix(80), as: UTF8.self)
        return text.contains(#""result""#) && !text.contains(#""error""#)
    }
}

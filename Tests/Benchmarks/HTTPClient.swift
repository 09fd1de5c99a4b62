// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import CLinux
import EventLoop
import Glibc
import Namespaces

/// A kept connection to the HTTP bridge: requests as bytes, answers as status and body.
final class HTTPClient {
    private let descriptor: Int32
    private let loop: EventLoop
    private var watch: DescriptorWatch?
    private var output: [UInt8] = []
    private var input: [UInt8] = []
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)

    /// Called with the status of each answer and the length of its body.
    var received: (_ status: Int, _ length: Int) -> Void = { _, _ in }

    /// Connects to a port of the namespace's own address.
    init(port: UInt16, in namespace: NetworkNamespace, on loop: EventLoop) throws {
        self.loop = loop
        descriptor = try namespace.inside { try Self.connect(port) }
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

    private static func connect(_ port: UInt16) throws -> Int32 {
        let descriptor = linux_socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe Glibc.connect(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            close(descriptor)
            throw BenchmarkFailure("cannot connect to port \(port): \(errno)")
        }
        var on: Int32 = 1
        _ = unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        return descriptor
    }

    /// A request as it goes over the socket.
    static func request(_ verb: String, _ path: String, _ body: String = "") -> [UInt8] {
        let length = body.isEmpty ? "" : "Content-Length: \(body.utf8.count)\r\n"
        return Array(
            "\(verb) \(path) HTTP/1.1\r\nHost: localhost\r\nKey: \(BridgeProcess.key)\r\n\(length)\r\n\(body)".utf8)
    }

    func send(_ request: [UInt8]) {
        output += request
        flush()
    }

    private func flush() {
        let count = unsafe output.withUnsafeBytes {
            unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        if count > 0 { output.removeFirst(count) }
        watch?.interest = output.isEmpty ? .readable : [.readable, .writable]
    }

    private func read() {
        let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else {
            if count == 0 { watch?.interest = [] }
            return
        }
        input += buffer[..<count]
        while let head = input.firstRange(of: [13, 10, 13, 10]) {
            let text = String(decoding: input[..<head.lowerBound], as: UTF8.self)
            let status = Int(text.split(separator: " ").dropFirst().first ?? "") ?? 0
            let line = text.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
            let length = line.flatMap { Int($0.split(separator: " ").last ?? "") } ?? 0
            guard input.count - head.upperBound >= length else { return }
            input.removeFirst(head.upperBound + length)
            received(status, length)
        }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation

/// What a server answered.
struct RawAnswer: Sendable {
    var status = 0
    /// Header lines, the names in small letters.
    var headers: [String: String] = [:]
    var body: [UInt8] = []

    var text: String { String(decoding: body, as: UTF8.self) }
}

/// A TCP connection that sends what it is told, byte by byte.
final class RawClient {
    let descriptor: Int32
    private var received: [UInt8] = []

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Connects to a port of this machine; nothing takes longer than `seconds`.
    init(port: Int, seconds: Int = 300) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var patience = timeval(tv_sec: seconds, tv_usec: 0)
        _ = unsafe setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        let connected = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe connect(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw Failure(description: "not connected: \(errno)") }
    }

    deinit { close(descriptor) }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure(description: "not sent: \(errno)") }
            rest.removeFirst(count)
        }
    }

    /// Says that no more will be sent.
    func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// The next answer. To `HEAD` it has no body, whatever its head says.
    func answer(toHead: Bool = false) throws -> RawAnswer {
        var answer = RawAnswer()
        repeat {
            answer = try head()
            // An interim answer has a head alone.
        } while answer.status == 100 && answer.headers["content-length"] == nil && waitsForFinal
        let length = toHead || answer.status == 100 ? 0 : Int(answer.headers["content-length"] ?? "0") ?? 0
        while received.count < length { try fill() }
        answer.body = Array(received.prefix(length))
        received.removeFirst(length)
        return answer
    }

    /// Whether interim answers are passed over.
    var waitsForFinal = true

    private func head() throws -> RawAnswer {
        while true {
            if let end = received.firstRange(of: Array("\r\n\r\n".utf8)) {
                let lines = String(decoding: received[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
                received.removeSubrange(..<end.upperBound)
                var answer = RawAnswer()
                answer.status = Int(lines[0].split(separator: " ").dropFirst().first ?? "") ?? 0
                for line in lines.dropFirst() {
                    let parts = line.split(separator: ":", maxSplits: 1)
                    guard parts.count == 2 else { continue }
                    answer.headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
                }
                return answer
            }
            try fill()
        }
    }

    private func fill() throws {
        let bytes = try receive()
        guard !bytes.isEmpty else { throw Failure(description: "closed") }
        received += bytes
    }

    /// What comes next; nothing: the server closed.
    private func receive() throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = unsafe recv(descriptor, &bytes, bytes.count, 0)
        guard count >= 0 else { throw Failure(description: errno == EAGAIN ? "nothing came" : "error \(errno)") }
        return Array(bytes.prefix(count))
    }

    /// Whether the server closes the connection and sends nothing before.
    func isClosed() -> Bool { received.isEmpty && (try? receive())?.isEmpty ?? true }
}

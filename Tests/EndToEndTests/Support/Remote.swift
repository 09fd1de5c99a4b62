// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation

/// A connection to the daemon's socket that knows frames and nothing else: written anew from the design, so that these tests
/// do not inherit a mistake of the client library.
final class Remote {
    private let descriptor: CInt
    private var number = 0

    init(_ path: String, timeout: Double = 60) throws {
        descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        var limit = timeval(tv_sec: Int(timeout), tv_usec: 0)
        for option in [SO_SNDTIMEO, SO_RCVTIMEO] {
            unsafe setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        precondition(bytes.count < 108, "socket path too long: \(path)")
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let result = unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else {
            // The descriptor is closed by deinit, which runs when an init throws after all properties are set.
            throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
        }
    }

    deinit { close(descriptor) }

    /// Calls a method; a JSON-RPC error is thrown.
    @discardableResult
    func call(_ method: String, _ parameters: Any = [String: Any]()) throws -> Reply {
        let identifier = try send(method, parameters)
        let reply = try receive()
        guard reply["id"].integer == identifier else { throw Unexpected(text: "\(reply)") }
        if reply["error"].isMissing == false { throw RemoteError(reply["error"]) }
        return reply["result"]
    }

    /// Sends a request without waiting for its reply.
    func send(_ method: String, _ parameters: Any) throws -> Int {
        number += 1
        let message: [String: Any] = ["jsonrpc": "2.0", "id": number, "method": method, "params": parameters]
        try send(frame: JSONSerialization.data(withJSONObject: message))
        return number
    }

    func send(frame: Data) throws {
        try send(raw: Data((0..<4).map { UInt8(truncatingIfNeeded: frame.count >> (24 - 8 * $0)) }) + frame)
    }

    func send(raw: Data) throws {
        var rest = Array(raw)[...]
        while rest.isEmpty == false {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Foundation.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
            rest = rest.dropFirst(count)
        }
    }

    func receive() throws -> Reply {
        let length = try read(4).reduce(0) { $0 << 8 | Int($1) }
        guard length <= 16 << 20 else { throw Unexpected(text: "a reply of \(length) bytes") }
        return Reply(try JSONSerialization.jsonObject(with: Data(try read(length)), options: .fragmentsAllowed))
    }

    private func read(_ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let got = unsafe bytes.withUnsafeMutableBytes {
                unsafe recv(descriptor, $0.baseAddress?.advanced(by: done), count - done, 0)
            }
            guard got > 0 else {
                throw got == 0 ? Unexpected(text: "closed") : POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
            }
            done += got
        }
        return bytes
    }
}

struct Unexpected: Error, CustomStringConvertible {
    var text: String
    var description: String { text }
}

/// An error reply: the code of JSON-RPC, and what ours carry in `data`.
struct RemoteError: Error, CustomStringConvertible {
    var code: Int
    var message: String
    var kind: String?
    var path: String?

    init(_ reply: Reply) {
        code = reply["code"].integer ?? 0
        message = reply["message"].string ?? ""
        kind = reply["data"]["kind"].string
        path = reply["data"]["path"].string
    }

    var description: String { "\(code) \(kind ?? "") \(path ?? "") \(message)" }
}

/// JSON, looked into without ceremony: what is not there is missing all the way down.
struct Reply: CustomStringConvertible {
    let value: Any?

    init(_ value: Any?) { self.value = value }

    /// What a program has printed.
    init(json text: String) throws { value = try JSONSerialization.jsonObject(with: Data(text.utf8)) }

    subscript(_ key: String) -> Reply { Reply((value as? [String: Any])?[key]) }
    subscript(_ index: Int) -> Reply {
        let array = value as? [Any] ?? []
        return Reply(array.indices.contains(index) ? array[index] : nil)
    }

    var isMissing: Bool { value == nil || value is NSNull }
    var string: String? { value as? String }
    var integer: Int? { (value as? NSNumber)?.intValue }
    var array: [Reply] { (value as? [Any] ?? []).map(Reply.init) }

    /// The same text for the same content, for comparing.
    var description: String { text([.sortedKeys, .prettyPrinted]) }

    /// The same on one line.
    var line: String { text([.sortedKeys]) }

    private func text(_ options: JSONSerialization.WritingOptions) -> String {
        let options = options.union([.fragmentsAllowed, .withoutEscapingSlashes])
        let data = try? JSONSerialization.data(withJSONObject: value ?? NSNull(), options: options)
        return String(decoding: data ?? Data(), as: UTF8.self)
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import CLinux
import Foundation

/// The other end of a Unix socket, blocking.
final class Client {
    private var descriptor: Int32

    init(_ path: String) throws {
        descriptor = linux_socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, 0)
        let result = unsafe linux_unix_connect(descriptor, path)
        guard result == 0 else { throw POSIXError(POSIXErrorCode(rawValue: -result) ?? .EIO) }
    }

    /// A socket that has its file and does not listen.
    static func boundSocket(_ path: String) throws -> Int32 {
        let descriptor = linux_socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, 0)
        let result = unsafe linux_unix_bind(descriptor, path)
        guard result == 0 else { throw POSIXError(POSIXErrorCode(rawValue: -result) ?? .EIO) }
        return descriptor
    }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
    }

    func receive(_ count: Int) -> String {
        var bytes = [UInt8](repeating: 0, count: count)
        let received = unsafe read(descriptor, &bytes, count)
        return String(decoding: bytes.prefix(max(0, received)), as: UTF8.self)
    }

    func disconnect() {
        close(descriptor)
        descriptor = -1
    }

    deinit { if descriptor >= 0 { close(descriptor) } }
}

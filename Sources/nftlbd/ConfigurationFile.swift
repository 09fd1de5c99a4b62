// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import Glibc
import JSON
import LegacyDialect

/// The file of `--configuration`: read, understood and validated before anything else is touched.
struct ConfigurationFile {
    /// More is no configuration of this program.
    static let sizeLimit = 256 << 20
    /// Where the store keeps the digest of the file that was applied last.
    static let digestKey = "configuration-file-digest"

    /// What the file declares, in the native dialect.
    let document: JSONObject
    /// Tells whether the file has changed since it was applied.
    let digest: [UInt8]
    /// What was taken for something else than it says; only in files of the C program's dialect.
    let warnings: [String]

    /// Reads and validates a file.
    ///
    /// - Throws: `refused` with the place in the file's configuration; `failure` when it cannot be read.
    init(path: String) throws(Failure) {
        try self.init(bytes: try Self.read(path), name: path)
    }

    /// Understands and validates the content of a file.
    init(bytes: [UInt8], name: String) throws(Failure) {
        digest = Self.digest(of: bytes)
        do throws(BalancerError) {
            let imported = try Dialect.read(bytes)
            document = try imported.replacement()
            warnings = imported.warnings
            _ = try Configuration(json: .object(document))
        } catch {
            throw Failure(status: .refused, reason: "\(name): \(error.sentence)")
        }
    }

    private static func read(_ path: String) throws(Failure) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure(status: .failure, reason: "open \(path): \(OwnProcess.lastError)") }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe part.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Failure(status: .failure, reason: "read \(path): \(OwnProcess.lastError)") }
            guard count > 0 else { return bytes }
            bytes += part[..<count]
            guard bytes.count <= sizeLimit else {
                throw Failure(status: .refused, reason: "\(path): longer than \(sizeLimit >> 20) MiB")
            }
        }
    }

    /// 64 bits of FNV-1a and the length: two contents of a file that is edited by people or programs do not collide.
    private static func digest(of bytes: [UInt8]) -> [UInt8] {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return Array("\(String(hash, radix: 16))-\(bytes.count)".utf8)
    }
}

extension BalancerError {
    /// Everything it says in one line.
    var sentence: String {
        var text = path.map { "\($0): \(reason)" } ?? reason
        if let hint { text += " (\(hint))" }
        return text
    }
}

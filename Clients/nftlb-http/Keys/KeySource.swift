// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Glibc

/// Where the keys come from: the first of these that there is.
enum KeySource {
    /// `--key-file`
    case file(String)
    /// A credential of the service manager (systemd.exec(5), LoadCredential).
    case credential(String)
    /// The variable that the C program reads. White space at its ends is no part of the key: no header could bring it.
    case environment(String)

    /// The source; nil: nobody named a key.
    init?(option: String?, environment: (String) -> String?) {
        if let option {
            self = .file(option)
        } else if let folder = environment("CREDENTIALS_DIRECTORY"), unsafe access(folder + "/key", F_OK) == 0 {
            self = .credential(folder + "/key")
        } else if let key = environment("NFTLB_SERVER_KEY")?.withoutSpaces, !key.isEmpty {
            self = .environment(key)
        } else {
            return nil
        }
    }

    /// The longest file of keys.
    private static let limit = 64 << 10

    /// Reads the keys.
    func keys() throws(KeyRing.Mistake) -> KeyRing {
        switch self {
        case .environment(let key): return KeyRing(key: key)
        case .file(let path), .credential(let path):
            do throws(KeyRing.Mistake) {
                return try KeyRing(file: try Self.read(path))
            } catch {
                throw KeyRing.Mistake(description: "\(path): \(error)")
            }
        }
    }

    private static func read(_ path: String) throws(KeyRing.Mistake) -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw KeyRing.Mistake(description: unsafe String(cString: strerror(errno))) }
        defer { Glibc.close(descriptor) }
        var bytes: [UInt8] = []
        while bytes.count <= limit {
            var part = [UInt8](repeating: 0, count: 4_096)
            let count = unsafe Glibc.read(descriptor, &part, part.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw KeyRing.Mistake(description: unsafe String(cString: strerror(errno))) }
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += part.prefix(count)
        }
        throw KeyRing.Mistake(description: "longer than \(limit) bytes")
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import CLinux
import Glibc

/// What the process knows of itself and asks of the system.
enum OwnProcess {
    /// The value of an environment variable, nil when it is not set.
    static func environment(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }

    /// The folder of the running program.
    static var folder: String? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = unsafe buffer.withUnsafeMutableBytes { bytes in
            unsafe readlink("/proc/self/exe", bytes.baseAddress!, bytes.count)
        }
        guard count > 0, count < buffer.count, let slash = buffer[..<count].lastIndex(of: UInt8(ascii: "/"))
        else { return nil }
        return String(decoding: buffer[..<max(1, slash)], as: UTF8.self)
    }

    /// Whether a program is at this path.
    static func isProgram(_ path: String) -> Bool { unsafe access(path, X_OK) == 0 }

    /// Makes a folder if there is none; its parent must be there.
    static func makeFolder(_ path: String, mode: mode_t) throws(Failure) {
        guard unsafe mkdir(path, mode) != 0 else {
            // The umask must not keep readers out of a folder that is meant for them.
            _ = unsafe chmod(path, mode)
            return
        }
        guard errno != EEXIST else { return }
        throw Failure(status: .failure, reason: "make folder \(path): \(lastError)")
    }

    /// The system's words for the last failure.
    static var lastError: String {
        guard let text = unsafe strerror(errno) else { return "error \(errno)" }
        return unsafe String(cString: text)
    }

    /// Gives memory that is free inside the heap back to the system (malloc_trim(3)): after work that needed much more than
    /// what stays.
    static func trimMemory() { linux_trim_memory() }

    /// How much memory the process holds, in bytes; 0 when that cannot be read (proc(5), statm).
    static var residentMemory: UInt64 {
        let file = unsafe open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return 0 }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 128)
        let count = unsafe read(file, &buffer, buffer.count)
        let words = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self).split(separator: " ")
        guard words.count > 1, let pages = UInt64(words[1]) else { return 0 }
        return pages * UInt64(sysconf(Int32(_SC_PAGESIZE)))
    }

    /// Writes to standard output or standard error, whole.
    static func print(_ text: String, to descriptor: Int32 = STDOUT_FILENO) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}

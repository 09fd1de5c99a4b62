// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Glibc

/// A folder on a real disk, gone at the end.
final class Scratch {
    let path: String

    init() throws {
        // /tmp may live in memory, /var/tmp may not.
        var template = Array("/var/tmp/nftlb-benchmark-XXXXXX".utf8CString)
        guard let made = unsafe mkdtemp(&template) else { throw BenchmarkFailure("no folder in /var/tmp") }
        unsafe path = String(cString: made)
    }

    func file(_ name: String) -> String { path + "/" + name }

    deinit { removeTree(path) }
}

/// A small file as text; empty if there is none.
func contents(of path: String) -> String {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
        let count = unsafe read(descriptor, &buffer, buffer.count)
        guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
        bytes += buffer[..<count]
    }
}

/// Removes a folder with what is in it.
func removeTree(_ path: String) {
    if let folder = unsafe opendir(path) {
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) {
                unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name != "." && name != ".." else { continue }
            if unsafe entry.pointee.d_type == UInt8(DT_DIR) {
                removeTree(path + "/" + name)
            } else {
                unsafe unlink(path + "/" + name)
            }
        }
        unsafe closedir(folder)
    }
    unsafe rmdir(path)
}

struct BenchmarkFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

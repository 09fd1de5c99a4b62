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

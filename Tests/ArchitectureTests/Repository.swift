// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation

/// The checkout that this test was built from.
enum Repository {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The folders that hold what we write; nothing else is looked at.
    static let folders = [".ci", "Clients", "Packaging", "Protocol", "Sources", "Tests"]

    /// Paths of all our files, relative to the root, sorted.
    static let files: [String] = {
        var found: [String] = []
        for folder in folders {
            let base = root.appending(path: folder)
            let paths = FileManager.default.enumerator(atPath: base.path)
            while let path = paths?.nextObject() as? String {
                var isFolder: ObjCBool = false
                let full = base.appending(path: path).path
                _ = unsafe FileManager.default.fileExists(atPath: full, isDirectory: &isFolder)
                if isFolder.boolValue == false { found.append("\(folder)/\(path)") }
            }
        }
        return found.sorted()
    }()

    /// Every Swift file of the package.
    static let sources: [SourceFile] = files.filter { $0.hasSuffix(".swift") }.map(SourceFile.init)

    static func text(_ path: String) -> String {
        (try? String(contentsOf: root.appending(path: path), encoding: .utf8)) ?? ""
    }

    /// Names of the folders right under `folder`.
    static func children(of folder: String) -> [String] {
        let names = Set(
            files.filter { $0.hasPrefix(folder + "/") }
                .map { $0.dropFirst(folder.count + 1).split(separator: "/") }
                .filter { $0.count > 1 }
                .map { String($0[0]) })
        return names.sorted()
    }
}

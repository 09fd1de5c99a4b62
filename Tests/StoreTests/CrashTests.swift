// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Store
import Testing

@Suite("Processes that end in the middle, and disks without room", .serialized)
struct CrashTests {
    let folder: Folder

    init() throws { folder = try Folder() }

    /// Programs of this package lie beside the test program.
    private static var probe: String {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent("StoreProbe").path
    }

    private func run(_ script: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", script]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }

    @Test("kill -9 in the middle of commits: every one that was reported is there, whole")
    func kill() throws {
        var reported: UInt64 = 0
        for round in 0..<12 {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: Self.probe)
            process.arguments = ["commits", folder.path]
            let output = Pipe()
            process.standardOutput = output
            try process.run()
            usleep(useconds_t(20_000 + round * 13_700))
            Foundation.kill(process.processIdentifier, SIGKILL)
            let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            // The last line may be cut; a line that is whole was reported.
            let numbers = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().compactMap {
                UInt64($0)
            }
            reported = max(reported, numbers.last ?? 0)

            let store = try Store(directory: folder.path)
            let newest = try store.newestRevision()
            #expect(newest >= reported)
            #expect(newest <= reported + 1, "at most the one that was not reported yet")
            let objects = try store.allObjects()
            #expect(objects.allSatisfy { $0.name == "\(newest)" }, "objects and revision are of one commit")
            #expect(newest == 0 || objects.count == 3)
            reported = newest
            store.close()
        }
        #expect(reported > 20)
    }

    @Test(
        "a disk that is full fails the commit, keeps what was there, and goes on once there is room",
        .enabled(if: geteuid() == 0, "mounting needs root"))
    func fullDisk() throws {
        let text = try run(
            """
            unshare --mount sh -c 'mount -t tmpfs -o size=4m none "$1" && mkdir "$1/s" &&
            head -c 2000000 /dev/zero > "$1/ballast" && exec "$0" full "$1/s" "$1/ballast"' \
            "\(Self.probe)" "\(folder.path)"
            """)
        #expect(text == "failed full\nkept true\nrecovered true sound\n")
    }

    @Test("a limit on the size of files is like a disk that fails")
    func sizeLimit() throws {
        let text = try run("trap '' XFSZ; ulimit -f 2000; exec '\(Self.probe)' full '\(folder.path)'")
        // SQLite tells of EFBIG as of any other failed write.
        #expect(text.hasPrefix("failed inputOutput\nkept true\n"))
        #expect(try Store(directory: folder.path).newestRevision() > 10)
    }
}

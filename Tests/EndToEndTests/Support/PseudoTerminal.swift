// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import CLinux
import Foundation

/// A program on a terminal of its own (pty(7)): the test is who looks at it and types.
///
/// The terminal is never opened by its name: where /dev/pts is that of another mount, the name leads nowhere.
final class PseudoTerminal {
    private let terminal: Int32
    private let program: Program
    private var written: [UInt8] = []

    /// Starts a program that has this terminal, of so many columns and rows, as its controlling one.
    init(_ words: [String], columns: Int, rows: Int) throws {
        terminal = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        // TIOCSPTLCK and TIOCGPTPEER of ioctl_tty(2), which Swift does not import.
        var isLocked: Int32 = 0
        guard terminal >= 0, unsafe ioctl(terminal, 0x4004_5431, &isLocked) == 0 else { throw POSIXError(.ENOTTY) }
        let other = ioctl(terminal, 0x5441, O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard other >= 0 else { throw POSIXError(.ENOTTY) }
        defer { close(other) }
        Self.resize(terminal, columns, rows)
        program = try Program(
            ["sh", "-c", #"exec setsid --ctty --wait "$@" <&3 >&3"#, "sh"] + words, environment: ["TERM": "xterm"],
            inherited: other)
    }

    deinit { close(terminal) }

    /// What the program has written so far.
    var shown: String { String(decoding: written, as: UTF8.self) }

    /// Another size: the program is told so by a signal (SIGWINCH).
    func resize(columns: Int, rows: Int) { Self.resize(terminal, columns, rows) }

    func type(_ keys: String) { _ = unsafe write(terminal, keys, keys.utf8.count) }

    /// Waits until the program has written `text`: a loaded machine may need longer than any pause that one would like
    /// to make.
    func wait(for text: String, within seconds: Double = 60) -> Bool {
        let deadline = Date(timeIntervalSinceNow: seconds)
        while shown.contains(text) == false {
            guard Date() < deadline else { return false }
            read()
        }
        return true
    }

    /// Waits for the program's end.
    func end() -> Output {
        while program.isRunning { read() }
        read()
        return program.end()
    }

    /// What comes within a tenth of a second.
    private func read() {
        var request = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&request, 1, 100) > 0 else { return }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        // An error: the program has ended, and nobody holds the other end.
        let count = unsafe Glibc.read(terminal, &bytes, bytes.count)
        written += bytes.prefix(max(0, count))
    }

    private static func resize(_ terminal: Int32, _ columns: Int, _ rows: Int) {
        var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = unsafe ioctl(terminal, UInt(TIOCSWINSZ), &size)
    }
}

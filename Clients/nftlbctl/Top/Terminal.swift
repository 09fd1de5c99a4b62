// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Glibc
import Synchronization

/// The terminal of a program that draws on all of it: keys come at once and unseen, and what was there before comes back.
final class Terminal {
    private let saved: termios

    /// Nil: standard input and output are no terminal.
    static func open() -> Terminal? {
        var saved = termios()
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1,
            unsafe tcgetattr(STDIN_FILENO, &saved) == 0
        else { return nil }
        return Terminal(saved)
    }

    private init(_ saved: termios) {
        self.saved = saved
        var raw = saved
        raw.c_lflag &= ~tcflag_t(ICANON | ECHO)
        unsafe tcsetattr(STDIN_FILENO, TCSANOW, &raw)
        // The other screen, without a cursor.
        write("\u{1b}[?1049h\u{1b}[?25l")
    }

    deinit {
        write("\u{1b}[?25h\u{1b}[?1049l")
        var saved = saved
        unsafe tcsetattr(STDIN_FILENO, TCSANOW, &saved)
    }

    /// Columns and lines; of what does not say, those of a terminal of old.
    static var size: (width: Int, height: Int) {
        var size = winsize()
        guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return (80, 24)
        }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// Draws over what is there; no line is longer than the terminal is wide.
    func draw(_ lines: [String]) {
        write("\u{1b}[H" + lines.map { "\($0)\u{1b}[K" }.joined(separator: "\r\n") + "\u{1b}[J")
    }

    /// The next key; nil: none came in that time, or the size is another one.
    func key(within time: Duration) -> UInt8? {
        var request = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        let milliseconds = time.components.seconds * 1000 + time.components.attoseconds / 1_000_000_000_000_000
        guard unsafe poll(&request, 1, Int32(clamping: max(0, milliseconds))) > 0 else { return nil }
        var byte: UInt8 = 0
        return unsafe read(STDIN_FILENO, &byte, 1) == 1 ? byte : nil
    }

    private func write(_ text: String) { Output.raw(text) }
}

/// Set when the program is to end: the terminal is given back first.
enum Interruption {
    private static let flag = Atomic(false)

    /// Ctrl-C and a kill are noted instead of ending the program; another size wakes it.
    static func watch() {
        // Made now: the handler must not be the first to ask for it.
        flag.store(false, ordering: .relaxed)
        for number in [SIGINT, SIGTERM, SIGHUP] {
            signal(number) { _ in Interruption.flag.store(true, ordering: .relaxed) }
        }
        signal(SIGWINCH) { _ in }
    }

    static var isDue: Bool { flag.load(ordering: .relaxed) }
}

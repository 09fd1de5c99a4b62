// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Glibc

/// The two ways out of the program.
enum Output {
    /// Data: standard output. A newline is added.
    static func data(_ text: String) {
        write(text.hasSuffix("\n") ? text : text + "\n", to: STDOUT_FILENO)
    }

    /// What moves a terminal's cursor.
    static func raw(_ text: String) {
        write(text, to: STDOUT_FILENO)
    }

    /// Everything else: standard error. A newline is added.
    static func message(_ text: String) {
        write(printable(text) + "\n", to: STDERR_FILENO)
    }

    /// Why the program fails.
    static func error(_ failure: Failure) {
        let head = Style(descriptor: STDERR_FILENO).paint("nftlbctl:", .bold)
        write("\(head) \(printable(failure.message))\n", to: STDERR_FILENO)
        if let hint = failure.hint { message("hint: \(hint)") }
    }

    /// Text without what moves a terminal's cursor: it may come from anywhere.
    static func printable(_ text: String) -> String {
        var output = ""
        for scalar in text.unicodeScalars {
            if scalar.properties.generalCategory == .control && scalar != "\n" {
                output += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                output.unicodeScalars.append(scalar)
            }
        }
        return output
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while rest.isEmpty == false {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest.removeFirst(count)
            } else if errno == EAGAIN {
                var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = unsafe poll(&request, 1, -1)
            } else if errno != EINTR {
                return
            }
        }
    }
}

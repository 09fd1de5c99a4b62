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

    /// Text without what moves a terminal's cursor: it may come from anywhere. In one line there are no line ends either.
    static func printable(_ text: String, inOneLine: Bool = false) -> String {
        var output = ""
        for scalar in text.unicodeScalars {
            if scalar.properties.generalCategory == .control && (inOneLine || scalar != "\n") {
                output += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                output.unicodeScalars.append(scalar)
            }
        }
        return output
    }

    /// A descriptor that is closed becomes one that cannot be used: what is opened later must not get its number.
    static func occupyDescriptors() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
            _ = unsafe open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }

    /// Data that is lost is a failure, whatever else was done: who redirects it into a file believes it to be whole.
    private static func giveUp(_ number: Int32) -> Never {
        error(Failure(.failed, "cannot write the output: \(unsafe String(cString: strerror(number)))"))
        exit(ExitStatus.failed.rawValue)
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
                if descriptor == STDOUT_FILENO { giveUp(errno) }
                return
            }
        }
    }
}

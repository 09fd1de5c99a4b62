// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CLinux
internal import CSystemd
internal import Glibc

/// A listening socket that systemd made for us (sd_listen_fds_with_names(3)).
public struct InheritedSocket: Equatable, Sendable {
    /// FileDescriptorName= of the socket unit; `unknown` when it has none.
    public var name: String
    /// Its descriptor, for `ListeningSocket(inheriting:on:)`.
    public var descriptor: Int32

    /// Takes what systemd passed to this process, and the variables that said so out of the environment, so that no child
    /// believes they are for it. A second call finds nothing. Call it from `main`, before there are other threads.
    public static func takeAll() throws(SystemError) -> [InheritedSocket] {
        var names: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        let count = try checked(unsafe sd_listen_fds_with_names(1, &names), "take inherited sockets")
        defer { unsafe free(names) }
        return (0..<Int(count)).map { index in
            var name = "unknown"
            if let text = unsafe names?[index] {
                unsafe name = String(cString: text)
                unsafe free(text)
            }
            return InheritedSocket(name: name, descriptor: Int32(3 + index))  // SD_LISTEN_FDS_START
        }
    }
}

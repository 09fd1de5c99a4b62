// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import Glibc

/// Where clients are waited for.
package enum ListeningPlace: Sendable, Equatable {
    /// A socket that listens already, from the service manager.
    case inherited(Int32)
    /// A host and a port.
    case address(host: String, port: Int)
}

extension ListeningPlace: ExpressibleByArgument {
    /// `HOST:PORT`, with an IPv6 address in brackets, or `:PORT` or `*:PORT` for all addresses.
    package init?(argument: String) {
        guard let colon = argument.lastIndex(of: ":"), let port = UInt16(argument[argument.index(after: colon)...])
        else { return nil }
        var host = argument[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":") else { return nil }
        } else if host.contains(":") {
            return nil
        }
        self = .address(host: host.isEmpty || host == "*" ? "::" : String(host), port: Int(port))
    }

    /// The sockets that the service manager passed (sd_listen_fds(3)): from 3 on, if they are meant for this process.
    package static func inherited(environment: (String) -> String?) -> [ListeningPlace] {
        guard environment("LISTEN_PID").flatMap({ Int32($0) }) == getpid(),
            let count = environment("LISTEN_FDS").flatMap({ Int32($0) }), (1...64).contains(count)
        else { return [] }
        return (3..<3 + count).map { descriptor in
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            return .inherited(descriptor)
        }
    }
}

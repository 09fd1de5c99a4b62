// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerServer
import EventLoop

/// The sockets that clients connect to: those systemd handed over, else our own.
struct Sockets {
    private let listening: [(socket: ListeningSocket, role: SocketRole)]

    /// Takes them; nobody is accepted yet, whoever connects waits.
    init(_ options: Options, loop: EventLoop) throws(Failure) {
        let inherited: [InheritedSocket]
        do throws(SystemError) {
            inherited = try InheritedSocket.takeAll()
        } catch {
            throw Failure(status: .failure, reason: "\(error)")
        }
        var listening: [(ListeningSocket, SocketRole)] = []
        if inherited.isEmpty {
            listening.append((try Self.make(options.socket, mode: 0o660, loop: loop), .full))
            listening.append((try Self.make(options.readOnlySocket, mode: 0o666, loop: loop), .readOnly))
        }
        for socket in inherited {
            guard let role = SocketRole(rawValue: socket.name) else {
                let names = SocketRole.allCases.map(\.rawValue).joined(separator: " or ")
                throw Failure(
                    status: .failure, reason: "an inherited socket is named \(socket.name), not \(names)")
            }
            do throws(SystemError) {
                listening.append((try ListeningSocket(inheriting: socket, on: loop), role))
            } catch {
                throw Failure(status: .failure, reason: "\(error)")
            }
        }
        self.listening = listening
    }

    private static func make(_ path: String, mode: UInt32, loop: EventLoop) throws(Failure) -> ListeningSocket {
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            try OwnProcess.makeFolder(String(path[..<slash]), mode: 0o755)
        }
        do throws(ListenFailure) {
            return try ListeningSocket(path: path, mode: mode, on: loop)
        } catch {
            if case .inUse = error { throw Failure(status: .owned, reason: "\(error)") }
            throw Failure(status: .failure, reason: "\(error)")
        }
    }

    /// Begins to accept clients.
    func serve(_ server: Server, loop: EventLoop, journal: Journal) throws(Failure) {
        do throws(SystemError) {
            for (socket, role) in listening {
                try socket.listen(
                    { SocketTransport.connect($0, on: role, loop: loop, server: server) },
                    failure: { journal.send(.socketFailed, "accept a client: \($0)") })
            }
        } catch {
            throw Failure(status: .failure, reason: "\(error)")
        }
    }

    /// Takes no more clients; our own sockets' files go.
    func close() {
        for (socket, _) in listening { socket.close() }
    }
}

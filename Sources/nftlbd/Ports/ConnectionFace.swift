// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import BalancerModel
import Netlink
import Nftables

/// Connection tracking as the engine sees it.
final class ConnectionFace: ConnectionPort {
    /// Sockets that nobody uses. They are kept: closing one waits for what nf_tables has still to destroy (see
    /// `SocketPool` of NftablesKernel).
    private var idle: [Conntrack] = []

    func beginDump(_ filter: ConnectionFilter) throws(KernelFailure) -> any ConnectionDump {
        try askingKernel { () throws(NetlinkError) in
            let socket = try take()
            let dump = try ConntrackDump(ConntrackFilter(filter), on: socket)
            return ConnectionDumpFace(dump) { [weak self] in self?.idle.append(socket) }
        }
    }

    func find(_ flow: Flow) throws(KernelFailure) -> TrackedConnection? {
        try askingKernel { () throws(NetlinkError) in
            let socket = try take()
            let asked = TrackedConnection(
                transport: flow.transport.number, source: flow.source, destination: flow.destination,
                selector: .ports(source: flow.sourcePort.number, destination: flow.destinationPort.number),
                answering: flow.destination)
            let found = try socket.find(ConntrackEntry(asked))
            idle.append(socket)
            return found.map { TrackedConnection($0) }
        }
    }

    func forget(_ connections: [TrackedConnection]) throws(KernelFailure) -> Int {
        try askingKernel { () throws(NetlinkError) in
            let socket = try take()
            let count = try socket.delete(connections.map { ConntrackEntry($0) })
            idle.append(socket)
            return count
        }
    }

    func forget(translatedWith mark: ConnectionFilter.MarkBits) throws(KernelFailure) {
        try askingKernel { () throws(NetlinkError) in
            let socket = try take()
            let translated = ConntrackEntry.Status.destinationTranslated.rawValue
            try socket.deleteAll(
                mark: .init(mark.value, mask: mark.mask), status: .init(translated, mask: translated))
            idle.append(socket)
        }
    }

    /// A socket that failed is not given back: what the kernel still has to say on it is nobody's business.
    private func take() throws(NetlinkError) -> Conntrack {
        if let socket = idle.popLast() { return socket }
        return try Conntrack()
    }
}

/// A dump as the engine sees it.
private final class ConnectionDumpFace: ConnectionDump {
    private let dump: ConntrackDump
    private var ended: (() -> Void)?

    init(_ dump: ConntrackDump, ended: @escaping () -> Void) {
        self.dump = dump
        self.ended = ended
    }

    func next() throws(KernelFailure) -> [TrackedConnection]? {
        let part = try askingKernel { () throws(NetlinkError) in try dump.next() }
        guard let part else {
            ended?()
            ended = nil
            return nil
        }
        return part.map { TrackedConnection($0) }
    }
}

extension ConntrackFilter {
    fileprivate init(_ filter: ConnectionFilter) {
        let seenReply = ConntrackEntry.Status.seenReply.rawValue
        self.init(
            family: filter.family.number,
            mark: filter.mark.mask == 0 ? nil : Bits(filter.mark.value, mask: filter.mark.mask),
            status: filter.isUnrepliedOnly ? Bits(0, mask: seenReply) : nil)
    }
}

extension AddressFamily {
    /// NFPROTO_IPV4 and NFPROTO_IPV6.
    fileprivate var number: UInt8 {
        switch self {
        case .ipv4: 2
        case .ipv6: 10
        }
    }
}

extension TrackedConnection {
    fileprivate init(_ entry: ConntrackEntry) {
        func address(_ address: ConntrackEntry.Address) -> IPAddress {
            entry.family == AddressFamily.ipv6.number
                ? .v6(high: address.high, low: address.low) : .v4(UInt32(truncatingIfNeeded: address.low))
        }
        let selector: Selector =
            switch entry.selector {
            case .ports(let source, let destination): .ports(source: source, destination: destination)
            case .icmp(let id, let type, let code): .icmp(id: id, type: type, code: code)
            case .none: .none
            }
        self.init(
            transport: entry.transport, source: address(entry.source), destination: address(entry.destination),
            selector: selector, answering: address(entry.answering), answeringPort: entry.answeringPort,
            isOver: entry.isOver, mark: entry.mark, isReplied: entry.status.contains(.seenReply),
            isTranslated: entry.status.contains(.destinationTranslated),
            isSourceTranslated: entry.status.contains(.sourceTranslated), secondsLeft: entry.timeout, id: entry.id,
            zone: entry.zone)
    }
}

extension ConntrackEntry {
    /// What the kernel finds the connection by.
    fileprivate init(_ connection: TrackedConnection) {
        func address(_ address: IPAddress) -> Address {
            switch address {
            case .v4(let value): Address(low: UInt64(value))
            case .v6(let high, let low): Address(high: high, low: low)
            }
        }
        let selector: Selector =
            switch connection.selector {
            case .ports(let source, let destination): .ports(source: source, destination: destination)
            case .icmp(let id, let type, let code): .icmp(id: id, type: type, code: code)
            case .none: .none
            }
        self.init(
            family: connection.destination.family.number, transport: connection.transport,
            source: address(connection.source), destination: address(connection.destination), selector: selector,
            answering: address(connection.answering), answeringPort: connection.answeringPort, mark: connection.mark,
            id: connection.id, zone: connection.zone)
    }
}

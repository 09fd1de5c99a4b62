// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel
import Nftables

/// The part of a farm in one table.
public struct CompiledFragment: Sendable, Hashable {
    /// Shape and farm: what `services…` say about its addresses.
    public internal(set) var register: UInt32
    /// The farm's number.
    public var farm: UInt16 { UInt16(truncatingIfNeeded: register & Register.farmMask) }
    /// Its services; none while the farm is not up.
    public internal(set) var entries: [Entry]
    /// Whether clients on the balancer itself are served.
    public internal(set) var servesLocalClients: Bool
    /// Whether a program on the balancer serves it: its backends are those of that program's connections.
    public internal(set) var isProxied: Bool
    /// Its backends that may serve somebody.
    public internal(set) var backends: [Target]
    /// Its backends that are up while another priority serves: no element of theirs is in the kernel, and their established
    /// connections go on.
    public internal(set) var standby: [Target]
    /// The mark in each slot, 0 for an empty one.
    public internal(set) var slots: [UInt32]
    /// What it writes into the log: line and farm, by the map that says so.
    var lines: [MapKind: UInt32]
    /// What hits of its policies write: line and farm, by the policy's number.
    public internal(set) var policyLines: [UInt32: UInt32] = [:]
    /// Its static sessions; nil: none, or no persistence.
    public internal(set) var sessions: Sessions?
    /// List of policies and farm: what `guards` says; nil: no policy guards it.
    public internal(set) var guardedBy: UInt32?

    /// A service of the farm: what a packet must ask for.
    public struct Entry: Sendable, Hashable {
        /// The address; nil: any of the balancer.
        public var address: IPAddress?
        /// The transport's number; nil: every protocol, and then all ports.
        public var transport: UInt8?
        /// The ports; nil: all.
        public var ports: ClosedRange<UInt16>?

        /// A service.
        public init(address: IPAddress?, transport: UInt8?, ports: ClosedRange<UInt16>?) {
            self.address = address
            self.transport = transport
            self.ports = ports
        }
    }

    /// A backend.
    public struct Target: Sendable, Hashable {
        /// The connection mark that means it.
        public var mark: UInt32
        /// Where connections go.
        public var address: IPAddress
        /// Its port, 0: the one that the client asked for.
        public var port: UInt16
        /// Where they seem to come from; nil: their own source, or masqueraded if the mark says so.
        public var source: IPAddress?
        /// Its limit and its farm; 0: no limit.
        public var limit: UInt32 = 0
        /// The line that its limit writes, and its farm; 0: none.
        public var limitLine: UInt32 = 0
        /// The line that what is forwarded writes, and its farm; 0: none.
        public var forwardLine: UInt32 = 0
        /// Whether its established flows are sent on past the rules.
        public var isOffloaded = false
    }

    /// Static sessions.
    public struct Sessions: Sendable, Hashable {
        /// By what clients are known.
        public var fields: SessionFields
        /// One for each client.
        public var elements: [Element]

        /// A client and its backend.
        public struct Element: Sendable, Hashable {
            /// The key in the kernel's map.
            public var key: [UInt8]
            /// The backend's mark.
            public var mark: UInt32
        }
    }
}

extension CompiledFragment.Entry {
    /// What the model calls a service.
    public init(_ service: ServiceEntry) {
        address = service.address
        switch service.scope {
        case .port(let transport, let port):
            self.transport = transport.number
            ports = port.number...port.number
        case .range(let transport, let range):
            self.transport = transport.number
            ports = range
        case .allPorts(let transport):
            self.transport = transport.number
        case .allTransports: break
        }
    }

    /// The address that must be looked into the maps of wide services, if this is one.
    var wideAddress: IPAddress? {
        guard let address else { return nil }
        guard let ports, ports.count == 1, transport != nil else { return address }
        return nil
    }
}

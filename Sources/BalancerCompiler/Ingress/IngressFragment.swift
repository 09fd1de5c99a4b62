// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel
import Nftables

/// The part of a farm in `netdev nftlb`.
public struct IngressFragment: Sendable, Hashable {
    /// The interfaces at which its packets come in: a base chain stands at each.
    public internal(set) var interfaces: Set<InterfaceName> = []
    /// What it has for each family that it serves.
    public internal(set) var parts: [IngressPart] = []
}

/// What a farm at ingress has for one family.
public struct IngressPart: Sendable, Hashable {
    /// The family.
    public internal(set) var family: AddressFamily
    /// Shape and farm: what `services…` say about its addresses.
    public internal(set) var register: UInt32
    /// Its services; none while the farm is not up.
    public internal(set) var entries: [CompiledFragment.Entry]
    /// Its backends to which frames can be sent, whatever their state.
    public internal(set) var backends: [Target] = []
    /// The mark in each slot, 0 for an empty one.
    public internal(set) var slots: [UInt32] = []
    /// The line that its first packets write, and the farm; nil: none.
    var inputLine: UInt32?
    /// Its static sessions; nil: none, or no persistence.
    public internal(set) var sessions: CompiledFragment.Sessions?
    /// List of policies and farm: what `guards` says; nil: no policy guards it.
    public internal(set) var guardedBy: UInt32?
    /// What hits of policies write into the log for it, by the policy's number: line and farm.
    public internal(set) var policyLines: [UInt32: UInt32] = [:]
    /// What clients may have asked for, so that answers can say so; empty where frames are sent on as they are.
    public internal(set) var asked: [Asked] = []
    /// Whether destinations are translated.
    public internal(set) var isTranslated = false

    /// A backend.
    public struct Target: Sendable, Hashable {
        /// The packet mark that means it.
        public var mark: UInt32
        /// Its address.
        public var address: IPAddress
        /// Its port, 0: the one that the client asked for.
        public var port: UInt16
        /// Where its frames go and what they say.
        public var hop: NetworkFacts.NextHop
        /// Whether it may serve clients that it knows.
        public var isUsable: Bool
    }

    /// What clients ask for at one interface.
    public struct Asked: Sendable, Hashable {
        /// By which answers know it again: the farm in the high half.
        public var number: UInt32
        /// The transports; empty where all ports of the address have this one number.
        public var transports: [UInt8]
        /// The address.
        public var address: IPAddress
        /// The port; nil: any.
        public var port: UInt16?
        /// The interface's number.
        public var device: UInt32
        /// The hardware address that answers come from.
        public var hardware: MACAddress
    }
}

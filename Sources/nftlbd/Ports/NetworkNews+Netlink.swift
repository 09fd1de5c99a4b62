// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerEngine
import BalancerModel
import Netlink

extension Netlink.NetworkSubjects {
    init(_ subjects: BalancerEngine.NetworkSubjects) {
        self = []
        if subjects.contains(.host) { formUnion([.links, .addresses, .forwarding]) }
        if subjects.contains(.ways) { formUnion([.routes, .neighbours]) }
    }
}

extension NetworkAddress {
    init(_ address: IPAddress) {
        switch address {
        case .v4(let value): self.init(ipv4: value)
        case .v6(let high, let low): self.init(high: high, low: low)
        }
    }
}

extension IPAddress {
    fileprivate init(_ address: NetworkAddress) {
        self = address.isIPv6 ? .v6(high: address.high, low: address.low) : .v4(UInt32(truncatingIfNeeded: address.low))
    }
}

extension NetworkNews {
    /// What the engine wants to know of it; nil: nothing.
    init?(_ event: NetworkEvent) {
        switch event {
        case .link(let link):
            // Names that the kernel allows and a configuration does not are nobody's.
            guard let name = try? InterfaceName(link.name) else { return nil }
            self = .interface(
                name,
                NetworkFacts.Interface(
                    index: link.index, hardwareAddress: MACAddress(bytes: link.hardwareAddress),
                    isRunning: link.isRunning))
        case .linkGone(let index): self = .interfaceGone(index)
        case .address(let address): self = .address(IPAddress(address.address), interface: address.link)
        case .addressGone(let address): self = .addressGone(IPAddress(address.address), interface: address.link)
        case .neighbour(let neighbour): self = .neighbour(NeighbourPlace(neighbour), NeighbourState(neighbour))
        case .neighbourGone(let neighbour): self = .neighbour(NeighbourPlace(neighbour), .unknown)
        case .routes(let prefix): self = .routes(ClosedRange(prefix))
        case .rules: self = .routes(nil)
        case .forwarding(let forwarding):
            let family: AddressFamily = forwarding.isIPv6 ? .ipv6 : .ipv4
            switch forwarding.scope {
            case .all: self = .forwarding(family, .all, forwarding.isOn)
            case .link(let index): self = .forwarding(family, .interface(index), forwarding.isOn)
            case .standard: return nil
            }
        case .lost: self = .lost
        }
    }
}

extension NeighbourPlace {
    fileprivate init(_ neighbour: Neighbour) {
        self.init(interface: neighbour.link, address: IPAddress(neighbour.address))
    }
}

extension NeighbourState {
    init(_ neighbour: Neighbour) {
        let hardware = MACAddress(bytes: neighbour.hardwareAddress)
        switch neighbour.state {
        case .incomplete: self = .unknown
        case .valid(let isFresh): self = .answered(hardware, isFresh: isFresh)
        case .failed: self = .failed
        case .fixed: self = .fixed(hardware)
        }
    }
}

extension HostRoute {
    init(_ route: NetworkRoute) {
        switch route {
        case .over(let link, let gateway): self = .over(interface: link, gateway: gateway.map { IPAddress($0) })
        case .local: self = .local
        case .none: self = .none
        }
    }
}

extension ClosedRange<IPAddress> {
    /// The addresses of a prefix.
    fileprivate init(_ prefix: RoutePrefix) {
        // Shifts by all bits and more are well defined in Swift: they give 0.
        if prefix.address.isIPv6 {
            let length = UInt64(prefix.length)
            let high = UInt64.max >> Swift.min(length, 64)
            let low = length <= 64 ? UInt64.max : UInt64.max >> (length - 64)
            self =
                .v6(high: prefix.address.high & ~high, low: prefix.address.low & ~low)
                ... .v6(high: prefix.address.high | high, low: prefix.address.low | low)
        } else {
            let rest = UInt32.max >> UInt32(prefix.length)
            let address = UInt32(truncatingIfNeeded: prefix.address.low)
            self = .v4(address & ~rest) ... .v4(address | rest)
        }
    }
}

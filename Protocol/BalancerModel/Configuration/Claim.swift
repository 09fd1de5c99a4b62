// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// What only one farm that is up can take: a transport, an address (or any of a family) and a port.
struct Claim: Sendable, Hashable {
    var address: IPAddress?
    var family: AddressFamily
    var transport: TransportProtocol
    var port: Port
}

extension Claim: CustomStringConvertible {
    var description: String {
        "\(transport.rawValue) \(address?.description ?? "any \(family.rawValue) address") port \(port)"
    }
}

extension FarmAddress {
    /// What this address takes; nothing while it is incomplete.
    var claims: [Claim] {
        var claims: [Claim] = []
        ports.forEachPort { port in
            claims.append(Claim(address: address, family: family, transport: transport, port: port))
        }
        return claims
    }
}

extension Farm {
    /// What this farm takes from other farms: nothing unless it is up.
    var claims: [Claim] {
        guard state == .up else { return [] }
        if addresses.count == 1 { return addresses[0].claims }
        return addresses.flatMap(\.claims)
    }
}

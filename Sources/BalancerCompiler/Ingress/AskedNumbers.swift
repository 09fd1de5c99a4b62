// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import Nftables

/// Numbers for what clients ask for, 16 bits in a farm: made from address, port and interface, so that they are the same after
/// a restart, and whatever else the farm serves. Where two would be the same, the later one in the order of services gets
/// the next.
struct AskedNumbers {
    private struct Question: Hashable {
        var address: IPAddress
        var port: UInt16?
        var interface: InterfaceName
    }

    private let farm: UInt16
    private var numbers: [Question: Int] = [:]
    private var taken: Set<UInt16> = []
    private(set) var asked: [IngressPart.Asked] = []

    init(farm: UInt16) { self.farm = farm }

    mutating func add(_ entry: CompiledFragment.Entry, at arrival: Arrival) {
        guard let address = entry.address else { return }
        let port = entry.ports.flatMap { $0.count == 1 ? $0.lowerBound : nil }
        let question = Question(address: address, port: port, interface: arrival.name)
        let transports = port == nil ? [] : entry.transport.map { [$0] } ?? []
        if let known = numbers[question] {
            asked[known].transports += transports.filter { !asked[known].transports.contains($0) }
            return
        }
        var number = Self.hash(address, arrival.name) &+ (port ?? 0)
        while !taken.insert(number).inserted { number &+= 1 }
        numbers[question] = asked.count
        asked.append(
            IngressPart.Asked(
                number: UInt32(farm) << 16 | UInt32(number), transports: transports, address: address, port: port,
                device: arrival.index, hardware: arrival.hardware))
    }

    private static func hash(_ address: IPAddress, _ interface: InterfaceName) -> UInt16 {
        var digest = Digest()
        for byte in address.bytes { digest.combine(byte) }
        digest.combine(interface.text)
        return UInt16(truncatingIfNeeded: digest.value ^ digest.value >> 16 ^ digest.value >> 32)
    }
}

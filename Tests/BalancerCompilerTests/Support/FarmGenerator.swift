// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel

/// Random farms, and random small changes of them. Farms share no address, so any set of them is a configuration.
struct FarmGenerator {
    var random: SeededGenerator
    private var nextBackend: UInt32 = 1

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func farm(_ number: Int) -> NumberedFarm {
        var farm = Farm(name: Make.name("farm\(number)"))
        var numbers: [UInt32] = []
        change(&farm, &numbers, number, parts: 12)
        return NumberedFarm(farm: farm, number: UInt16(number), backendNumbers: numbers)
    }

    /// The same farm with something different.
    mutating func changed(_ old: NumberedFarm) -> NumberedFarm {
        var farm = old.farm
        var numbers = old.backendNumbers
        change(&farm, &numbers, Int(old.number), parts: random.chance(1, in: 4) ? 4 : 1)
        return NumberedFarm(farm: farm, number: old.number, backendNumbers: numbers)
    }

    private mutating func change(_ farm: inout Farm, _ numbers: inout [UInt32], _ number: Int, parts: Int) {
        for _ in 0..<parts {
            switch random.below(14) {
            case 0: farm.mode = random.pick([.snat, .dnat])
            case 1: farm.scheduler = random.pick([.rr, .weight, .hash])
            case 2: farm.schedulerParameters = random.pick([[], [.srcip], [.srcport], [.srcip, .srcport]])
            case 3: farm.state = random.pick([.up, .up, .down, .off])
            case 4: farm.intraConnect = random.chance(1, in: 2)
            case 5: farm.sourceAddress = random.pick([nil, Make.address("10.9.9.9"), Make.address("fd00::9")])
            case 6, 7: changeAddresses(&farm, number)
            default: changeBackends(&farm, &numbers)
            }
        }
    }

    private mutating func changeAddresses(_ farm: inout Farm, _ number: Int) {
        if random.chance(1, in: 3), !farm.addresses.isEmpty {
            farm.addresses.remove(at: random.below(farm.addresses.count))
            return
        }
        let text: String? = random.pick(["192.0.2.\(number)", "2001:db8::\(number)", nil])
        // An any-address takes a port of its own for each farm.
        let ports = text == nil ? [1000 + number] : [random.pick([80, 443]), random.pick([80, 81, 8080])]
        var address = Make.farmAddress(
            text, ports, random.pick([.tcp, .udp]), family: text == nil ? random.pick([.ipv4, .ipv6]) : nil)
        address.name = Make.name("address\(random.below(1_000_000))")
        farm.addresses.append(address)
    }

    private mutating func changeBackends(_ farm: inout Farm, _ numbers: inout [UInt32]) {
        guard !farm.backends.isEmpty, random.chance(2, in: 3) else {
            let place = random.below(250)
            farm.backends.append(Make.backend(random.chance(1, in: 2) ? "10.0.0.\(place)" : "fd00::\(place)"))
            numbers.append(nextBackend)
            nextBackend += 1
            return
        }
        let index = random.below(farm.backends.count)
        switch random.below(7) {
        case 0:
            farm.backends.remove(at: index)
            numbers.remove(at: index)
        case 1: farm.backends[index].port = random.chance(1, in: 2) ? nil : Make.port(8000 + random.below(3))
        case 2: farm.backends[index].weight = Weight(unchecked: Int64(random.pick([1, 2, 3, 4, 5, 10])))
        case 3:
            farm.backends[index].sourceAddress = random.pick([nil, Make.address("10.9.9.8"), Make.address("fd00::8")])
        case 4: farm.backends[index].address = Make.address("10.0.1.\(random.below(250))")
        default: farm.backends[index].state = random.pick([.up, .up, .off, .down])
        }
    }
}

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
            switch random.below(22) {
            case 0: farm.mode = random.pick([.snat, .snat, .dnat, .dnat, .local])
            // Seldom maglev: it is a hash with many more slots.
            case 1: farm.scheduler = random.chance(1, in: 20) ? .maglev : random.pick([.rr, .weight, .hash, .symhash])
            case 2: farm.schedulerParameters = random.pick([[], [.srcip], [.srcport], [.srcip, .srcport, .dstmac]])
            case 3: farm.state = random.pick([.up, .up, .down, .off])
            case 4: farm.intraConnect = random.chance(1, in: 2)
            case 5: farm.sourceAddress = random.pick([nil, Make.address("10.9.9.9"), Make.address("fd00::9")])
            case 6, 7: changeAddresses(&farm, number)
            case 8: farm.mark = random.pick([.none, Mark(unchecked: 0x1000000)])
            case 9: farm.options.counters = random.chance(2, in: 3)
            case 10: changeStickiness(&farm)
            case 11: changeLimits(&farm)
            default: changeBackends(&farm, &numbers)
            }
        }
    }

    private mutating func changeStickiness(_ farm: inout Farm) {
        let fields: [PacketField] = random.pick([
            [], [.srcip], [.srcip, .srcport], [.srcmac], [.srcip, .dstip, .srcport, .dstport, .srcmac],
        ])
        if fields != farm.options.persistence { farm.sessions = [] }
        farm.options.persistence = fields
        farm.options.persistenceLifetime = Seconds(unchecked: random.pick([30, 60]))
        guard fields == [.srcip] else { return }
        farm.sessions = farm.backends.prefix(2).enumerated().compactMap { index, backend in
            guard let client = try? SessionClient(random.chance(1, in: 2) ? "10.1.0.\(index)" : "fd01::\(index)") else {
                return nil
            }
            var session = Session(client: client)
            session.backend = backend.name
            return session
        }
    }

    private mutating func changeLimits(_ farm: inout Farm) {
        switch random.below(8) {
        case 7: farm.options.queue = random.pick([.none, QueueNumber(unchecked: 7)])
        case 6: farm.options.log = random.pick([[], [.input], [.forward], LogPlace.allCases])
        case 0: farm.options.newRateLimit = random.pick([.none, Make.rate("5/minute"), Make.rate("6/minute")])
        case 1: farm.options.resetRateLimit = random.pick([.none, Make.rate("5/minute")])
        case 2: farm.options.establishedLimit = Count(unchecked: random.pick([0, 3]))
        case 3: farm.options.tcpStrict = random.chance(1, in: 2)
        case 4: farm.options.verdict = random.pick([VerdictWord.allCases, [.drop], [.log], []])
        default: farm.options.logRateLimit = random.pick([.none, Make.rate("1/second")])
        }
    }

    private mutating func changeAddresses(_ farm: inout Farm, _ number: Int) {
        if random.chance(1, in: 3), !farm.addresses.isEmpty {
            farm.addresses.remove(at: random.below(farm.addresses.count))
            return
        }
        let text: String? = random.pick(["192.0.2.\(number)", "2001:db8::\(number)", nil])
        // Ranges, all ports and all protocols of an address, which two farms may share.
        if random.chance(1, in: 4) {
            var wide = Make.farmAddress(random.pick(["192.0.2.200", "2001:db8::200"]), [80], .tcp)
            wide.name = Make.name("wide\(random.below(1_000_000))")
            let first = UInt16(1000 + number * 1000)
            wide.ports = (try? PortSet([first...(first + 500)])) ?? .all
            append(wide, to: &farm)
            return
        }
        // An any-address takes a port of its own for each farm.
        let ports = text == nil ? [1000 + number] : [random.pick([80, 443]), random.pick([80, 81, 8080])]
        var address = Make.farmAddress(
            text, ports, random.pick([.tcp, .udp]), family: text == nil ? random.pick([.ipv4, .ipv6]) : nil)
        address.name = Make.name("address\(random.below(1_000_000))")
        append(address, to: &farm)
    }

    /// No farm of a configuration takes the same twice.
    private func append(_ address: FarmAddress, to farm: inout Farm) {
        let taken = Set(farm.services)
        if address.services.allSatisfy({ !taken.contains($0) }) { farm.addresses.append(address) }
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
        switch random.below(9) {
        case 8: farm.backends[index].options.establishedLimit = Count(unchecked: random.pick([0, 3, 4]))
        case 7: farm.backends[index].priority = random.pick([.one, Priority(unchecked: 5)])
        case 0:
            farm.backends.remove(at: index)
            numbers.remove(at: index)
        case 1: farm.backends[index].port = random.chance(1, in: 2) ? nil : Make.port(8000 + random.below(3))
        case 2: farm.backends[index].weight = Weight(unchecked: Int64(random.pick([1, 2, 3, 4, 5, 10])))
        case 3:
            farm.backends[index].sourceAddress = random.pick([nil, Make.address("10.9.9.8"), Make.address("fd00::8")])
        case 4: farm.backends[index].address = Make.address("10.0.1.\(random.below(250))")
        default: farm.backends[index].state = random.pick([.up, .up, .off, .down, .incomplete])
        }
    }
}

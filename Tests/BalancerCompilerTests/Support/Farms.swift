// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import Nftables

/// Farms in few words.
enum Make {
    static func address(_ text: String) -> IPAddress {
        guard let address = try? IPAddress(text) else { fatalError("\(text) is no address") }
        return address
    }

    static func port(_ number: Int) -> Port {
        guard let port = try? Port(number) else { fatalError("\(number) is no port") }
        return port
    }

    static func name(_ text: String) -> Name {
        guard let name = try? Name(text) else { fatalError("\(text) is no name") }
        return name
    }

    static func farmAddress(
        _ text: String?, _ ports: [Int] = [80], _ transport: TransportProtocol = .tcp, family: AddressFamily? = nil
    ) -> FarmAddress {
        var result = FarmAddress(name: name("\(text ?? "any")-\(ports)-\(transport.rawValue)"))
        result.address = text.map(address)
        result.family = family ?? result.address?.family ?? .ipv4
        result.ports = (try? PortSet(ports.map { UInt16($0)...UInt16($0) })) ?? .all
        result.transport = transport
        return result
    }

    static func rate(_ text: String) -> Rate {
        guard let rate = try? Rate(text) else { fatalError("\(text) is no rate") }
        return rate
    }

    static func backend(_ text: String, port: Int? = nil, weight: Int = 1, _ state: BackendState = .up) -> Backend {
        var result = Backend(name: name(text))
        result.address = address(text)
        result.port = port.map(self.port)
        result.weight = Weight(unchecked: Int64(weight))
        result.state = state
        return result
    }

    static func farm(
        _ text: String = "web", _ addresses: [FarmAddress] = [farmAddress("192.0.2.1")],
        backends: [Backend], scheduler: Scheduler = .rr, mode: FarmMode = .snat
    ) -> Farm {
        var result = Farm(name: name(text))
        result.addresses = addresses
        result.backends = backends
        result.scheduler = scheduler
        result.mode = mode
        return result
    }

    static func numbered(_ farm: Farm, _ number: Int = 1, backends first: Int = 1) -> NumberedFarm {
        NumberedFarm(
            farm: farm, number: UInt16(number), backendNumbers: farm.backends.indices.map { UInt32(first + $0) })
    }
}

/// A kernel that holds some farms.
struct World {
    var skeleton = Skeleton(owner: "test")
    var ruleset = Ruleset()
    var farms: [UInt16: CompiledFarm] = [:]

    init(_ farms: [NumberedFarm] = []) throws {
        for farm in farms { skeleton.require(needs(of: farm)) }
        ruleset = skeleton.render()
        var difference = FarmDifference()
        for farm in farms {
            let compiled = compile(farm, shapes: skeleton.shapes)
            self.farms[farm.number] = compiled
            difference.add(from: nil, to: compiled)
        }
        difference.addShared(present: WideAddresses())
        try ruleset.apply(difference.whole)
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON

/// Random requests on both sides.
extension NaiveModel {
    private static let names = ["a", "b", "c", "d"]
    private static let addresses: [String?] = ["10.0.0.1", "10.0.0.2", nil]
    private static let ports: [Service.Ports] = [
        .one(1), .one(2), .range(1...1000), .range(900...2000), .range(2001...3000), .all,
    ]

    private static func randomService(using generator: inout SeededGenerator) -> Service {
        Service(
            address: addresses.randomElement(using: &generator)!, ports: ports.randomElement(using: &generator)!,
            isOfAll: Int.random(in: 0..<4, using: &generator) == 0)
    }

    private func index(_ name: String) -> Int? { farms.firstIndex { $0.name == name } }

    /// A step that mostly works on what is there, and sometimes does not.
    static func randomStep(using generator: inout SeededGenerator) -> Step {
        let farm = names.randomElement(using: &generator)!
        let other = names.randomElement(using: &generator)!
        let backend = ["x", "y", "z"].randomElement(using: &generator)!
        let address = ["v", "w"].randomElement(using: &generator)!
        switch Int.random(in: 0..<20, using: &generator) {
        case 0:
            return delete("/farms/\(farm)") { model throws(Refusal) in model.farms.remove(at: try model.need(farm)) }
        case 1:
            return delete("/farms/\(farm)/backends/\(backend)") { model throws(Refusal) in
                let (index, member) = try model.need(farm, backend)
                model.farms[index].backends.remove(at: member)
            }
        case 2: return rename(farm, to: other)
        case 3: return rename(farm, backend: backend, to: ["x", "y", "z"].randomElement(using: &generator)!)
        case 4, 5:
            return setAddress(farm, randomService(using: &generator))
        case 6: return setState(farm, ["up", "down", "off"].randomElement(using: &generator)!)
        case 7: return setScheduler(farm, ["rr", "weight", "hash", "wrong"].randomElement(using: &generator)!)
        case 8: return setWeight(farm, backend, Int.random(in: 0...3, using: &generator))
        case 9: return setMark(farm, Int.random(in: 0...2, using: &generator))
        case 10, 11: return setMark(farm, backend, Int.random(in: 0...7, using: &generator))
        case 12, 13: return setShared(address, randomService(using: &generator))
        case 14: return rename(shared: address, to: ["v", "w"].randomElement(using: &generator)!)
        case 15:
            return delete("/addresses/\(address)") { model throws(Refusal) in
                guard let index = model.shared.firstIndex(where: { $0.name == address }) else { throw .kind(.notFound) }
                model.shared.remove(at: index)
                model.deleted.append(address)
            }
        case 16:
            return delete("/farms/\(farm)/addresses/\(address)") { model throws(Refusal) in
                let index = try model.need(farm)
                guard model.farms[index].names(address) else { throw .kind(.notFound) }
                model.farms[index].addresses.removeAll { $0.name == address }
            }
        case 17:
            return set(farm, ["addresses": [["name": .string(address)]]]) { farm throws(Refusal) in
                if !farm.names(address) { farm.addresses.append(FarmAddress(name: address)) }
            }
        default: return addBackend(farm, backend, "192.0.2.\(Int.random(in: 1...3, using: &generator))")
        }
    }

    private func need(_ farm: String) throws(Refusal) -> Int {
        guard let index = index(farm) else { throw .kind(.notFound) }
        return index
    }

    private func need(_ farm: String, _ backend: String) throws(Refusal) -> (Int, Int) {
        let index = try need(farm)
        guard let member = farms[index].backends.firstIndex(where: { $0.name == backend }) else {
            throw .kind(.notFound)
        }
        return (index, member)
    }

    private mutating func needOrMake(_ farm: String) -> Int {
        if let index = index(farm) { return index }
        farms.append(Farm(name: farm))
        return farms.count - 1
    }

    private static func delete(_ path: String, _ body: @escaping (inout NaiveModel) throws(Refusal) -> Void) -> Step {
        Step(change: .delete(try! ObjectPath(parsing: path)), apply: body)
    }

    private static func rename(_ farm: String, to name: String) -> Step {
        Step(change: .rename(try! ObjectPath(parsing: "/farms/\(farm)"), to: try! Name(name))) {
            model throws(Refusal) in
            let index = try model.need(farm)
            guard farm == name || model.index(name) == nil else { throw .kind(.conflict) }
            model.farms[index].name = name
        }
    }

    private static func rename(_ farm: String, backend: String, to name: String) -> Step {
        let path = try! ObjectPath(parsing: "/farms/\(farm)/backends/\(backend)")
        return Step(change: .rename(path, to: try! Name(name))) { model throws(Refusal) in
            let (index, member) = try model.need(farm, backend)
            guard backend == name || !model.farms[index].backends.contains(where: { $0.name == name }) else {
                throw .kind(.conflict)
            }
            model.farms[index].backends[member].name = name
        }
    }

    private static func set(
        _ farm: String, _ members: JSONObject, _ body: @escaping (inout NaiveModel.Farm) throws(Refusal) -> Void
    ) -> Step {
        var object: JSONObject = ["name": .string(farm)]
        for (key, value) in members { object[key] = value }
        return Step(change: .set(["farms": [.object(object)]])) { model throws(Refusal) in
            let index = model.needOrMake(farm)
            try body(&model.farms[index])
        }
    }

    private static func setAddress(_ farm: String, _ service: Service) -> Step {
        set(farm, ["addresses": [document(service, named: "address")]]) { farm throws(Refusal) in
            try check(service)
            if let index = farm.addresses.firstIndex(where: { $0.name == "address" }) {
                farm.addresses[index].own = service
            } else {
                farm.addresses.append(FarmAddress(name: "address", own: service))
            }
        }
    }

    /// Any address has no long ranges.
    private static func check(_ service: Service) throws(Refusal) {
        if service.address == nil, case .range = service.ports { throw .kind(.unsupported) }
    }

    private static func setShared(_ name: String, _ service: Service) -> Step {
        Step(change: .set(["addresses": [document(service, named: name)]])) { model throws(Refusal) in
            try check(service)
            if let index = model.shared.firstIndex(where: { $0.name == name }) {
                model.shared[index].service = service
            } else {
                model.shared.append((name, service))
            }
        }
    }

    private static func rename(shared name: String, to newName: String) -> Step {
        Step(change: .rename(try! ObjectPath(parsing: "/addresses/\(name)"), to: try! Name(newName))) {
            model throws(Refusal) in
            guard let index = model.shared.firstIndex(where: { $0.name == name }) else { throw .kind(.notFound) }
            guard name != newName else { return }
            guard !model.shared.contains(where: { $0.name == newName }) else { throw .kind(.conflict) }
            model.shared[index].name = newName
            for farm in model.farms.indices {
                guard let entry = model.farms[farm].addresses.firstIndex(where: { $0.name == name }) else { continue }
                guard !model.farms[farm].names(newName) else { throw .kind(.conflict) }
                model.farms[farm].addresses[entry].name = newName
            }
        }
    }

    private static func setMark(_ farm: String, _ mark: Int) -> Step {
        set(farm, ["mark": .integer(mark)]) { farm throws(Refusal) in farm.mark = mark }
    }

    private static func setMark(_ farm: String, _ backend: String, _ mark: Int) -> Step {
        let object: JSONObject = ["name": .string(backend), "mark": .integer(mark)]
        return set(farm, ["backends": [.object(object)]]) { farm throws(Refusal) in
            guard let index = farm.backends.firstIndex(where: { $0.name == backend }) else { throw .kind(.invalid) }
            farm.backends[index].mark = mark
        }
    }

    private static func setState(_ farm: String, _ state: String) -> Step {
        set(farm, ["state": .string(state)]) { farm throws(Refusal) in farm.state = state }
    }

    private static func setScheduler(_ farm: String, _ scheduler: String) -> Step {
        set(farm, ["scheduler": .string(scheduler)]) { farm throws(Refusal) in
            guard scheduler != "wrong" else { throw .kind(.invalid) }
            farm.scheduler = scheduler
        }
    }

    private static func setWeight(_ farm: String, _ backend: String, _ weight: Int) -> Step {
        let object: JSONObject = ["name": .string(backend), "weight": .integer(weight)]
        return set(farm, ["backends": [.object(object)]]) { farm throws(Refusal) in
            guard weight > 0, let index = farm.backends.firstIndex(where: { $0.name == backend }) else {
                throw .kind(.invalid)
            }
            farm.backends[index].weight = weight
        }
    }

    private static func addBackend(_ farm: String, _ backend: String, _ address: String) -> Step {
        let object: JSONObject = ["name": .string(backend), "ip-addr": .string(address)]
        return set(farm, ["backends": [.object(object)]]) { farm throws(Refusal) in
            if let index = farm.backends.firstIndex(where: { $0.name == backend }) {
                farm.backends[index].address = address
            } else {
                farm.backends.append(Backend(name: backend, address: address))
            }
        }
    }
}

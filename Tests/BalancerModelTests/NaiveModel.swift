// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON

/// The configuration as the plainest code would keep it: one array, copied for every request. What the real one does is
/// compared with it.
struct NaiveModel: Equatable {
    struct Backend: Equatable {
        var name: String
        var address: String
        var weight = 1
        var state = "up"
        /// Its name in the base; nil: new since.
        var origin: String?
    }

    struct Farm: Equatable {
        var name: String
        var address: String?
        var port: Int?
        var scheduler = "rr"
        var state = "up"
        var backends: [Backend] = []
        /// Its name in the base; nil: new since.
        var origin: String?
    }

    var farms: [Farm] = []

    /// What went wrong, as the kinds of errors.
    enum Refusal: Error {
        case kind(ErrorKind)
    }

    /// One random step on both sides.
    struct Step {
        var change: Change
        var apply: (inout NaiveModel) throws(Refusal) -> Void
    }

    /// The state after a request, or why there is none.
    func applying(_ steps: [Step]) throws(Refusal) -> NaiveModel {
        var next = self
        for step in steps { try step.apply(&next) }
        var taken: Set<String> = []
        for farm in next.farms where farm.state == "up" {
            guard let port = farm.port else { continue }
            guard taken.insert("\(farm.address ?? "any") \(port)").inserted else { throw .kind(.invalid) }
        }
        return next
    }

    /// The names now are the names that later steps begin with.
    mutating func rebase() {
        for index in farms.indices {
            farms[index].origin = farms[index].name
            for backend in farms[index].backends.indices {
                farms[index].backends[backend].origin = farms[index].backends[backend].name
            }
        }
    }

    /// The farm as a document, every attribute given.
    static func document(_ farm: Farm) -> JSONValue {
        var members: JSONObject = [
            "name": .string(farm.name), "scheduler": .string(farm.scheduler), "state": .string(farm.state),
        ]
        if let port = farm.port {
            let address: JSONObject = [
                "name": "address", "ip-addr": .string(farm.address ?? ""), "ports": [.integer(port)],
            ]
            members["addresses"] = [.object(address)]
        }
        members["backends"] = .array(
            farm.backends.map { backend in
                [
                    "name": .string(backend.name), "ip-addr": .string(backend.address),
                    "weight": .integer(backend.weight), "state": .string(backend.state),
                ]
            })
        return .object(members)
    }

    /// The whole as a document.
    var document: JSONObject { ["farms": .array(farms.map(NaiveModel.document))] }
}

// MARK: Random steps

extension NaiveModel {
    private static let names = ["a", "b", "c", "d"]
    private static let addresses: [String?] = ["10.0.0.1", "10.0.0.2", nil]

    private func index(_ name: String) -> Int? { farms.firstIndex { $0.name == name } }

    /// A step that mostly works on what is there, and sometimes does not.
    static func randomStep(using generator: inout SeededGenerator) -> Step {
        let farm = names.randomElement(using: &generator)!
        let other = names.randomElement(using: &generator)!
        let backend = ["x", "y", "z"].randomElement(using: &generator)!
        switch Int.random(in: 0..<12, using: &generator) {
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
            return setAddress(
                farm, addresses.randomElement(using: &generator)!, Int.random(in: 1...2, using: &generator))
        case 6: return setState(farm, ["up", "down", "off"].randomElement(using: &generator)!)
        case 7: return setScheduler(farm, ["rr", "weight", "hash", "wrong"].randomElement(using: &generator)!)
        case 8: return setWeight(farm, backend, Int.random(in: 0...3, using: &generator))
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

    private static func setAddress(_ farm: String, _ address: String?, _ port: Int) -> Step {
        let object: JSONObject = ["name": "address", "ip-addr": .string(address ?? ""), "ports": [.integer(port)]]
        return set(farm, ["addresses": [.object(object)]]) { farm throws(Refusal) in
            farm.address = address
            farm.port = port
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

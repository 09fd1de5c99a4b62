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
        var mark = 0
        /// Its name in the base; nil: new since.
        var origin: String?
    }

    struct Farm: Equatable {
        var name: String
        var addresses: [FarmAddress] = []
        var scheduler = "rr"
        var state = "up"
        var mark = 0
        var backends: [Backend] = []
        /// Its name in the base; nil: new since.
        var origin: String?
    }

    struct FarmAddress: Equatable {
        var name: String
        /// Nil: only the name of an address outside of farms.
        var own: Service?
    }

    /// An address and its ports.
    struct Service: Equatable {
        enum Ports: Equatable {
            case one(Int)
            case range(ClosedRange<Int>)
            case all
        }

        /// Nil: any address.
        var address: String?
        var ports: Ports
        /// Whether it is of every transport.
        var isOfAll = false
    }

    var farms: [Farm] = []
    /// The addresses outside of farms.
    var shared: [(name: String, service: Service)] = []
    /// Those that the request under way deletes.
    var deleted: [String] = []

    static func == (left: NaiveModel, right: NaiveModel) -> Bool {
        left.farms == right.farms && left.shared.map(\.name) == right.shared.map(\.name)
            && left.shared.map(\.service) == right.shared.map(\.service)
    }

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
        next.deleted = []
        for step in steps { try step.apply(&next) }
        for farm in next.farms { try NaiveModel.checkClaims(next.services(of: farm)) }
        try NaiveModel.checkClaims(next.farms.filter { $0.state == "up" }.flatMap(next.services))
        let marks = next.farms.flatMap { farm in farm.backends.filter { $0.mark > 0 }.map { $0.mark | farm.mark } }
        guard Set(marks).count == marks.count else { throw .kind(.invalid) }
        for name in next.deleted where !next.shared.contains(where: { $0.name == name }) {
            guard !next.farms.contains(where: { $0.names(name) }) else { throw .kind(.invalid) }
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
        members["mark"] = .integer(farm.mark)
        members["addresses"] = .array(
            farm.addresses.map { address in
                address.own.map { document($0, named: address.name) } ?? ["name": .string(address.name)]
            })
        members["backends"] = .array(
            farm.backends.map { backend in
                [
                    "name": .string(backend.name), "ip-addr": .string(backend.address),
                    "weight": .integer(backend.weight), "state": .string(backend.state),
                    "mark": .integer(backend.mark),
                ]
            })
        return .object(members)
    }

    /// The whole as a document.
    var document: JSONObject {
        [
            "farms": .array(farms.map(NaiveModel.document)),
            "addresses": .array(shared.map { NaiveModel.document($0.service, named: $0.name) }),
        ]
    }

    static func document(_ service: Service, named name: String) -> JSONValue {
        let ports: JSONValue =
            switch service.ports {
            case .one(let port): [.integer(port)]
            case .range(let range): [.string("\(range.lowerBound)-\(range.upperBound)")]
            case .all: []
            }
        return [
            "name": .string(name), "ip-addr": .string(service.address ?? ""), "ports": ports,
            "protocol": service.isOfAll ? "all" : "tcp",
        ]
    }

    // MARK: Claims

    private func services(of farm: Farm) -> [Service] {
        farm.addresses.compactMap { address in
            address.own ?? shared.first { $0.name == address.name }?.service
        }
    }

    /// Compares each with each.
    private static func checkClaims(_ services: [Service]) throws(Refusal) {
        for (index, one) in services.enumerated() {
            for other in services[..<index] where one.collides(with: other) { throw .kind(.invalid) }
        }
    }
}

extension NaiveModel.Farm {
    /// Whether it has an address of a name.
    func names(_ address: String) -> Bool { addresses.contains { $0.name == address } }
}

extension NaiveModel.Service {
    /// Whether two services are of one scope and cover the same packets.
    func collides(with other: NaiveModel.Service) -> Bool {
        guard address == other.address else { return false }
        switch (ports, other.ports) {
        case (.one(let port), .one(let otherPort)): return port == otherPort
        case (.range(let range), .range(let otherRange)): return range.overlaps(otherRange)
        // Any address without ports takes nothing; all of an address and all ports of tcp are two scopes.
        case (.all, .all): return address != nil && isOfAll == other.isOfAll
        default: return false
        }
    }
}

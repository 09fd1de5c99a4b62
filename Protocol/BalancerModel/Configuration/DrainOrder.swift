// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON

/// Takes a backend out of service: no new clients from now on; what is left at the deadline is cut.
public struct DrainOrder: Sendable, Hashable {
    /// The farm.
    public var farm: Name
    /// Its backend.
    public var backend: Name
    /// How long those who are there may stay.
    public var deadline: Seconds

    /// An order.
    public init(farm: Name, backend: Name, deadline: Seconds) {
        self.farm = farm
        self.backend = backend
        self.deadline = deadline
    }

    var path: ObjectPath { ObjectPath([Farm.collection, farm.text, Backend.collection, backend.text]) }

    /// From the members `drain` and `deadline` of a change.
    init(_ members: JSONObject, at path: ObjectPath) throws(BalancerError) {
        do throws(InvalidValue) {
            let target = try ObjectPath(parsing: try (members["drain"] ?? .null).expectedString()).components
            guard target.count == 4, target[0] == Farm.collection, target[2] == Backend.collection else {
                throw InvalidValue("not a backend", hint: "write /farms/FARM/backends/BACKEND")
            }
            (farm, backend) = (try Name(target[1]), try Name(target[3]))
        } catch {
            throw BalancerError(error, at: path.appending("drain"))
        }
        do throws(InvalidValue) {
            deadline = try Seconds(try (members["deadline"] ?? .null).expectedInteger())
        } catch {
            throw BalancerError(error, at: path.appending("deadline"))
        }
    }

    var json: JSONValue { ["drain": .string(path.description), "deadline": .integer(deadline.number)] }
}

/// A drain that is over: at its deadline, or because nobody is left.
public struct DrainEnd: Sendable, Hashable {
    /// The farm.
    public var farm: Name
    /// Its backend.
    public var backend: Name
    /// The moment of the drain that is meant: another one has been ordered meanwhile if it is not this.
    public var until: Moment

    /// An end.
    public init(farm: Name, backend: Name, until: Moment) {
        self.farm = farm
        self.backend = backend
        self.until = until
    }
}

extension Draft {
    /// Begins a drain, or gives one that is under way another deadline.
    mutating func begin(_ order: DrainOrder) throws(Failure) {
        guard var farm = farms[order.farm],
            let index = farm.backends.firstIndex(where: { $0.name == order.backend })
        else { throw Failure.notFound(order.path) }
        switch farm.backends[index].state {
        case .up, .off: break
        case .down where farm.backends[index].isDrained: return
        case .down, .incomplete:
            throw Failure(
                .invalid, at: order.path.components + ["state"],
                "the backend is \(farm.backends[index].state.rawValue): it takes no connections that could be drained")
        }
        farm.backends[index].state = .off
        // The clock is cut to whole seconds. Nobody is cut off before the deadline.
        let end = now + order.deadline.number + (order.deadline.number == 0 ? 0 : 1)
        farm.backends[index].drainUntil = Moment(unchecked: min(max(end, 1), Moment.range.upperBound))
        farms.set(farm, for: order.farm)
    }

    /// Ends drains, as a request of its own. Those that have been given up or renewed meanwhile go on.
    public mutating func end(_ drains: [DrainEnd]) throws(BalancerError) {
        try request { draft throws(Failure) in
            for drain in drains {
                guard var farm = draft.farms[drain.farm],
                    let index = farm.backends.firstIndex(where: { $0.name == drain.backend }),
                    farm.backends[index].isDraining, farm.backends[index].drainUntil == drain.until
                else { continue }
                farm.backends[index].state = .down
                farm.backends[index].drainUntil = min(drain.until, Moment(unchecked: max(draft.now, 1)))
                draft.farms.set(farm, for: drain.farm)
            }
        }
    }
}

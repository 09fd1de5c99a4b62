// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import JSON

/// What monitoring wants to know of a farm and its backends: states, shares and counts of one moment, in few bytes. A tenth of
/// what lists of objects cost to write and to read, when there are 10,000 backends.
public struct FarmRow: Record, Hashable {
    /// The farm.
    public var name = ""
    /// How packets reach its backends.
    public var mode = ""
    /// How a backend is chosen.
    public var scheduler = ""
    /// The families of its addresses.
    public var families: [String] = []
    /// The protocols of its addresses.
    public var protocols: [String] = []
    /// What was declared.
    public var state = ""
    /// What is the case.
    public var operational = OperationalState.up
    /// Since when that is the case, in seconds since 1970; nil: an older daemon does not say it.
    public var since: UInt64?
    /// What traffic has counted for it, with backends that it had.
    public var counts = CountsRow()
    /// What met its limits; nil: it has none, and never met one.
    public var limits: LimitCounts?
    /// Its backends in their order.
    public var backends: [BackendRow] = []

    /// A farm without a name.
    public init() {}

    /// What goes over the wire.
    public static let fields: [Field<FarmRow>] = [
        .required("name", \.name, "The farm."),
        .required("mode", \.mode, "How packets reach its backends."),
        .required("scheduler", \.scheduler, "How a backend is chosen."),
        .required("families", \.families, "The families of its addresses."),
        .required("protocols", \.protocols, "The protocols of its addresses."),
        .required("state", \.state, "What was declared."),
        .required("operational", \.operational, "What is the case."),
        .optional("since", \.since, "Since when that is the case, in seconds since 1970."),
        .required("counts", \.counts, "Connections, packets in, packets out, bytes in, bytes out."),
        .optional("limits", \.limits, "Packets that met its limits; missing where it has none."),
        .required(
            "backends", \.backends,
            "Its backends in their order: name, declared state, what is the case, weight, then counts as of the farm; "
                + "first packets over its est-connlimit, null without one; its sessions and its established connections, "
                + "null where they were not asked for."),
    ]
}

/// The counts of a farm as a list of numbers.
public struct CountsRow: FieldValue, Hashable {
    /// The counts.
    public var counts = TrafficCounts()

    /// Nothing.
    public init() {}

    /// Counts.
    public init(_ counts: TrafficCounts) { self.counts = counts }

    /// Five numbers.
    public static var schema: Schema { .array(of: UInt64.schema) }

    /// Reads five numbers.
    public init(field json: JSONValue) throws(FieldFailure) {
        guard let counts = TrafficCounts(row: (json.array ?? [])[...]) else { throw FieldFailure("not five numbers") }
        self.counts = counts
    }

    /// The counts as JSON.
    public var field: JSONValue { .array(counts.row) }
}

/// A backend as a list: name, declared state, what is the case, weight, and five counts; then, where there is something to
/// say, packets over its limit and sessions. What comes behind them in a newer version is ignored.
public struct BackendRow: FieldValue, Hashable {
    /// The backend.
    public var name: String
    /// What was declared.
    public var state: String
    /// What is the case.
    public var operational: OperationalState
    /// Its share under the scheduler weight.
    public var weight: UInt64
    /// What traffic has counted for it.
    public var counts: TrafficCounts
    /// First packets over its `est-connlimit`; nil: it has none.
    public var limited: UInt64?
    /// How many clients it is known to; nil: that was not asked, or its farm does not know clients.
    public var sessions: UInt64?
    /// Its connections that connection tracking knows; nil: that was not asked.
    public var established: UInt64?

    /// A backend.
    public init(
        name: String, state: String, operational: OperationalState, weight: UInt64, counts: TrafficCounts,
        limited: UInt64? = nil, sessions: UInt64? = nil, established: UInt64? = nil
    ) {
        self.established = established
        self.limited = limited
        self.sessions = sessions
        self.name = name
        self.state = state
        self.operational = operational
        self.weight = weight
        self.counts = counts
    }

    /// Three words and six numbers.
    public static var schema: Schema { .type("array") }

    /// Reads a row.
    public init(field json: JSONValue) throws(FieldFailure) {
        guard let row = json.array, row.count >= 9, let name = row[0].string, let state = row[1].string,
            let operational = row[2].string.flatMap(OperationalState.init(rawValue:)),
            let weight = row[3].number?.unsigned, let counts = TrafficCounts(row: row[4...])
        else { throw FieldFailure("not a backend's row") }
        self.init(name: name, state: state, operational: operational, weight: weight, counts: counts)
        if row.count > 9 { limited = row[9].number?.unsigned }
        if row.count > 10 { sessions = row[10].number?.unsigned }
        if row.count > 11 { established = row[11].number?.unsigned }
    }

    /// The row as JSON.
    public var field: JSONValue {
        var row: [JSONValue] = [.string(name), .string(state), .string(operational.rawValue), .integer(weight)]
        row += counts.row
        let more = [limited, sessions, established]
        let count = more.lastIndex { $0 != nil }.map { $0 + 1 } ?? 0
        row += more.prefix(count).map { $0.map { .integer($0) } ?? .null }
        return .array(row)
    }
}

extension TrafficCounts {
    fileprivate var row: [JSONValue] {
        [.integer(connections), .integer(packetsIn), .integer(packetsOut), .integer(bytesIn), .integer(bytesOut)]
    }

    /// The first five numbers.
    fileprivate init?(row: ArraySlice<JSONValue>) {
        let start = row.startIndex
        guard row.count >= 5, let connections = row[start].number?.unsigned,
            let packetsIn = row[start + 1].number?.unsigned, let packetsOut = row[start + 2].number?.unsigned,
            let bytesIn = row[start + 3].number?.unsigned, let bytesOut = row[start + 4].number?.unsigned
        else { return nil }
        self.init(
            connections: connections, packetsIn: packetsIn, packetsOut: packetsOut, bytesIn: bytesIn,
            bytesOut: bytesOut)
    }
}

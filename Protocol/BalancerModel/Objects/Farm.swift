// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// A virtual service: addresses that clients ask, and backends that answer.
///
/// What few farms set is behind one pointer (`Options`), so a farm takes some 100 bytes and its arrays.
public struct Farm: Sendable, Hashable {
    /// Unique among farms.
    public var name: Name

    /// Where it takes connections; names are unique.
    public var addresses: [FarmAddress]

    /// How it hands packets to its backends.
    public var mode: FarmMode

    /// How it chooses a backend.
    public var scheduler: Scheduler

    /// The state an operator asked for. Only a farm that is `up` claims its addresses.
    public var state: FarmState

    /// Whether clients on the balancer itself are served.
    public var intraConnect: Bool

    /// The fields that the schedulers `hash` and `maglev` use, in canonical order, as configured; see `hashFields`.
    public var schedulerParameters: [PacketField]

    /// The backends in their order; names are unique.
    public var backends: [Backend]

    /// The policies that guard it, in order.
    public var policies: [Name]

    /// The static sessions.
    public var sessions: [Session]

    /// What few of these set; behind one pointer.
    var rare: Rare<Options>

    /// A farm with all defaults: up, snat, rr, nothing in it.
    public init(name: Name) {
        self.name = name
        self.addresses = []
        self.mode = .snat
        self.scheduler = .rr
        self.state = .up
        self.intraConnect = false
        self.schedulerParameters = []
        self.backends = []
        self.policies = []
        self.sessions = []
        self.rare = Rare()
    }

    /// The fields that decide: those configured, `srcip` where a hash has none, nothing where no hash is used.
    public var hashFields: [PacketField] {
        switch scheduler {
        case .hash, .maglev: schedulerParameters.isEmpty ? [.srcip] : schedulerParameters
        case .rr, .weight, .symhash: []
        }
    }

    /// What few farms set.
    public var options: Options {
        get { rare.value }
        set { rare.value = newValue }
    }

    /// The source address of connections to backends that have none of their own; nil: masquerading.
    public var sourceAddress: IPAddress? {
        get { rare.value.sourceAddress }
        set { rare.value.sourceAddress = newValue }
    }

    /// The user's mark, or-ed into those of the backends.
    public var mark: Mark {
        get { rare.value.mark }
        set { rare.value.mark = newValue }
    }
}

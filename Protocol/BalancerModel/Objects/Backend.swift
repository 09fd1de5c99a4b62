// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// A server that takes connections of a farm. It serves the addresses of its own family; while its farm has none of that
/// family it is stored and gets nothing.
///
/// There are 100,000 of these, so what few set is behind one pointer (`Options`) and a backend takes 64 bytes.
public struct Backend: Sendable, Hashable {
    /// Unique in its farm.
    public var name: Name

    /// Where connections go; nil only while the backend is incomplete or out of service.
    public var address: IPAddress?

    /// The port there; nil: the port that the client asked for.
    public var port: Port?

    /// The state an operator asked for.
    public var state: BackendState

    /// Its share under the scheduler `weight`.
    public var weight: Weight

    /// What few of these set; behind one pointer.
    var rare: Rare<Options>

    /// A backend with all defaults: up, weight 1, no address yet.
    public init(name: Name) {
        self.name = name
        self.address = nil
        self.port = nil
        self.state = .up
        self.weight = .one
        self.rare = Rare()
    }

    /// What few backends set.
    public struct Options: RareAttributes {
        static let standard = Options()

        /// The source address of connections to this backend; nil: the farm's, else masquerading.
        public var sourceAddress: IPAddress?
        /// Only backends of the first priority that has enough of them take connections.
        public var priority = Priority.one
        /// The user's mark; none: the balancer chooses.
        public var mark = Mark.none
        /// The hardware address; nil: the neighbour table knows.
        public var etherAddress: MACAddress?
        /// Most established connections at once.
        public var establishedLimit = Count.none
        /// In front of the log line of that limit.
        public var establishedLimitLogPrefix = LogPrefix.backend
        /// When what is left of its connections is cut; see `Backend.drainUntil`.
        public var drainUntil = Moment.none
    }

    /// What few backends set.
    public var options: Options {
        get { rare.value }
        set { rare.value = newValue }
    }

    /// The source address of connections to this backend; nil: the farm's, else masquerading.
    public var sourceAddress: IPAddress? {
        get { rare.value.sourceAddress }
        set { rare.value.sourceAddress = newValue }
    }

    /// The rank of this backend.
    public var priority: Priority {
        get { rare.value.priority }
        set { rare.value.priority = newValue }
    }

    /// The mark given by the user.
    public var mark: Mark {
        get { rare.value.mark }
        set { rare.value.mark = newValue }
    }
}

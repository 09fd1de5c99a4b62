// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

extension Farm {
    /// What few farms set; each attribute with its default.
    public struct Options: RareAttributes {
        static let standard = Options()

        /// The source address of connections to backends that have none of their own; nil: masquerading.
        public var sourceAddress: IPAddress?
        /// The user's mark, or-ed into those of the backends.
        public var mark = Mark.none
        /// The rank of the farm; without effect.
        public var priority = Priority.one
        /// Whether packets, bytes and connections are counted.
        public var counters = true

        /// The fields that make a client sticky; none: no persistence.
        public var persistence: [PacketField] = []
        /// How long a client stays sticky.
        public var persistenceLifetime = Seconds(unchecked: 60)
        /// How long the way back of a stateless translation is remembered.
        public var responseLifetime = Seconds(unchecked: 60)
        /// What becomes of the established flows of a backend that goes down or is deleted.
        public var establishedFlows = EstablishedFlows.keep
        /// The connection tracking helper.
        public var helper = Helper.none

        /// Where packets are logged.
        public var log: [LogPlace] = []
        /// In front of those lines.
        public var logPrefix = LogPrefix.farm
        /// The rate of security log lines.
        public var logRateLimit = Rate.none
        /// What happens to a packet that a limit or policy refuses.
        public var verdict = VerdictWord.allCases

        /// How long limits remember a client; 0 for ever.
        public var limitsLifetime = Seconds(unchecked: 120)
        /// Most new connections of a client in a time.
        public var newRateLimit = Rate.none
        /// What it may exceed that at once.
        public var newRateLimitBurst = Count.none
        /// In front of the log line of that limit.
        public var newRateLimitLogPrefix = LogPrefix.limit
        /// Most RST of a client in a time.
        public var resetRateLimit = Rate.none
        /// What it may exceed that at once.
        public var resetRateLimitBurst = Count.none
        /// In front of the log line of that limit.
        public var resetRateLimitLogPrefix = LogPrefix.limit
        /// Most established connections of a client.
        public var establishedLimit = Count.none
        /// In front of the log line of that limit.
        public var establishedLimitLogPrefix = LogPrefix.limit
        /// Whether invalid packets are refused.
        public var tcpStrict = false
        /// In front of their log line.
        public var tcpStrictLogPrefix = LogPrefix.limit

        /// The user space queue that sees the packets first.
        public var queue = QueueNumber.none
        /// Whether established flows bypass the ruleset.
        public var flowOffload = false
        /// The interface towards the backends.
        public var outputInterface: InterfaceName?
        /// The hardware address towards the backends, of `ether-addr`.
        public var outputEtherAddress: MACAddress?
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CMnl
internal import Glibc

/// A table, chain, rule or set as the kernel describes it.
public struct NetfilterObject: Sendable, Equatable {
    /// The protocol family of its table (NFPROTO_*).
    public var family: UInt8
    /// Its attributes: NFTA_TABLE_*, NFTA_CHAIN_*, NFTA_RULE_* or NFTA_SET_*.
    public var attributes: AttributeList

    /// Makes an object.
    public init(family: UInt8, attributes: AttributeList) {
        self.family = family
        self.attributes = attributes
    }
}

extension NetfilterTables {
    /// What can be listed.
    public enum ObjectKind: Sendable, Hashable {
        /// Tables of a family.
        case tables
        /// Chains of a table.
        case chains
        /// Rules of a table, in order, chain by chain.
        case rules
        /// Sets and maps of a table, anonymous ones too.
        case sets
        /// Objects of a table with a name: helpers, counters…
        case objects
        /// Flow tables of a table.
        case flowTables
    }

    /// How often a torn dump is begun again before that is an error: somebody else would have to commit without a pause.
    static let dumpAttempts = 20

    /// Lists objects of one kind in one table (for `tables`: all tables of the family with that name).
    ///
    /// A table that does not exist has none.
    public func objects(_ kind: ObjectKind, family: UInt8, table: String) throws(NetlinkError) -> [NetfilterObject] {
        let message: nf_tables_msg_types
        switch kind {
        case .tables: message = NFT_MSG_GETTABLE
        case .chains: message = NFT_MSG_GETCHAIN
        case .rules: message = NFT_MSG_GETRULE
        case .sets: message = NFT_MSG_GETSET
        case .objects: message = NFT_MSG_GETOBJ
        case .flowTables: message = NFT_MSG_GETFLOWTABLE
        }
        var request = NetlinkRequest(message, family: family, operation: "list \(kind)")
        request.isDump = true
        // Attribute 1 is the table everywhere. The kernel filters rules, sets, objects and flow tables by it; for tables and chains
        // it lists the family, so what comes is filtered here too. GETTABLE with a name would not be a dump.
        if kind == .rules || kind == .sets || kind == .objects || kind == .flowTables {
            request.attributes = { $0.attribute(1, string: table) }
        }
        let wanted = Array(table.utf8) + [0]
        return try whole(request) { bytes, message in
            guard let name = bytes.attribute(1, in: message.attributes), bytes.copy(name) == wanted else { return nil }
            let family = bytes.number(UInt8.self, at: message.payload.lowerBound)
            return NetfilterObject(family: family, attributes: AttributeList(bytes.copy(message.attributes)[...]))
        }
    }

    /// Dumps until a dump was not torn.
    private func whole(
        _ request: NetlinkRequest, _ read: (RawSpan, ReceivedMessage) -> NetfilterObject?
    ) throws(NetlinkError) -> [NetfilterObject] {
        var attempt = 0
        while true {
            attempt += 1
            var result: [NetfilterObject] = []
            do {
                try conversation.exchange(request) { bytes, message in
                    if let object = read(bytes, message) { result.append(object) }
                }
                return result
            } catch  where error.errno == EINTR && attempt < Self.dumpAttempts {
                continue
            } catch  where error.errno == ENOENT {
                return []
            }
        }
    }
}

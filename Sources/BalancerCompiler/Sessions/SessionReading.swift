// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel
public import Nftables

/// How the kernel's sessions of one set of fields are read and removed, in one table: which sets to read, what they say
/// together, which elements are one session.
public struct SessionReading: Sendable, Hashable {
    /// By what clients are known.
    public let fields: SessionFields
    /// The family of the clients: the table where connections are translated.
    public let family: TableFamily
    /// Whether they are those of farms at ingress, which have a table of their own.
    public let isAtIngress: Bool

    /// Reads sessions of these fields in a table.
    public init(fields: SessionFields, family: TableFamily, isAtIngress: Bool = false) {
        self.fields = fields
        self.family = family
        self.isAtIngress = isAtIngress
    }

    /// The sets: learnt sessions, then their readable copies, where keys are hashes.
    public var forms: [ElementForm] {
        [fields.learnt(in: family), fields.readable(in: family), fields.readableRest(in: family)]
            .compactMap { $0.map(form) }
    }

    private func form(_ set: SetDeclaration) -> ElementForm {
        isAtIngress ? set.atIngress(family == .ip6 ? .ipv6 : .ipv4).form(in: .netdev) : set.form(in: family)
    }

    /// The sessions that these elements are, read from the sets of ``forms``.
    ///
    /// - Parameter farms: of these farms alone.
    public func sessions(_ read: [TimedElements], of farms: Set<UInt16>) -> [LearntSession] {
        guard let learnt = read.first else { return [] }
        let numbers = Set(farms.map { UInt32($0) })
        let own = (0..<learnt.elements.count).filter {
            numbers.contains(ElementBytes.number(learnt.elements.key(at: $0)))
        }
        let copies = fields.isHashed(in: family) ? ReadableSessions(self, read.dropFirst().map(\.elements)) : nil
        return own.map { index in
            let key = Array(learnt.elements.key(at: index))
            let mark = ElementBytes.number(learnt.elements.data(at: index))
            let rest = Array(key.dropFirst(4))
            var session = LearntSession(
                farm: UInt16(truncatingIfNeeded: ElementBytes.number(key)), mark: mark, client: nil,
                remaining: learnt.lifetimes[index].remaining ?? 0, keys: [key])
            if let copies {
                let copy = copies.copy(hashes: rest, mark: mark)
                session.client = copy?.client
                session.keys += copy?.keys ?? []
            } else {
                session.client = Self.values(rest[...], of: fields.fields, in: family)
            }
            return session
        }
    }

    /// The key under which a client is learnt; nil for a client of another family.
    public func key(farm: UInt16, client: SessionKey) -> ElementList? {
        guard client.family.map({ TableFamily($0) == family }) ?? true else { return nil }
        var list = ElementList(form(fields.learnt(in: family)).keys)
        list.append(key: fields.learntKey(farm: farm, client.components.map(\.value), in: family))
        return list
    }

    /// The one session of a client, as it was found under its key: no set need be read for it.
    public func session(farm: UInt16, client: SessionKey, mark: UInt32) -> LearntSession {
        let values = client.components.map(\.value)
        var session = LearntSession(
            farm: farm, mark: mark, client: values, remaining: 0,
            keys: [fields.learntKey(farm: farm, values, in: family)])
        guard fields.isHashed(in: family) else { return session }
        let first = values.prefix(SessionFields.readableFields)
        session.keys.append(SessionFields.bytes(Array(first)) + ElementBytes.bytes(mark))
        let rest = values.dropFirst(SessionFields.readableFields)
        if !rest.isEmpty { session.keys.append(fields.hashes(values) + SessionFields.bytes(Array(rest))) }
        return session
    }

    /// The elements to delete so that sessions are forgotten, a list for each set.
    public func keys(of sessions: some Sequence<LearntSession>) -> [ElementList] {
        var lists = forms.map { ElementList($0.keys) }
        for session in sessions {
            for (index, key) in session.keys.enumerated() {
                if let key { lists[index].append(key: key) }
            }
        }
        return lists.filter { !$0.isEmpty }
    }

    /// Values as they lie in a key one behind the other, each padded to four bytes.
    static func values(
        _ bytes: ArraySlice<UInt8>, of fields: some Sequence<PacketField>, in family: TableFamily
    ) -> [SessionKey.Value]? {
        var rest = bytes
        var values: [SessionKey.Value] = []
        for field in fields {
            let part = rest.prefix(field.words(in: family) * 4)
            rest = rest.dropFirst(part.count)
            guard let value = field.value(part, in: family) else { return nil }
            values.append(value)
        }
        return values
    }
}

extension PacketField {
    /// The value that these bytes are.
    fileprivate func value(_ bytes: ArraySlice<UInt8>, in family: TableFamily) -> SessionKey.Value? {
        switch self {
        case .srcip, .dstip: IPAddress(bytes: bytes).map { .address($0) }
        case .srcport, .dstport:
            (try? Port(bytes.prefix(2).reduce(0) { $0 << 8 | Int($1) })).map { .port($0) }
        case .srcmac, .dstmac: MACAddress(bytes: bytes.prefix(6)).map { .hardwareAddress($0) }
        }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// The client of a session, understood: one value for each field of the farm's persistence, in the order of the fields.
public struct SessionKey: Sendable, Hashable {
    /// The value of one field.
    public enum Value: Sendable, Hashable {
        /// Of `srcip` and `dstip`.
        case address(IPAddress)
        /// Of `srcport` and `dstport`.
        case port(Port)
        /// Of `srcmac` and `dstmac`.
        case hardwareAddress(MACAddress)
    }

    /// A field and its value, which is of the field's kind.
    public struct Component: Sendable, Hashable {
        /// Which field of a packet.
        public let field: PacketField
        /// What it holds.
        public let value: Value
    }

    /// The fields in canonical order, at least one.
    public let components: [Component]

    /// The family of its addresses; nil: it has none, and fits both.
    public var family: AddressFamily? {
        for component in components {
            if case .address(let address) = component.value { return address.family }
        }
        return nil
    }

    /// The key that a client's text means in a farm of these fields: their values joined with ` . `, exactly so.
    public init(_ client: SessionClient, fields: [PacketField]) throws(InvalidValue) {
        let parts = client.text.split(separator: " . ", omittingEmptySubsequences: false).map(String.init)
        guard !fields.isEmpty, parts.count == fields.count else {
            let form = fields.map(\.rawValue).joined(separator: " . ")
            throw InvalidValue(
                "\"\(client)\" has \(parts.count) of \(fields.count) fields",
                hint: fields.isEmpty ? "the farm has no persistence" : "write \(form)")
        }
        var components: [Component] = []
        for (field, part) in zip(fields, parts) {
            components.append(Component(field: field, value: try SessionKey.value(of: field, part)))
        }
        self.components = components
        let families = components.compactMap { component in
            if case .address(let address) = component.value { address.family } else { nil }
        }
        guard Set(families).count < 2 else { throw InvalidValue("\"\(client)\" has addresses of two families") }
    }

    private static func value(of field: PacketField, _ text: String) throws(InvalidValue) -> Value {
        switch field {
        case .srcip, .dstip: return .address(try IPAddress(text))
        case .srcport, .dstport:
            guard text.utf8.first != UInt8(ascii: "0"),
                text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
                let number = UInt16(text)
            else { throw InvalidValue("\"\(text)\" is not a port; ports are 1 to 65535") }
            return .port(try Port(number))
        case .srcmac, .dstmac: return .hardwareAddress(try MACAddress(text))
        }
    }
}

extension Farm {
    /// What the client of one of its static sessions means. Never fails for a session of a configuration whose farm has
    /// persistence; without persistence it has no meaning and always fails.
    public func sessionKey(of session: Session) throws(InvalidValue) -> SessionKey {
        try SessionKey(session.client, fields: options.persistence)
    }
}

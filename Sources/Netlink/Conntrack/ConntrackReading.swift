// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

extension ConntrackEntry {
    /// Reads one IPCTNL_MSG_CT_NEW message; nil when it has no tuples of a family that is known.
    init?(_ bytes: RawSpan, _ message: ReceivedMessage) {
        guard message.payload.count >= 4 else { return nil }
        let family = bytes.number(UInt8.self, at: message.payload.lowerBound)
        var original: Tuple?
        var reply: Tuple?
        var numbers: (status: UInt32, timeout: UInt32, mark: UInt32, id: UInt32) = (0, 0, 0, 0)
        var zone: UInt16?
        var isOver = false
        var offset = message.attributes.lowerBound
        while let attribute = bytes.attribute(at: &offset, end: message.attributes.upperBound) {
            switch attribute.type {
            case ConntrackNumber.original: original = Tuple(bytes, attribute.value, family)
            case ConntrackNumber.reply: reply = Tuple(bytes, attribute.value, family)
            case ConntrackNumber.status: numbers.status = bytes.bigEndian(attribute.value) ?? 0
            case ConntrackNumber.timeout: numbers.timeout = bytes.bigEndian(attribute.value) ?? 0
            case ConntrackNumber.mark: numbers.mark = bytes.bigEndian(attribute.value) ?? 0
            case ConntrackNumber.id: numbers.id = bytes.bigEndian(attribute.value) ?? 0
            case ConntrackNumber.protocolInformation: isOver = Self.isOver(bytes, attribute.value)
            case ConntrackNumber.zone: zone = bytes.bigEndian16(attribute.value)
            default: break
            }
        }
        guard let original, let reply else { return nil }
        self.init(
            family: family, transport: original.transport, source: original.source, destination: original.destination,
            selector: original.selector, answering: reply.source, answeringPort: reply.sourcePort, isOver: isOver,
            mark: numbers.mark, status: Status(rawValue: numbers.status), timeout: numbers.timeout, id: numbers.id,
            zone: zone ?? original.zone)
    }

    private static func isOver(_ bytes: RawSpan, _ information: Range<Int>) -> Bool {
        guard let tcp = bytes.attribute(ConntrackNumber.tcpInformation, in: information),
            let state = bytes.attribute(ConntrackNumber.tcpState, in: tcp)
        else { return false }
        return ConntrackNumber.tcpStatesOfTheEnd.contains(bytes.byte(state))
    }
}

/// One direction of a connection.
private struct Tuple {
    var source = ConntrackEntry.Address(low: 0)
    var destination = ConntrackEntry.Address(low: 0)
    var transport: UInt8 = 0
    var selector = ConntrackEntry.Selector.none
    var zone: UInt16 = 0

    var sourcePort: UInt16 {
        switch selector {
        case .ports(let source, _): source
        case .icmp, .none: 0
        }
    }

    init?(_ bytes: RawSpan, _ tuple: Range<Int>, _ family: UInt8) {
        guard let addresses = bytes.attribute(ConntrackNumber.tupleAddresses, in: tuple),
            let transport = bytes.attribute(ConntrackNumber.tupleTransport, in: tuple),
            readAddresses(bytes, addresses, isIPv6: family == ConntrackNumber.ip6)
        else { return nil }
        readTransport(bytes, transport)
        zone = bytes.attribute(ConntrackNumber.tupleZone, in: tuple).flatMap { bytes.bigEndian16($0) } ?? 0
    }

    private mutating func readAddresses(_ bytes: RawSpan, _ addresses: Range<Int>, isIPv6: Bool) -> Bool {
        let source = isIPv6 ? ConntrackNumber.source6 : ConntrackNumber.source4
        let destination = isIPv6 ? ConntrackNumber.destination6 : ConntrackNumber.destination4
        guard let from = bytes.attribute(source, in: addresses).flatMap({ Self.address(bytes, $0) }),
            let to = bytes.attribute(destination, in: addresses).flatMap({ Self.address(bytes, $0) })
        else { return false }
        self.source = from
        self.destination = to
        return true
    }

    private static func address(_ bytes: RawSpan, _ range: Range<Int>) -> ConntrackEntry.Address? {
        if let low = bytes.bigEndian(range) { return ConntrackEntry.Address(low: UInt64(low)) }
        guard range.count == 16 else { return nil }
        let middle = range.lowerBound + 8
        guard let high = bytes.bigEndian64(range.lowerBound..<middle),
            let low = bytes.bigEndian64(middle..<range.upperBound)
        else { return nil }
        return ConntrackEntry.Address(high: high, low: low)
    }

    private mutating func readTransport(_ bytes: RawSpan, _ range: Range<Int>) {
        var ports: (source: UInt16, destination: UInt16)?
        var icmp: (id: UInt16, type: UInt8, code: UInt8)?
        var offset = range.lowerBound
        while let attribute = bytes.attribute(at: &offset, end: range.upperBound) {
            let value = attribute.value
            switch attribute.type {
            case ConntrackNumber.transport: transport = bytes.byte(value)
            case ConntrackNumber.sourcePort: ports = (bytes.bigEndian16(value) ?? 0, ports?.destination ?? 0)
            case ConntrackNumber.destinationPort: ports = (ports?.source ?? 0, bytes.bigEndian16(value) ?? 0)
            case ConntrackNumber.icmpID, ConntrackNumber.icmp6ID:
                icmp = (bytes.bigEndian16(value) ?? 0, icmp?.type ?? 0, icmp?.code ?? 0)
            case ConntrackNumber.icmpType, ConntrackNumber.icmp6Type:
                icmp = (icmp?.id ?? 0, bytes.byte(value), icmp?.code ?? 0)
            case ConntrackNumber.icmpCode, ConntrackNumber.icmp6Code:
                icmp = (icmp?.id ?? 0, icmp?.type ?? 0, bytes.byte(value))
            default: break
            }
        }
        if let ports { selector = .ports(source: ports.source, destination: ports.destination) }
        if let icmp { selector = .icmp(id: icmp.id, type: icmp.type, code: icmp.code) }
    }
}

extension RawSpan {
    /// A big-endian 16-bit value, or nil when the attribute has another size.
    fileprivate func bigEndian16(_ range: Range<Int>) -> UInt16? {
        range.count == 2 ? UInt16(bigEndian: number(UInt16.self, at: range.lowerBound)) : nil
    }

    /// The first byte, 0 without.
    fileprivate func byte(_ range: Range<Int>) -> UInt8 {
        range.isEmpty ? 0 : number(UInt8.self, at: range.lowerBound)
    }
}

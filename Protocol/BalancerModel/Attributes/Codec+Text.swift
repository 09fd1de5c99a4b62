// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON

extension Codec where Value: CustomStringConvertible {
    /// A value that is written as a string.
    static func text(
        _ type: AttributeType, _ parse: @escaping @Sendable (String) throws(InvalidValue) -> Value
    ) -> Codec {
        Codec(
            type: type,
            decode: { json throws(InvalidValue) in try parse(try json.expectedString()) },
            encode: { .string($0.description) })
    }
}

extension Codec {
    /// A value that is written as a string, where the empty string is none.
    static func optional<Wrapped: CustomStringConvertible & Sendable & Equatable>(
        _ type: AttributeType, _ parse: @escaping @Sendable (String) throws(InvalidValue) -> Wrapped
    ) -> Codec where Value == Wrapped? {
        Codec(
            type: type,
            decode: { json throws(InvalidValue) in
                let text = try json.expectedString()
                return text.isEmpty ? nil : try parse(text)
            },
            encode: { .string($0?.description ?? "") })
    }
}

extension Codec where Value == Name {
    static var name: Codec { .text(.name) { text throws(InvalidValue) in try Name(text) } }
}

extension Codec where Value == Name? {
    static var name: Codec { .optional(.name) { text throws(InvalidValue) in try Name(text) } }
}

extension Codec where Value == Rate {
    static var rate: Codec { .text(.rate) { text throws(InvalidValue) in try Rate(text) } }
}

extension Codec where Value == LogPrefix {
    static var logPrefix: Codec { .text(.logPrefix) { text throws(InvalidValue) in try LogPrefix(text) } }
}

extension Codec where Value == MACAddress? {
    static var hardwareAddress: Codec {
        .optional(.hardwareAddress) { text throws(InvalidValue) in try MACAddress(text) }
    }
}

extension Codec where Value == InterfaceName? {
    static var interface: Codec { .optional(.interface) { text throws(InvalidValue) in try InterfaceName(text) } }
}

extension Codec where Value == String {
    static var plain: Codec { .text(.text) { text in text } }
}

extension Codec where Value == IPAddress? {
    /// An address of a service; the empty string is any address of the balancer.
    static var serviceAddress: Codec {
        .optional(.address) { text throws(InvalidValue) in
            let address = try IPAddress(text)
            guard !address.isUnspecified else {
                throw InvalidValue("\(address) is no address of a service", hint: "leave it empty for any address")
            }
            return address
        }
    }

    /// An address that a host has.
    static var hostAddress: Codec {
        .optional(.address) { text throws(InvalidValue) in
            let address = try IPAddress(text)
            guard !address.isUnspecified, !address.isMulticast else {
                throw InvalidValue("\(address) is not the address of a host")
            }
            return address
        }
    }
}

extension Codec where Value == Port? {
    static var port: Codec {
        Codec(
            type: .port,
            decode: { json throws(InvalidValue) in json == .null ? nil : try Port(try json.expectedInteger()) },
            encode: { $0.map { .integer($0.number) } ?? .null })
    }
}

extension Codec where Value == PortSet {
    static var ports: Codec {
        Codec(
            type: .ports,
            decode: { json throws(InvalidValue) in
                var ranges: [ClosedRange<UInt16>] = []
                for value in try json.expectedArray() {
                    switch value {
                    case .number:
                        let port = try Port(try value.expectedInteger())
                        ranges.append(port.number...port.number)
                    case .string(let text):
                        if UInt16(text) != nil {
                            throw InvalidValue("\"\(text)\" is a string", hint: "write \(text) without quotes")
                        }
                        ranges.append(try PortSet.range(text))
                    default:
                        throw InvalidValue("expected a port or a range \"A-B\", found \(value.noun)")
                    }
                }
                return try PortSet(ranges)
            },
            encode: { ports in
                .array(
                    ports.ranges.map {
                        $0.count == 1 ? .integer($0.lowerBound) : .string("\($0.lowerBound)-\($0.upperBound)")
                    })
            })
    }
}

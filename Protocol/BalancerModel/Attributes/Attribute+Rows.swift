// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON

extension Attribute where Object: ModelObject {
    /// The row of a stored value.
    ///
    /// - Parameter isSaid: whether an object says the value although it is the default.
    static func value<Value: Sendable & Equatable>(
        _ key: String, _ path: any WritableKeyPath<Object, Value> & Sendable, _ codec: Codec<Value>,
        role: Role = .administrator, isSaid: @escaping @Sendable (Object) -> Bool = { _ in false }, _ help: String,
        _ availability: Availability = .now
    ) -> Attribute {
        let standard = Object.sample[keyPath: path]
        let description = AttributeDescription(
            key: key, type: codec.type, defaultValue: codec.encode(standard), role: role, help: help,
            availability: availability)
        return Attribute(
            description,
            decode: { object, json throws(Failure) in
                object[keyPath: path] = try Attribute.decoded(json, codec, standard, availability)
            },
            encode: { codec.encode($0[keyPath: path]) },
            hasDefault: { $0[keyPath: path] == standard && !isSaid($0) })
    }

    /// The row of a value that few objects set. Most objects are seen to have the default without looking at it.
    static func rare<Value: Sendable & Equatable>(
        _ key: String, _ path: any WritableKeyPath<Object.Options, Value> & Sendable, _ codec: Codec<Value>,
        role: Role = .administrator, _ help: String, _ availability: Availability = .now
    ) -> Attribute where Object: RareHolder {
        let standard = Object.Options.standard[keyPath: path]
        let description = AttributeDescription(
            key: key, type: codec.type, defaultValue: codec.encode(standard), role: role, help: help,
            availability: availability)
        return Attribute(
            description,
            decode: { object, json throws(Failure) in
                let value = try Attribute.decoded(json, codec, standard, availability)
                if object.rare.isStandard, value == standard { return }
                object.rare.value[keyPath: path] = value
            },
            encode: { codec.encode($0.rare.value[keyPath: path]) },
            hasDefault: { $0.rare.isStandard || $0.rare.value[keyPath: path] == standard })
    }

    /// The row of a value that is decoded and checked, and not stored: read-only ones, orders, and what comes later.
    static func checked<Value: Sendable & Equatable>(
        _ key: String, _ codec: Codec<Value>, _ standard: Value, _ help: String, _ availability: Availability
    ) -> Attribute {
        let description = AttributeDescription(
            key: key, type: codec.type, defaultValue: codec.encode(standard), role: .administrator, help: help,
            availability: availability)
        return Attribute(
            description,
            decode: { _, json throws(Failure) in _ = try Attribute.decoded(json, codec, standard, availability) },
            encode: { _ in codec.encode(standard) },
            hasDefault: { _ in true })
    }

    /// The row of another way to give an attribute of a farm's first address.
    static func alias<Value: Sendable & Equatable>(
        _ key: String, _ path: any WritableKeyPath<FarmAddress, Value> & Sendable, _ codec: Codec<Value>,
        _ help: String, _ availability: Availability = .alias
    ) -> Attribute where Object == Farm {
        let standard = FarmAddress.sample[keyPath: path]
        let description = AttributeDescription(
            key: key, type: codec.type, defaultValue: codec.encode(standard), role: .administrator, help: help,
            availability: availability)
        return Attribute(
            description,
            decode: { farm, json throws(Failure) in
                let value = try Attribute.decoded(json, codec, standard, availability)
                if farm.addresses.first?[keyPath: path] ?? standard == value { return }
                if farm.addresses.isEmpty { farm.addresses.append(FarmAddress(name: farm.firstAddressName)) }
                if farm.addresses[0].isReference {
                    throw Failure(
                        .invalid,
                        "the farm's first address is \"\(farm.addresses[0].name)\", an address outside of farms",
                        hint: "change that one, or give the farm another address")
                }
                farm.addresses[0][keyPath: path] = value
            },
            encode: { farm in codec.encode(farm.addresses.first?[keyPath: path] ?? standard) },
            hasDefault: { _ in true })
    }

    /// The row of the attribute that tells an object from others. It is read where the object is looked for.
    static func identifier(
        _ key: String, _ type: AttributeType, _ help: String, text: @escaping @Sendable (Object) -> String
    ) -> Attribute {
        let description = AttributeDescription(
            key: key, type: type, defaultValue: nil, role: .administrator, help: help, availability: .identifier)
        return Attribute(
            description, decode: { _, _ throws(Failure) in }, encode: { .string(text($0)) }, hasDefault: { _ in false })
    }

    /// The row of a list of objects.
    static func objects<Element: ModelObject>(
        _ key: String, _ path: any WritableKeyPath<Object, [Element]> & Sendable, _ help: String,
        _ availability: Availability = .now
    ) -> Attribute {
        let description = AttributeDescription(
            key: key, type: .objects(Element.kind), defaultValue: [], role: .administrator, help: help,
            availability: availability)
        return Attribute(
            description,
            decode: { object, json throws(Failure) in
                try Element.merge(json, into: &object[keyPath: path])
                if case .later(let feature) = availability, !object[keyPath: path].isEmpty {
                    throw Failure(.unsupported, "this version does not have \(feature.rawValue)")
                }
            },
            encode: { object in .array(object[keyPath: path].map { .object($0.json()) }) },
            hasDefault: { $0[keyPath: path].isEmpty })
    }

    /// The value, if this version has what it needs.
    private static func decoded<Value: Sendable & Equatable>(
        _ json: JSONValue, _ codec: Codec<Value>, _ standard: Value, _ availability: Availability
    ) throws(Failure) -> Value {
        let value: Value
        do { value = try codec.decode(json) } catch { throw Failure(error) }
        if value == standard { return value }
        var feature = codec.later(value)
        switch availability {
        case .identifier, .now, .alias: break
        case .later(let later): feature = later
        case .readOnly: throw Failure(.invalid, "this is read only")
        case .order(let instead): throw Failure(.invalid, "this is an order and no attribute", hint: instead)
        }
        if let feature { throw Failure(.unsupported, "this version does not have \(feature.rawValue)") }
        return value
    }
}

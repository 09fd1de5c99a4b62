// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON

// What single keys do to the object that was named last.
extension RequestReader {
    /// The key that says who the object is: the one that is there, or a new one.
    mutating func name(_ text: String, _ level: Level) throws(LegacyAnswer) {
        let key = level.table?.identifier ?? "name"
        switch level {
        case .document: return
        case .farm:
            let name = try Self.name(text, key)
            farm = name
            edit.farms.update(name, new: FarmEdit()) { _ in }
        case .farmAddress:
            let name = try Self.name(text, key)
            farmAddress = name
            try inFarm { $0.addresses.update(name, new: [:]) { _ in } }
        case .backend:
            let name = try Self.name(text, key)
            backend = name
            try inFarm { $0.backends.update(name, new: [:]) { _ in } }
        case .farmPolicy:
            let name = try Self.name(text, key)
            try inFarm { $0.policies.update(name, new: [:]) { _ in } }
        case .session:
            let client = try Self.client(text)
            session = client
            try inFarm { $0.sessions.update(client, new: [:]) { _ in } }
        case .policy:
            let name = try Self.name(text, key)
            policy = name
            edit.policies.update(name, new: PolicyEdit()) { _ in }
        case .element:
            let data = try Self.data(text)
            guard let policy else { throw LegacyAnswer(404, .unknownObject) }
            edit.policies.update(policy, new: PolicyEdit()) { $0.elements.update(data, new: [:]) { _ in } }
        case .address:
            let name = try Self.name(text, key)
            address = name
            edit.addresses.update(name, new: AddressEdit()) { _ in }
        case .addressPolicy:
            let name = try Self.name(text, key)
            guard let address else { throw LegacyAnswer(404, .unknownObject) }
            edit.addresses.update(address, new: AddressEdit()) { $0.policies.update(name, new: [:]) { _ in } }
        }
    }

    /// Every other key that objects of this kind have.
    mutating func set(_ attribute: AttributeDescription, _ string: String, _ level: Level) throws(LegacyAnswer) {
        switch (level, attribute.key) {
        case (.farm, "newname"):
            guard let farm else { throw LegacyAnswer(404, .unknownObject) }
            renameFarm(farm, to: try Self.name(string, "newname"))
        case (.backend, "newname"):
            guard let farm, let backend else { throw LegacyAnswer(404, .unknownObject) }
            renameBackend(backend, farm, to: try Self.name(string, "newname"))
        case (.farm, "fqdn"), (.backend, "fqdn"): throw Self.neverTaken("3")
        case (.farm, "oether-addr"): throw Self.neverTaken("9")
        case (.element, "time"): throw Self.neverTaken("43")
        case (.session, "backend") where string.isEmpty: throw Self.empty("backend")
        default: try setValue(attribute, string, level)
        }
    }

    private mutating func setValue(
        _ attribute: AttributeDescription, _ string: String, _ level: Level
    ) throws(LegacyAnswer) {
        guard let kind = level.table?.kind else { return }
        // Taken out, so that the text can be read while the edit is changed.
        var reader = text
        defer { text = reader }
        let read = { (native: inout JSONObject) throws(LegacyAnswer) in
            do throws(TextRefusal) {
                try reader.set(attribute, string, kind, in: &native)
            } catch {
                throw LegacyAnswer(error)
            }
        }
        switch level {
        case .document, .farmPolicy, .addressPolicy, .element: return
        case .farm:
            try inFarm { (edit) throws(LegacyAnswer) in
                guard attribute.isOfFirstAddress else { return try read(&edit.attributes) }
                try read(&edit.aliases)
                edit.aliasesComeLast = !edit.addresses.isEmpty
            }
        case .farmAddress:
            guard let farmAddress else { throw LegacyAnswer(404, .unknownObject) }
            try inFarm { (edit) throws(LegacyAnswer) in try edit.addresses.update(farmAddress, new: [:], read) }
        case .backend:
            guard let backend else { throw LegacyAnswer(404, .unknownObject) }
            try inFarm { (edit) throws(LegacyAnswer) in try edit.backends.update(backend, new: [:], read) }
        case .session:
            guard let session else { throw LegacyAnswer(404, .unknownObject) }
            try inFarm { (edit) throws(LegacyAnswer) in try edit.sessions.update(session, new: [:], read) }
        case .policy:
            guard let policy else { throw LegacyAnswer(404, .unknownObject) }
            try edit.policies.update(policy, new: PolicyEdit()) { (edit) throws(LegacyAnswer) in
                try read(&edit.attributes)
            }
        case .address:
            guard let address else { throw LegacyAnswer(404, .unknownObject) }
            try edit.addresses.update(address, new: AddressEdit()) { (edit) throws(LegacyAnswer) in
                try read(&edit.attributes)
            }
        }
    }

    private mutating func inFarm(_ body: (inout FarmEdit) throws(LegacyAnswer) -> Void) throws(LegacyAnswer) {
        guard let farm else { throw LegacyAnswer(404, .unknownObject) }
        try edit.farms.update(farm, new: FarmEdit(), body)
    }

    // MARK: Names

    private static func name(_ text: String, _ key: String) throws(LegacyAnswer) -> Name {
        if text.isEmpty { throw empty(key) }
        do throws(InvalidValue) {
            return try Name(text)
        } catch {
            throw LegacyAnswer(400, .errorParsing, [.own("Invalid value of key '\(key)': \(error.reason)")])
        }
    }

    private static func client(_ text: String) throws(LegacyAnswer) -> SessionClient {
        if text.isEmpty { throw empty("client") }
        do throws(InvalidValue) {
            return try SessionClient(text)
        } catch {
            throw LegacyAnswer(400, .errorParsing, [.own("Invalid value of key 'client': \(error.reason)")])
        }
    }

    private static func data(_ text: String) throws(LegacyAnswer) -> AddressRange {
        if text.isEmpty { throw empty("data") }
        do throws(InvalidValue) {
            return try AddressRange(lenient: text)
        } catch {
            throw LegacyAnswer(400, .errorParsing, [.own("Invalid value of key 'data': \(error.reason)")])
        }
    }

    private static func empty(_ key: String) -> LegacyAnswer {
        LegacyAnswer(400, .errorParsing, [.emptyValue(key: key)])
    }

    private static func neverTaken(_ index: String) -> LegacyAnswer {
        LegacyAnswer(404, .unknownObject, [.unknownParsedKey(index: index)])
    }
}

extension LegacyAnswer {
    /// What is answered when a value is refused.
    init(_ refusal: TextRefusal) {
        switch refusal.kind {
        case .refused: self.init(400, .errorParsing, [refusal.sentence])
        case .failed: self.init(500, .errorParsing, [refusal.sentence])
        }
    }
}

extension AttributeDescription {
    /// Whether it is given in a farm and belongs to the farm's first address.
    var isOfFirstAddress: Bool {
        availability == .alias || key == "iface" || key == "iether-addr"
    }
}

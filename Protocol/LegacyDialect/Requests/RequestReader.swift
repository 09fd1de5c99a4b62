// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON

/// Reads a body as the C program does: key by key in the order of the text, each attribute for the object that was named
/// last. Nothing is changed meanwhile: what it asks for is collected, and the first mistake ends the whole.
struct RequestReader: Sendable {
    var text = TextReader(.forAnswer)
    private(set) var steps: [EditStep] = []
    var edit = DocumentEdit()
    /// The objects that attributes are for.
    var farm: Name?
    var farmAddress: Name?
    var backend: Name?
    var session: SessionClient?
    var policy: Name?
    var address: Name?

    /// Reads a whole body.
    mutating func read(_ body: JSONValue) throws(LegacyAnswer) {
        do throws(LegacyAnswer) {
            switch body {
            case .object(let members): try read(members, .document)
            case .array(let documents): try read(documents, .document)
            case .null, .bool, .number, .string: throw Self.structure
            }
        } catch {
            throw LegacyAnswer(error.status, error.message, text.warnings.sentences + error.sentences)
        }
        endStep()
    }

    static let structure = LegacyAnswer(400, .invalidStructure)

    private mutating func read(_ objects: [JSONValue], _ level: Level) throws(LegacyAnswer) {
        forget(level)
        for object in objects {
            guard case .object(let members) = object else { throw Self.structure }
            try read(members, level)
        }
    }

    private mutating func read(_ members: JSONObject, _ level: Level) throws(LegacyAnswer) {
        for (key, value) in members {
            guard KindTable.knownKeys.contains(key), key != "expiration" else {
                throw LegacyAnswer(500, .errorParsing, [.unknownKey(key)])
            }
            switch value {
            case .null: continue
            case .string(let string): try take(key, string, level)
            // Not in the C program, which passes over all values that are no strings.
            case .number(let number) where !Level.lists.contains(key): try take(key, number.text, level)
            case .bool(let bool) where !Level.lists.contains(key): try take(key, bool ? "on" : "off", level)
            case .number, .bool: continue
            case .object: throw Self.structure
            case .array(let values):
                guard let inner = level.list(key) else {
                    throw Level.lists.contains(key) ? LegacyAnswer(500, .errorParsing) : Self.structure
                }
                // What is said about addresses of farms that stand before them comes after what is said there.
                if inner == .address, !edit.farms.isEmpty { endStep() }
                try read(values, inner)
            }
        }
    }

    /// A list begins: its first object must say who it is.
    private mutating func forget(_ level: Level) {
        switch level {
        case .document: break
        case .farm: farm = nil
        case .farmAddress: farmAddress = nil
        case .backend: backend = nil
        case .session: session = nil
        case .policy: policy = nil
        case .address: address = nil
        case .element, .farmPolicy, .addressPolicy: break
        }
    }

    private mutating func take(_ key: String, _ string: String, _ level: Level) throws(LegacyAnswer) {
        if Level.lists.contains(key) {
            throw LegacyAnswer(404, .unknownObject, [.unknownParsedKey(index: key == "farms" ? "0" : key)])
        }
        guard let table = level.table else { throw LegacyAnswer(404, .unknownObject) }
        if key == table.identifier { return try name(string, level) }
        guard let attribute = table.attribute(key) else {
            switch level.foreignKey {
            case .ignored: return
            case .refused: throw Self.structure
            case .failed: throw LegacyAnswer(500, .errorParsing)
            }
        }
        try refuseOrders(key, string)
        try set(attribute, string, level)
    }

    /// Orders of the C program to itself, which leave it in pieces when a client gives them.
    private func refuseOrders(_ key: String, _ string: String) throws(LegacyAnswer) {
        guard key == "action", FarmAction(rawValue: string) ?? .none != .none, string != "reload" else { return }
        throw LegacyAnswer(500, .errorParsing)
    }

    // MARK: Steps

    /// What comes now is asked for after what came before.
    private mutating func endStep() {
        guard !edit.isEmpty else { return }
        steps.append(.set(edit))
        edit = DocumentEdit()
    }

    /// The name that it has is no other: that program renames nothing then, and restarts nothing.
    mutating func renameFarm(_ farm: Name, to newName: Name) {
        if newName == farm { return }
        endStep()
        steps.append(.renameFarm(farm, to: newName))
        self.farm = newName
    }

    mutating func renameBackend(_ backend: Name, _ farm: Name, to newName: Name) {
        if newName == backend { return }
        endStep()
        steps.append(.renameBackend(backend, farm: farm, to: newName))
        self.backend = newName
    }
}

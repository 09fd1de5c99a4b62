// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import BalancerModel
import JSON

extension ChangeRequest {
    /// What is asked for, in a few words: which objects, not their values.
    var summary: String {
        var words: [String] = []
        switch content {
        case .changes(let changes):
            for change in changes.prefix(3) { words.append(change.summary) }
            if changes.count > 3 { words.append("and \(changes.count - 3) more changes") }
        case .configuration(let document, let mode):
            words.append("\(mode.rawValue) \(Self.names(in: document))")
        case .expiry: words.append("elements have ended")
        case .drained(let drains):
            words.append("drained " + drains.map { "\($0.farm)/\($0.backend)" }.prefix(3).joined(separator: ", "))
            if drains.count > 3 { words.append("and \(drains.count - 3) more") }
        case .restoration(let revision): words.append("back to revision \(revision)")
        case .confirmation: words.append("what waited for its confirmation stays")
        case .reversal: words.append("what waited for its confirmation is taken back")
        }
        if let comment { words.append("\"\(comment.prefix(120))\"") }
        return words.joined(separator: ", ")
    }

    /// The objects that a document names: all kinds, some names.
    fileprivate static func names(in document: JSONObject) -> String {
        let kinds = document.map { kind, objects in
            let names = (objects.array ?? []).prefix(3).compactMap { $0.object?["name"]?.string?.prefix(64) }
            let more = (objects.array?.count ?? 0) - names.count
            return "\(kind.prefix(64)) \(names.joined(separator: " "))\(more > 0 ? " and \(more) more" : "")"
        }
        return kinds.isEmpty ? "nothing" : kinds.prefix(3).joined(separator: ", ")
    }
}

extension Change {
    fileprivate var summary: String {
        switch self {
        case .set(let document): "set \(ChangeRequest.names(in: document))"
        case .delete(let path): "delete \(path)"
        case .rename(let path, let name): "rename \(path) to \(name)"
        case .addElements(let change): "add \(change.elements.count) elements to \(change.policy)"
        case .drain(let order): "drain \(order.farm)/\(order.backend) in \(order.deadline) s"
        case .removeElements(let change): "remove \(change.elements.count) elements of \(change.policy)"
        }
    }
}

extension ChangeRequest {
    /// The method that asks for such a thing, or what the daemon does by itself.
    var operation: String {
        if let method { return method }
        return switch content {
        case .changes, .configuration: "configuration.apply"
        case .expiry: "expiry"
        case .drained: "drained"
        case .restoration: "configuration.rollback"
        case .confirmation: "configuration.confirm"
        case .reversal: "reversal"
        }
    }
}

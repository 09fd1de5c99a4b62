// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import BalancerModel
import BalancerProtocol
import JSON

extension Router {
    /// `configuration.get` and `configuration.apply`: the declared state.
    mutating func addConfigurationHandlers(engine: Engine) {
        add(ConfigurationGet.self, order: .read) { (parameters, _) throws(RPCError) in
            let section = parameters.cursor?.section ?? .farms
            let page = try Page(limit: parameters.limit, cursor: parameters.cursor, revision: engine.revision)
            return page.isWhole
                ? ConfigurationGet.Result(
                    revision: engine.revision, configuration: engine.configuration.json().object ?? [:])
                : engine.configuration.result(page, section)
        }
        add(ConfigurationApply.self, order: .change) { parameters, caller, answer in
            do throws(RPCError) {
                let request = try ChangeRequest(parameters, caller: caller)
                engine.submit(request) { outcome in
                    answer(
                        outcome
                            .map { ConfigurationApply.Result(revision: $0.revision, transaction: $0.transaction) }
                            .mapError(RPCError.init))
                }
            } catch {
                answer(.failure(error))
            }
        }
    }
}

extension Configuration {
    /// A page of one of the lists. The next page begins in the next list that has anything.
    fileprivate func result(_ page: Page, _ section: PageCursor.Section) -> ConfigurationGet.Result {
        let documents: [JSONValue]
        var cursor: PageCursor?
        switch section {
        case .farms:
            let items = page.items(of: farms) { 1 + $0.backends.count }
            documents = items.map(\.value.document)
            cursor = page.cursor(after: items, of: farms, section: section)
        case .policies:
            let items = page.items(of: policies) { 1 + $0.elements.count }
            documents = items.map(\.value.document)
            cursor = page.cursor(after: items, of: policies, section: section)
        case .addresses:
            let items = page.items(of: addresses) { _ in 1 }
            documents = items.map(\.value.document)
            cursor = page.cursor(after: items, of: addresses, section: section)
        }
        if cursor == nil, let next = nonEmptySection(after: section) {
            cursor = PageCursor(revision: page.revision, section: next, position: 0)
        }
        return ConfigurationGet.Result(
            revision: page.revision, configuration: [section.rawValue: .array(documents)], cursor: cursor)
    }

    private func nonEmptySection(after section: PageCursor.Section) -> PageCursor.Section? {
        switch section {
        case .farms: policies.isEmpty ? nonEmptySection(after: .policies) : .policies
        case .policies: addresses.isEmpty ? nil : .addresses
        case .addresses: nil
        }
    }
}

extension ChangeRequest {
    /// What a client asks for, if its role allows all parts of it.
    init(_ parameters: ConfigurationApply.Parameters, caller: Caller) throws(RPCError) {
        let content: Content
        let needed: Role
        switch try parameters.content() {
        case .changes(let changes):
            content = .changes(changes)
            needed = changes.map(\.requiredRole).max() ?? .operator
        case .configuration(let document, let mode):
            content = .configuration(document, mode)
            needed = Change.requiredRole(of: document, mode: mode)
        }
        guard caller.role >= needed else {
            throw RPCError(
                kind: .notPermitted,
                reason: "this change needs the role \(needed.word), this connection has \(caller.role.word)")
        }
        self.init(
            content: content, ifRevision: parameters.ifRevision, dryRun: parameters.dryRun,
            comment: parameters.comment,
            author: Author(
                user: caller.peer.user, group: caller.peer.group, process: caller.peer.process,
                origin: caller.socket.rawValue),
            role: caller.role)
    }
}

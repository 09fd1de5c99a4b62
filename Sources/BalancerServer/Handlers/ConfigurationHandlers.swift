// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import BalancerModel
import BalancerProtocol
import JSON

extension Router {
    /// `configuration.get`, `configuration.apply` and `configuration.confirm`: the declared state.
    mutating func addConfigurationHandlers(engine: Engine, clock: any ServerClock, results: LongResults) {
        let past = PastConfigurations(engine: engine, clock: clock)
        add(ConfigurationGet.self, order: .slowRead, results: results) { parameters, _, answer in
            let revision = parameters.revision ?? engine.revision
            past.configuration(at: revision, isNextPage: parameters.cursor != nil) { result in
                answer(
                    Result { () throws(RPCError) in
                        let page = try result.mapError(RPCError.init).get().result(of: parameters, revision)
                        past.keep(page.cursor == nil ? nil : revision)
                        return page.source(at: revision)
                    })
            }
        }
        add(ConfigurationApply.self, order: .change) { parameters, caller, answer in
            engine.submit({ () throws(RPCError) in try ChangeRequest(parameters, caller: caller) }, answer)
        }
        add(ConfigurationConfirm.self, order: .change) { parameters, caller, answer in
            let request = ChangeRequest(
                content: .confirmation(revision: parameters.revision), author: Author(caller), role: caller.role)
            engine.submit(request) { outcome in
                answer(
                    outcome.map { ConfigurationConfirm.Result(revision: $0.revision) }.mapError(RPCError.init))
            }
        }
    }
}

extension Engine {
    /// Submits what parameters ask for, and answers what became of it.
    func submit(
        _ request: () throws(RPCError) -> ChangeRequest,
        _ answer: @escaping (Result<ConfigurationApply.Result, RPCError>) -> Void
    ) {
        do throws(RPCError) {
            let request = try request()
            submit(request) { [weak self] outcome in
                answer(
                    outcome.map { outcome in
                        var result = ConfigurationApply.Result(outcome)
                        // Where nothing has changed nothing waits.
                        if let time = request.confirmWithin, self?.unconfirmed?.revision == outcome.revision {
                            result.confirmWithin = UInt64(time)
                        }
                        return result
                    }
                    .mapError(RPCError.init))
            }
        } catch {
            answer(.failure(error))
        }
    }
}

/// The part of a configuration that one reply carries.
private struct ConfigurationPart {
    var configuration: JSONSource
    /// Set when there is more.
    var cursor: PageCursor?

    func source(at revision: UInt64) -> JSONSource {
        let result = ConfigurationGet.Result(revision: revision, configuration: [:], cursor: cursor)
        return JSONSource(result.object, replacing: ["configuration": configuration])
    }
}

extension Configuration {
    /// What was asked for, at a revision.
    fileprivate func result(
        of parameters: ConfigurationGet.Parameters, _ revision: UInt64
    ) throws(RPCError) -> ConfigurationPart {
        if let selection = parameters.only {
            try refusePages(parameters.limit, parameters.cursor, beside: "only")
            return ConfigurationPart(configuration: source(of: selection))
        }
        let page = try Page(limit: parameters.limit, cursor: parameters.cursor, revision: revision)
        return page.isWhole
            ? ConfigurationPart(configuration: source) : result(page, parameters.cursor?.section ?? .farms)
    }

    /// A page of one of the lists. The next page begins in the next list that has anything.
    fileprivate func result(_ page: Page, _ section: PageCursor.Section) -> ConfigurationPart {
        let objects: JSONSource
        var cursor: PageCursor?
        switch section {
        case .farms:
            let items = page.items(of: farms) { 1 + $0.backends.count }
            objects = .list(items) { .value($0.value.document) }
            cursor = page.cursor(after: items, of: farms, section: section)
        case .policies:
            let parts = page.parts(of: policies)
            objects = .list(parts.policies) { $0.source }
            cursor = parts.cursor
        case .addresses:
            let items = page.items(of: addresses) { _ in 1 }
            objects = .list(items) { .value($0.value.document) }
            cursor = page.cursor(after: items, of: addresses, section: section)
        case .clusters:
            let items = page.items(of: clusters) { 1 + $0.addresses.count }
            objects = .list(items) { .value($0.value.document) }
            cursor = page.cursor(after: items, of: clusters, section: section)
        }
        if cursor == nil, let next = nonEmptySection(after: section) {
            cursor = PageCursor(revision: page.revision, section: next, position: 0)
        }
        return ConfigurationPart(configuration: .object([(section.rawValue, objects)]), cursor: cursor)
    }

    private func nonEmptySection(after section: PageCursor.Section) -> PageCursor.Section? {
        switch section {
        case .farms: policies.isEmpty ? nonEmptySection(after: .policies) : .policies
        case .policies: addresses.isEmpty ? nonEmptySection(after: .addresses) : .addresses
        case .addresses: clusters.isEmpty ? nil : .clusters
        case .clusters: nil
        }
    }
}

extension ChangeRequest {
    /// What a client asks for, if its role allows all parts of it.
    init(_ parameters: ConfigurationApply.Parameters, caller: Caller) throws(RPCError) {
        let content: Content
        // All that is said is looked at: not for those who may say anything.
        var needed = caller.role
        switch try parameters.content() {
        case .changes(let changes):
            content = .changes(changes)
            if needed < .administrator { needed = changes.lazy.map(\.requiredRole).max() ?? .operator }
        case .configuration(let document, let mode):
            content = .configuration(document, mode)
            if needed < .administrator { needed = Change.requiredRole(of: document, mode: mode) }
        }
        guard caller.role >= needed else {
            throw RPCError(
                kind: .notPermitted,
                reason: "this change needs the role \(needed.word), this connection has \(caller.role.word)")
        }
        self.init(
            content: content, ifRevision: parameters.ifRevision, dryRun: parameters.dryRun,
            comment: parameters.comment, author: Author(caller), role: caller.role,
            confirmWithin: parameters.confirmWithin?.seconds)
    }
}

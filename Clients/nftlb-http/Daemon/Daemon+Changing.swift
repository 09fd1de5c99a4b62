// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerLink
import BalancerModel
import BalancerProtocol
import JSON
import NIOCore

extension Daemon {
    /// How long a change may take: one that loads a large configuration takes seconds.
    private static let changeLimit = TimeAmount.seconds(120)

    /// Makes changes, all or none; with a revision only if that is still the newest.
    func apply(
        _ changes: [Change], ifRevision revision: UInt64?, comment: String
    ) async throws(DaemonFailure) {
        var parameters = ConfigurationApply.Parameters()
        if changes.count == 1, case .set(let document) = changes[0] {
            // The daemon takes a document in steps, between which others get their turn.
            parameters.configuration = document
        } else {
            parameters.changes = changes.compactMap(\.json.object)
        }
        parameters.ifRevision = revision
        parameters.comment = comment
        _ = try await self.changes.call(ConfigurationApply.self, parameters, limit: Self.changeLimit)
    }
}

extension DaemonFailure {
    /// Whether the configuration changed since it was looked at.
    var isOtherRevision: Bool {
        guard case .refused(let error) = self else { return false }
        return error.kind == .conflict && error.details?.path == nil
    }

    /// Where in the configuration a value was refused.
    var invalidPlace: ObjectPath? {
        guard case .refused(let error) = self, error.kind == .invalid else { return nil }
        return error.details?.path
    }

    /// Whether what a change names is not there.
    var isNotFound: Bool {
        guard case .refused(let error) = self else { return false }
        return error.kind == .notFound
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import Store

extension RevisionSummary {
    init(_ head: RevisionHead) {
        let author = head.author
        self.init(
            revision: head.revision, time: head.time, userID: author.user, groupID: author.group,
            processID: author.process, socket: author.origin, comment: head.comment, objects: head.objects)
    }
}

extension RevisionHead {
    init(_ summary: RevisionSummary) {
        self.init(
            revision: summary.revision, time: summary.time,
            author: Author(
                user: summary.userID, group: summary.groupID, process: summary.processID, origin: summary.socket),
            comment: summary.comment, objects: summary.objects)
    }
}

extension StoreFailure {
    init(_ error: StoreError) {
        let kind: Kind =
            switch error.kind {
            case .damaged, .newer: .damaged
            case .inUse: .inUse
            case .full, .inaccessible, .inputOutput: .inputOutput
            }
        self.init(kind: kind, message: error.message)
    }
}

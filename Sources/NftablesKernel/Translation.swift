// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import Netlink
internal import Nftables

// Between the ruleset's words and netlink's.

extension SetIdentity {
    init(_ list: ElementList, dataLength: Int? = nil) {
        self.init(
            family: list.set.family.rawValue, table: tableName, name: list.set.name, keyLength: list.keyLength,
            dataLength: dataLength ?? list.dataLength)
    }
}

extension KernelFailure {
    init(_ error: NetlinkError, in set: SetReference? = nil) {
        self.init(
            kind: .refused(errno: error.errno), message: error.description,
            culprit: set.map { ElementCulprit(set: $0, key: []) })
    }

    init(_ failure: BatchFailure) {
        let set = failure.set.flatMap { set in
            TableFamily(rawValue: set.family).map { SetReference(family: $0, name: set.name) }
        }
        let verb = failure.operation.map { $0 == .add ? "add an element: " : "delete an element: " } ?? ""
        self.init(
            kind: .refused(errno: failure.error.errno), message: verb + failure.error.words,
            culprit: set.map { ElementCulprit(set: $0, key: failure.key ?? []) })
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import Netlink
internal import Nftables

// Between the ruleset's words and netlink's.

extension SetIdentity {
    init(_ form: ElementForm) {
        self.init(
            family: form.set.family.rawValue, table: tableName, name: form.set.name, keyLength: form.keyLength,
            dataLength: form.dataLength, isInterval: form.isInterval, hasEnds: form.hasEnds)
    }
}

extension Netlink.ElementDetail {
    init(_ detail: Nftables.ElementDetail) {
        self =
            switch detail {
            case .none: .none
            case .count: .counter
            case .lifetime: .lifetime
            }
    }
}

extension ElementRecords {
    init(_ form: ElementForm, _ part: ElementPart) {
        self.init(ElementList(form, bytes: part.bytes), numbers: part.numbers)
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

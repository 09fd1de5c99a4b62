// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON

/// What is known of a backend at one point of a request.
struct StandingBackend {
    var hasAddress: Bool
    /// Whether it was put out of service.
    var isOut = false
    /// The mark that was drawn for it, as it is printed; nil: none, or it is not known.
    var drawnMark: UInt32?

    init(hasAddress: Bool) {
        self.hasAddress = hasAddress
    }

    /// A backend as it stands, and the mark that is printed of it.
    init(_ backend: Backend, mark: UInt32?) {
        hasAddress = backend.address != nil
        isOut = backend.state == .down || backend.state == .off
        drawnMark = backend.mark == .none ? mark : nil
    }

    /// It is changed.
    mutating func note(_ native: JSONObject) {
        if let address = native["ip-addr"] { hasAddress = address != "" }
        if let state = native["state"] { isOut = state.isOutOfService }
        if native["mark"] != nil { drawnMark = nil }
    }
}

extension FarmEdit {
    func nativeBackends(_ standing: inout StandingFarm) -> [JSONValue] {
        backends.map { name, edit in
            let known = standing.backends[name]
            var native = edit.leading("name", name.text)
            // A mark that is printed and was drawn is not given by who posts it back: it would not be drawn any more.
            if let mark = native["mark"], mark == known?.drawnMark.map({ .integer(Int64($0)) }) { native["mark"] = nil }
            // Where nobody asked which backends there are, it is taken for one that is there: see `lookupsAfterRefusal`.
            native.completeBackend(known, isNew: known == nil && standing.isKnown)
            var now = known ?? StandingBackend(hasAddress: !standing.isKnown)
            now.note(native)
            standing.backends[name] = now
            return .object(native)
        }
    }
}

extension JSONObject {
    /// Says what the words about a backend leave open. Without an address it waits for that, and is up only then; a new one
    /// waits until somebody says `up`; who was put out of service stays so.
    fileprivate mutating func completeBackend(_ known: StandingBackend?, isNew: Bool) {
        let state = self["state"]
        if self["ip-addr"] != nil {
            guard state == nil else { return }
            if isNew { self["state"] = "incomplete" }
            if let known, !known.hasAddress, !known.isOut { self["state"] = "up" }
        } else if isNew || known?.hasAddress == false {
            if state?.isOutOfService ?? false {
                if isNew { self["ip-addr"] = "" }
            } else if isNew || state != nil {
                self["state"] = "incomplete"
            }
        }
    }
}

extension JSONValue {
    fileprivate var isOutOfService: Bool { self == "down" || self == "off" }
}

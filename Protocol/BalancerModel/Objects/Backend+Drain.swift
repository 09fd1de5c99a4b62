// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON

// A drain is declared like everything else: `off` with a moment. So it is stored, survives a restart, is seen in the
// configuration, and goes by saying another state.
extension Backend {
    /// When what is left of the connections of a backend that is `off` is cut; afterwards it is `down`, and this says since
    /// when.
    public var drainUntil: Moment {
        get { rare.value.drainUntil }
        set { rare.value.drainUntil = newValue }
    }

    /// Whether it takes no new clients until the rest is cut.
    public var isDraining: Bool { state == .off && !rare.isStandard && drainUntil != .none }

    /// Whether it is down because it was drained.
    public var isDrained: Bool { state == .down && !rare.isStandard && drainUntil != .none }

    /// Who says a state and no moment means a state without one: a drain ends with it. A moment beside another state is kept and
    /// has no effect.
    mutating func finishDrain(_ json: JSONObject) {
        guard !rare.isStandard, drainUntil != .none, json["state"] != nil, json["drain-until"] == nil else { return }
        drainUntil = .none
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import EventLoop

/// What a line of the log is about. Each kind has a number by which `journalctl MESSAGE_ID=` finds it, and an entry in
/// Packaging/systemd/nftlb.catalog, which `journalctl -x` prints beside it. What the levels mean: <doc:LogLevels>.
enum LogKind: String, CaseIterable {
    case changeAccepted = "9fb93534081c525371e273a87984a8ab"
    case changeRefused = "db149e4714be09abf93fe42eabd2d9f2"
    case changeFailed = "3994693ea3ae6e685323451b4a95902a"
    case ready = "1aa615a94b6a5551a061ae14a1dbf721"
    case degraded = "8b3a15353f137b705856c32a687b253b"
    case storeDamaged = "a7213dfe8932829320dd5386c9cf0800"
    case storeRestored = "67d1191fda80a0bd919e9bc7f4a02d92"
    case backupFailed = "fd95588c5e4ef10bb14cf51964cd1715"
    case repaired = "d561cab77e4d173d344d04cb5f0f2c02"
    case drift = "3c85b930b9f0920f929e04e213311e91"
    case fight = "1b0b5a92ca9f1daec5e1fb5bb643edf4"
    case notCorrected = "5e1c7d0a94b84f6fb0f3a2d86c17e935"
    case leftBehind = "fece6b989a323eaef86c67b35a0ac810"
    case connectionsNotReviewed = "5da24106869b7c3d419274d465ee28de"
    case networkUnseen = "bdd640fb06671ad11c80317fa3b1799d"
    case drained = "23b8c1e9392456de3eb13b9046685257"
    case connectionsNotCut = "bd9c66b3ad3c2d6d1a3d1fa7bc8960a9"
    case clientRefused = "4bcee26a6a9df49c0954549c429fdbf7"
    case clientDropped = "56c8a7f9757f31252d53b107073391a5"
    case socketFailed = "3623ac6122ae0903220425dd2e67dbe9"
    case eventsLost = "cae33afe57807cdb9f642b78f0088cfc"
    case fileWarning = "76e2507bc7b13aa8d3655fc9e35d6c11"
    case ended = "671b5a9656936632c5c30e119edb8d92"

    /// How much a line of this kind matters.
    var priority: Journal.Priority {
        switch self {
        case .storeDamaged: .critical
        case .changeFailed, .degraded, .backupFailed, .fight, .notCorrected, .socketFailed, .eventsLost, .ended: .error
        case .storeRestored, .drift, .leftBehind, .connectionsNotReviewed, .networkUnseen, .connectionsNotCut,
            .clientRefused,
            .clientDropped, .fileWarning:
            .warning
        case .changeRefused, .repaired, .drained: .notice
        case .changeAccepted, .ready: .information
        }
    }
}

extension Journal {
    /// Writes a line of a kind.
    func send(_ kind: LogKind, _ message: String, fields: [Field] = []) {
        send(kind.priority, message, kind: kind.rawValue, fields: fields)
    }
}

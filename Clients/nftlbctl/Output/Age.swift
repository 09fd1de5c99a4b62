// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Glibc

/// How long ago something was, for people: `42s`, `3m`, `5h`, `12d`.
enum Age {
    static func text(since moment: UInt64, now: Int64 = Int64(time(nil))) -> String {
        guard moment > 0, let moment = Int64(exactly: moment) else { return "" }
        return switch max(now - moment, 0) {
        case let seconds where seconds < 120: "\(seconds)s"
        case let seconds where seconds < 7200: "\(seconds / 60)m"
        case let seconds where seconds < 172_800: "\(seconds / 3600)h"
        case let seconds: "\(seconds / 86_400)d"
        }
    }
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// What a collector wants the daemon to be asked for.
struct Needs: OptionSet, Sendable {
    let rawValue: Int

    /// The states of farms and backends, and what traffic has counted for them.
    static let farms = Needs(rawValue: 1)
    /// What the daemon has counted of its own doings.
    static let service = Needs(rawValue: 2)
    /// How many clients backends are known to: it must be counted.
    static let sessions = Needs(rawValue: 4)
}

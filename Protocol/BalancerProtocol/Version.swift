// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Which version this is. The daemon and its clients are built from one tree and share it.
public enum Version {
    /// The version of the programs.
    public static let text = "0.1.0"

    /// The version of the protocol. Within one, methods, parameters and fields are only added.
    public static let api: UInt64 = 1
}

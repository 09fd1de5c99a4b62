// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// The two ways to write a configuration as JSON: with real types, strictly; or as the C program did, all strings.
///
/// The facts about the C program's dialect are its documented behaviour as observed from outside.
public enum Dialect: Sendable, Hashable {
    /// Numbers, booleans and arrays where they are meant; what is wrong is refused.
    case native
    /// Every value a string; nonsense means the default.
    case legacy
}

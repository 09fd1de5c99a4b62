// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Something the engine does in pieces, giving the loop its turn between them: a group of changes, a comparison with the
/// kernel.
protocol Work: AnyObject {
    /// Does the next piece, some milliseconds at most.
    func advance() -> WorkProgress
}

enum WorkProgress: Equatable {
    /// There is more to do now.
    case more
    /// A completion will call `Engine.resume`.
    case waiting
    /// It is over.
    case finished
}

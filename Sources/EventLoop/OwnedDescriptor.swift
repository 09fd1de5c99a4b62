// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import Glibc

/// A file descriptor that is closed when nobody holds it any more.
final class OwnedDescriptor {
    private(set) var number: Int32

    init(_ number: Int32) {
        self.number = number
    }

    /// Closes it now; closing twice does nothing.
    func close() {
        guard number >= 0 else { return }
        _ = Glibc.close(number)
        number = -1
    }

    deinit { close() }
}

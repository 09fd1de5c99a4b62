// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Bytes that one loop reads into, again and again.
@safe final class ScratchBuffer {
    let bytes: UnsafeMutableRawBufferPointer

    init(count: Int) {
        unsafe bytes = .allocate(byteCount: count, alignment: 16)
    }

    deinit {
        unsafe bytes.deallocate()
    }
}

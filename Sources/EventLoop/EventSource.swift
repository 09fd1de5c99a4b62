// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CSystemd

/// What every source has: its place in the loop, given back when the owner lets go of it.
///
/// sd-event knows the Swift object by an unretained pointer. That is sound because `deinit` takes the source out of the loop
/// before the object goes, and because every callback holds the object while its handler runs.
@safe final class EventSource {
    private(set) var handle: OpaquePointer?
    let loop: EventLoop

    init(loop: EventLoop) {
        self.loop = loop
    }

    /// Takes over a source that was just added.
    func adopt(_ source: OpaquePointer?) {
        unsafe handle = unsafe source
    }

    func enable(_ state: Int) {
        if let handle = unsafe handle { _ = unsafe sd_event_source_set_enabled(handle, Int32(state)) }
    }

    /// Takes the source out of the loop. Safe inside its own handler.
    func remove() {
        if let handle = unsafe handle { unsafe sd_event_source_disable_unref(handle) }
        unsafe handle = nil
    }

    deinit { remove() }
}

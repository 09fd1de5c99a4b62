// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CLinux
internal import Glibc

/// Wakes the other thread: an eventfd(2).
struct EventCounter: ~Copyable {
    let descriptor: Int32

    init() throws(StoreError) {
        descriptor = linux_event()
        guard descriptor >= 0 else { throw StoreError("make an event", errno: -descriptor) }
    }

    func signal() { _ = linux_event_signal(descriptor) }

    func clear() { _ = linux_event_clear(descriptor) }

    /// Waits until it has been signalled.
    func wait() {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while unsafe poll(&entry, 1, -1) < 0 && errno == EINTR {}
    }

    deinit { close(descriptor) }
}

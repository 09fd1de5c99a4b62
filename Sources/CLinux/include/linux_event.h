// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

// Waking a loop from another thread, and random bytes. Here because eventfd(2) and getrandom(2) are not in Swift's Glibc
// module.

#pragma once
#include <stddef.h>

/// A counter descriptor, non-blocking and close-on-exec. Or -errno.
int linux_event(void);

/// Adds one to the counter: its descriptor becomes readable. 0 or -errno.
int linux_event_signal(int descriptor);

/// Sets the counter to zero. 0 or -errno; -EAGAIN if it was zero.
int linux_event_clear(int descriptor);

/// Fills the bytes from the kernel's random source. 0 or -errno.
int linux_random(void *bytes, size_t count);

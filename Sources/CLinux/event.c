// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

#define _GNU_SOURCE
#include "linux_event.h"

#include <errno.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <unistd.h>

int linux_event(void) {
    int descriptor = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return descriptor < 0 ? -errno : descriptor;
}

int linux_event_signal(int descriptor) {
    uint64_t one = 1;
    ssize_t written;
    do {
        written = write(descriptor, &one, sizeof one);
    } while (written < 0 && errno == EINTR);
    return written < 0 ? -errno : 0;
}

int linux_event_clear(int descriptor) {
    uint64_t count;
    ssize_t taken;
    do {
        taken = read(descriptor, &count, sizeof count);
    } while (taken < 0 && errno == EINTR);
    return taken < 0 ? -errno : 0;
}

int linux_random(void *bytes, size_t count) {
    unsigned char *next = bytes;
    while (count > 0) {
        ssize_t filled = getrandom(next, count, 0);
        if (filled < 0 && errno == EINTR)
            continue;
        if (filled < 0)
            return -errno;
        next += filled;
        count -= (size_t)filled;
    }
    return 0;
}

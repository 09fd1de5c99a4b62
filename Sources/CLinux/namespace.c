// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

#define _GNU_SOURCE
#include "linux_namespace.h"

#include <errno.h>
#include <sched.h>
#include <stddef.h>
#include <sys/mount.h>

int linux_unshare_network(void) {
    return unshare(CLONE_NEWNET) < 0 ? -errno : 0;
}

int linux_enter_network(int descriptor) {
    return setns(descriptor, CLONE_NEWNET) < 0 ? -errno : 0;
}

int linux_unshare_mounts(void) {
    // As ip-netns(8) does it: mounts made here must not appear outside.
    if (unshare(CLONE_FS | CLONE_NEWNS) < 0)
        return -errno;
    if (mount("", "/", "none", MS_SLAVE | MS_REC, NULL) < 0)
        return -errno;
    if (umount2("/sys", MNT_DETACH) < 0)
        return -errno;
    return mount("sysfs", "/sys", "sysfs", 0, NULL) < 0 ? -errno : 0;
}

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

#define _GNU_SOURCE
#include "linux_namespace.h"

#include <errno.h>
#include <sched.h>

int linux_unshare_network(void) {
    return unshare(CLONE_NEWNET) < 0 ? -errno : 0;
}

int linux_enter_network(int descriptor) {
    return setns(descriptor, CLONE_NEWNET) < 0 ? -errno : 0;
}

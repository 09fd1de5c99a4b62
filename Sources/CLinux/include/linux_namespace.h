// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

// Network namespaces. Here because unshare(2) and setns(2) are behind _GNU_SOURCE. Both change the calling thread only: a
// namespace belongs to a thread, and a socket to the namespace of the thread that made it.

#pragma once

/// Moves the calling thread into a new network namespace (CLONE_NEWNET). 0 or -errno.
int linux_unshare_network(void);

/// Moves the calling thread into a network namespace given as an open descriptor. 0 or -errno.
int linux_enter_network(int descriptor);

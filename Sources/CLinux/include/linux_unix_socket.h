// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

// Unix sockets at a path. Here because SO_PEERGROUPS (socket(7)) is not in Swift's Glibc module, and because sockaddr_un holds
// its path as an array, which Swift sees as 108 separate values.

#pragma once
#include <stdint.h>
#include <sys/types.h>

/// Gives a Unix socket its path. 0 or -errno; -ENAMETOOLONG beyond 107 bytes.
int linux_unix_bind(int socket, const char *path);

/// Connects to the Unix socket at a path. 0 or -errno; -ENAMETOOLONG beyond 107 bytes.
int linux_unix_connect(int socket, const char *path);

/// The supplementary groups of the peer of a connected Unix socket: answers how many there are, or -errno. More than
/// `capacity`: nothing was written.
int linux_peer_groups(int socket, gid_t *groups, int capacity);

/// Which file this is.
struct linux_file_identity {
    /// 0, or -errno and nothing else here means anything.
    int error;
    uint64_t device;
    uint64_t inode;
};

/// The identity of the file at a path; symbolic links are not followed.
struct linux_file_identity linux_identify(const char *path);

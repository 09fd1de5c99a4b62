// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

// Sockets. Here because Swift's Glibc module hides what is behind _GNU_SOURCE: accept4(2), `struct ucred` for SO_PEERCRED
// (unix(7)), and because S_ISSOCK is a macro.
// All calls of this module answer a value that is not negative, or -errno.

#pragma once
#include <stdint.h>
#include <sys/types.h>

/// Who is at the other end of a connected Unix socket, as the kernel noted it at connect(2).
struct linux_peer {
    /// 0, or -errno and nothing else here means anything.
    int error;
    pid_t pid;
    uid_t uid;
    gid_t gid;
};

/// The peer of a connected Unix socket (SO_PEERCRED).
struct linux_peer linux_peer_credentials(int socket);

/// Accepts a connection as a non-blocking, close-on-exec descriptor. -EAGAIN: nobody is waiting.
int linux_accept(int listener);

/// A new socket, close-on-exec; non-blocking if asked.
int linux_socket(int domain, int type, int protocol, int non_blocking);

/// 1 if the path names a socket, 0 if it names something else; symbolic links are not followed.
int linux_is_socket(const char *path);

/// Keeps datagrams away from a netlink socket whose first message carries this port (`nlmsg_pid`): a filter in the kernel,
/// before they take room in the socket's buffer. 0 or -errno.
int linux_netlink_ignore_port(int socket, uint32_t port);

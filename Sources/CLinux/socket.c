// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

#define _GNU_SOURCE
#include "linux_socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/stat.h>

struct linux_peer linux_peer_credentials(int socket) {
    struct ucred credentials;
    socklen_t size = sizeof credentials;
    struct linux_peer peer = { 0, 0, 0, 0 };
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) < 0) {
        peer.error = -errno;
        return peer;
    }
    peer.pid = credentials.pid;
    peer.uid = credentials.uid;
    peer.gid = credentials.gid;
    return peer;
}

int linux_accept(int listener) {
    int connection;
    do {
        connection = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    } while (connection < 0 && errno == EINTR);
    return connection < 0 ? -errno : connection;
}

int linux_socket(int domain, int type, int protocol, int non_blocking) {
    int descriptor = socket(domain, type | SOCK_CLOEXEC | (non_blocking ? SOCK_NONBLOCK : 0), protocol);
    return descriptor < 0 ? -errno : descriptor;
}

int linux_is_socket(const char *path) {
    struct stat status;
    if (lstat(path, &status) < 0)
        return -errno;
    return S_ISSOCK(status.st_mode) ? 1 : 0;
}

int linux_netlink_ignore_port(int socket, uint32_t port) {
    // A filter loads in network order what the kernel wrote in the machine's (Documentation/networking/filter.rst).
    struct sock_filter instructions[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 12),  // nlmsg_pid of struct nlmsghdr
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(port), 0, 1),
        BPF_STMT(BPF_RET | BPF_K, 0),
        BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
    };
    struct sock_fprog program = { sizeof instructions / sizeof *instructions, instructions };
    if (setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) < 0)
        return -errno;
    return 0;
}

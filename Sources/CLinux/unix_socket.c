// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

#define _GNU_SOURCE
#include "linux_unix_socket.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

static int fill(struct sockaddr_un *address, const char *path) {
    size_t length = strlen(path);
    memset(address, 0, sizeof *address);
    if (length == 0)
        return -EINVAL;
    if (length >= sizeof address->sun_path)
        return -ENAMETOOLONG;
    address->sun_family = AF_UNIX;
    memcpy(address->sun_path, path, length);
    return 0;
}

int linux_unix_bind(int socket, const char *path) {
    struct sockaddr_un address;
    int error = fill(&address, path);
    if (error)
        return error;
    return bind(socket, (struct sockaddr *)&address, sizeof address) < 0 ? -errno : 0;
}

int linux_unix_connect(int socket, const char *path) {
    struct sockaddr_un address;
    int error = fill(&address, path);
    if (error)
        return error;
    int result;
    do {
        result = connect(socket, (struct sockaddr *)&address, sizeof address);
    } while (result < 0 && errno == EINTR);
    return result < 0 ? -errno : 0;
}

int linux_peer_groups(int socket, gid_t *groups, int capacity) {
    socklen_t size = (socklen_t)(capacity * (int)sizeof(gid_t));
    // ERANGE: the kernel says how much room it wants.
    if (getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, groups, &size) < 0 && errno != ERANGE)
        return -errno;
    return (int)(size / sizeof(gid_t));
}

struct linux_file_identity linux_identify(const char *path) {
    struct stat status;
    struct linux_file_identity identity = { 0, 0, 0 };
    if (lstat(path, &status) < 0) {
        identity.error = -errno;
        return identity;
    }
    identity.device = status.st_dev;
    identity.inode = status.st_ino;
    return identity;
}

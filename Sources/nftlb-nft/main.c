// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

// nftlb-nft: runs one nft script through libnftables, and nothing else.
//
// A program of its own because libnftables reads the whole host's ruleset, ends the process on some errors, and dies on
// some maps that newer nft programs write into other people's tables. The daemon starts it a few times in its life.
//
//   nftlb-nft FILE | DESCRIPTOR      a path, or the number of an inherited descriptor (a memory file)
//
// The script is run from a file name, never from a buffer: only then does libnftables name the line of what failed.
// Messages go to standard error; the last line is `errno N` when the kernel refused something.
// Exit status: 0 done, 1 refused and nothing changed, 2 usage, 3 libnftables ended the process; a signal is its crash.

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/socket.h>

#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <nftables/libnftables.h>

enum { STATUS_DONE = 0, STATUS_REFUSED = 1, STATUS_USAGE = 2, STATUS_LIBRARY_EXITED = 3 };

static const char own_table[] = "nftlb";

/// The kernel's number for the first operation it refused, 0 for none.
static int first_error;

/// NLM_F_DUMP_INTR of a dropped message: the next one that is kept must carry it, or a torn dump would look whole.
static int pending_flags;

/// 1 for families in which a table of our name is ours (nfproto: ip, netdev, ip6).
static int is_own_family(int family) {
    return family == NFPROTO_IPV4 || family == NFPROTO_NETDEV || family == NFPROTO_IPV6;
}

/// 1 if the message is part of a dump and describes something in a table that is not ours.
static int is_foreign(const struct nlmsghdr *message) {
    if (NFNL_SUBSYS_ID(message->nlmsg_type) != NFNL_SUBSYS_NFTABLES || !(message->nlmsg_flags & NLM_F_MULTI))
        return 0;
    if (NFNL_MSG_TYPE(message->nlmsg_type) == NFT_MSG_NEWGEN)
        return 0;
    if (message->nlmsg_len < NLMSG_LENGTH(sizeof(struct nfgenmsg)))
        return 0;

    const struct nfgenmsg *header = NLMSG_DATA(message);
    const char *end = (const char *)message + message->nlmsg_len;
    const char *next = (const char *)(header + 1);
    while (end - next >= (long)sizeof(struct nlattr)) {
        const struct nlattr *attribute = (const struct nlattr *)next;
        if (attribute->nla_len < sizeof *attribute || attribute->nla_len > end - next)
            break;
        // Attribute 1 is the name of the table in messages about tables, chains, rules, sets, elements, objects and flow
        // tables alike (NFTA_TABLE_NAME, NFTA_CHAIN_TABLE, ...).
        if ((attribute->nla_type & NLA_TYPE_MASK) == NFTA_TABLE_NAME) {
            size_t length = attribute->nla_len - sizeof *attribute;
            return !(is_own_family(header->nfgen_family) && length == sizeof own_table
                     && memcmp(attribute + 1, own_table, length) == 0);
        }
        next += NLA_ALIGN(attribute->nla_len);
    }
    return 1;
}

/// 1 for requests that only read: libnftables asks for things that may be missing, which is no refusal.
static int is_reading(int type) {
    switch (NFNL_MSG_TYPE(type)) {
    case NFT_MSG_GETTABLE:
    case NFT_MSG_GETCHAIN:
    case NFT_MSG_GETRULE:
    case NFT_MSG_GETSET:
    case NFT_MSG_GETSETELEM:
    case NFT_MSG_GETGEN:
    case NFT_MSG_GETOBJ:
    case NFT_MSG_GETFLOWTABLE:
        return NFNL_SUBSYS_ID(type) == NFNL_SUBSYS_NFTABLES;
    default:
        return 0;
    }
}

static void note_error(const struct nlmsghdr *message) {
    if (message->nlmsg_type != NLMSG_ERROR || message->nlmsg_len < NLMSG_LENGTH(sizeof(struct nlmsgerr)))
        return;
    const struct nlmsgerr *answer = NLMSG_DATA(message);
    // What was interrupted or overtaken by somebody else's change is tried again by libnftables.
    int retried = first_error == EINTR || first_error == ERESTART;
    if (answer->error < 0 && (first_error == 0 || retried) && !is_reading(answer->msg.nlmsg_type))
        first_error = -answer->error;
}

/// Drops foreign messages from a datagram in place; answers what is left of its length.
static size_t sieve(char *buffer, size_t length) {
    size_t from = 0, to = 0;
    while (length - from >= sizeof(struct nlmsghdr)) {
        struct nlmsghdr *message = (struct nlmsghdr *)(buffer + from);
        if (message->nlmsg_len < sizeof *message || message->nlmsg_len > length - from)
            break;
        size_t size = NLMSG_ALIGN(message->nlmsg_len);
        if (size > length - from)
            size = length - from;
        from += size;
        if (is_foreign(message)) {
            pending_flags |= message->nlmsg_flags & NLM_F_DUMP_INTR;
            continue;
        }
        note_error(message);
        message->nlmsg_flags |= pending_flags;
        pending_flags = 0;
        memmove(buffer + to, message, size);
        to += size;
    }
    return to;
}

/// Takes the place of libmnl's function for libnftables, whose reference to it is bound to this program first. As libmnl's
/// (a truncated datagram is ENOSPC, one that is not the kernel's EINVAL), but foreign tables are left out. A datagram of
/// nothing else must not look like the end of the stream: read on.
ssize_t mnl_socket_recvfrom(const struct mnl_socket *netlink, void *buffer, size_t size) {
    for (;;) {
        struct sockaddr_nl sender;
        struct iovec part = { .iov_base = buffer, .iov_len = size };
        struct msghdr datagram = {
            .msg_name = &sender, .msg_namelen = sizeof sender, .msg_iov = &part, .msg_iovlen = 1,
        };
        ssize_t received = recvmsg(mnl_socket_get_fd(netlink), &datagram, 0);
        if (received <= 0)
            return received;
        if (datagram.msg_flags & MSG_TRUNC) {
            errno = ENOSPC;
            return -1;
        }
        if (datagram.msg_namelen != sizeof sender) {
            errno = EINVAL;
            return -1;
        }
        size_t left = sieve(buffer, (size_t)received);
        if (left > 0)
            return (ssize_t)left;
    }
}

/// libnftables calls exit() on some errors (no memory, no netlink): that must not look like an answer of ours.
static int finished;

static void library_exited(void) {
    if (!finished) {
        fprintf(stderr, "libnftables ended the process\n");
        fflush(NULL);
        _exit(STATUS_LIBRARY_EXITED);
    }
}

/// The path under which libnftables can open what the argument names; NULL if it names nothing.
static const char *script_path(const char *argument, char *buffer, size_t size) {
    if (argument[0] == '\0' || argument[0] == '-')
        return NULL;
    if (strspn(argument, "0123456789") != strlen(argument))
        return argument;
    int needed = snprintf(buffer, size, "/proc/self/fd/%s", argument);
    return needed > 0 && (size_t)needed < size ? buffer : NULL;
}

int main(int count, char **arguments) {
    char buffer[64];
    const char *path = count == 2 ? script_path(arguments[1], buffer, sizeof buffer) : NULL;
    if (!path) {
        fprintf(stderr, "usage: nftlb-nft FILE | DESCRIPTOR\n");
        return STATUS_USAGE;
    }

    atexit(library_exited);
    struct nft_ctx *context = nft_ctx_new(NFT_CTX_DEFAULT);
    int refused = !context || nft_run_cmd_from_filename(context, path) != 0;
    if (context)
        nft_ctx_free(context);
    if (refused && first_error)
        fprintf(stderr, "errno %d\n", first_error);
    finished = 1;
    return refused ? STATUS_REFUSED : STATUS_DONE;
}

# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the nftlb in Swift authors

"""A blacklist on a queue of the kernel: queue.py QUEUE ADDRESS... drops packets from these addresses, and says what it does.

Netlink by hand (<linux/netfilter/nfnetlink_queue.h>), so that nothing has to be installed."""

import socket
import struct
import sys

queue, listed = int(sys.argv[1]), sys.argv[2:]
kernel = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12)  # NETLINK_NETFILTER
kernel.bind((0, 0))


def send(kind, *attributes):
    body = struct.pack("!BBH", 0, 0, queue)
    for number, value in attributes:
        body += struct.pack("=HH", 4 + len(value), number) + value + b"\0" * (-len(value) % 4)
    # NFNL_SUBSYS_QUEUE is 3; NLM_F_REQUEST.
    kernel.send(struct.pack("=IHHII", 16 + len(body), 3 << 8 | kind, 1, 0, 0) + body)


send(2, (1, struct.pack("!BBH", 1, 0, 0)))  # NFQNL_MSG_CONFIG, NFQA_CFG_CMD: bind
send(2, (2, struct.pack("!IB", 64, 2)))  # NFQA_CFG_PARAMS: copy the first bytes
print("ready", flush=True)
while True:
    data = kernel.recv(65536)
    length, kind = struct.unpack("=IH", data[:6])
    if kind != 3 << 8:  # NFQNL_MSG_PACKET
        continue
    number, packet, offset = None, b"", 20
    while offset < length:
        size, name = struct.unpack("=HH", data[offset:offset + 4])
        value = data[offset + 4:offset + size]
        if name == 1:
            number = value[:4]
        if name == 10:
            packet = value
        offset += (size + 3) & ~3
    if packet[0] >> 4 == 4:
        source = socket.inet_ntop(socket.AF_INET, packet[12:16])
    else:
        source = socket.inet_ntop(socket.AF_INET6, packet[8:24])
    verdict = 0 if source in listed else 1
    print("passed" if verdict else "refused", source, flush=True)
    send(1, (2, struct.pack("!I", verdict) + number))  # NFQNL_MSG_VERDICT, NFQA_VERDICT_HDR

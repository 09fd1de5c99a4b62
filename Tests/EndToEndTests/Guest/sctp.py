# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the nftlb in Swift authors
"""sctp.py serve NAME: says NAME to everybody on port 8080. sctp.py ask ADDRESS COUNT: asks so often, prints who answered."""
import collections
import socket
import sys
import time

SCTP = 132


def stream(family):
    return socket.socket(family, socket.SOCK_STREAM, SCTP)


def serve(name):
    listener = stream(socket.AF_INET6)
    listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    listener.bind(("::", 8080))
    listener.listen(64)
    while True:
        client, _ = listener.accept()
        client.sendall(name.encode())
        client.close()


def ask(address, count):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    answers = collections.Counter()
    for _ in range(count):
        # The servers may still be on their way up the first time.
        for attempt in range(20):
            client = stream(family)
            client.settimeout(10)
            try:
                client.connect((address, 80))
                answers[client.recv(100).decode()] += 1
                break
            except ConnectionRefusedError:
                if answers or attempt == 19:
                    raise
                time.sleep(0.5)
            finally:
                client.close()
    print(address, *(f"{name}={answers[name]}" for name in sorted(answers)), flush=True)


if sys.argv[1] == "serve":
    serve(sys.argv[2])
else:
    ask(sys.argv[2], int(sys.argv[3]))

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the nftlb in Swift authors

# A blacklist that sees SYN packets first (queue.py), over both families, on a kernel that has queues. As root, beside nftlbd,
# nftlb-nft, lab.sh, queue.json and queue.py. Prints how many requests of a listed and of another source got an answer: before
# the program runs, with it, over a limit, and when it is dead.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck disable=SC1091
. ./lab.sh

modprobe nft_queue
modprobe nfnetlink_queue
serve queue.json
both() { # both WORD
    echo "4 $1: listed=$(answered 3 10.9.1.2 http://192.0.2.1/) other=$(answered 3 10.9.1.3 http://192.0.2.1/)"
    echo "6 $1: listed=$(answered 3 fd09:1::2 'http://[2001:db8::1]/') other=$(answered 3 fd09:1::3 'http://[2001:db8::1]/')"
}
both before
ip netns exec balancer python3 queue.py 7 10.9.1.2 fd09:1::2 > seen &
program=$!
until grep -q ready seen; do sleep 0.2; done
both with
# The limits come before the program: what is over them is not asked about. Two of four are under the limit.
before=$(wc -l < seen)
echo "4 limited: other=$(answered 4 10.9.1.3 http://192.0.2.2/)"
echo "6 limited: other=$(answered 4 fd09:1::3 'http://[2001:db8::2]/')"
[ $(($(wc -l < seen) - before)) -eq 4 ] || { cat seen; exit 1; }
kill "$program"
wait "$program" || true
both dead
cat seen
ip netns exec balancer nft list chain ip nftlb filter-queue
echo "queue: ok"

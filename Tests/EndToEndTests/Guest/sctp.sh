#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the nftlb in Swift authors

# SCTP through nftlbd, over both families, in a machine whose kernel has SCTP. As root, beside nftlbd, nftlb-nft,
# sctp.json and sctp.py. Prints who answered how often, and "sctp: ok" at the end.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

modprobe sctp
for name in client balancer one two; do ip netns add "$name"; done
# shellcheck disable=SC1091
. ./network.sh
connect client 1
connect one 11
connect two 12
ip netns exec balancer sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1

ip netns exec one python3 sctp.py serve one &
ip netns exec two python3 sctp.py serve two &
state=$(mktemp -d)
ip netns exec balancer ./nftlbd --once --nft-helper ./nftlb-nft --state-directory "$state" --configuration sctp.json
ip netns exec client python3 sctp.py ask 192.0.2.1 20
ip netns exec client python3 sctp.py ask 2001:db8::1 20
ip netns exec client python3 sctp.py ask 192.0.2.2 4
echo "sctp: ok"

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the nftlb in Swift authors

# Flow offload in modes dnat and snat over both families, on a kernel that has flow tables. As root, beside nftlbd, nftlb-nft,
# lab.sh, offload.json and offload.py, which does the talking. Prints what was seen, and "offload: ok" at the end.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck disable=SC1091
. ./lab.sh

# Somebody else's interface, which has no business in a flow table.
ip -n balancer link add eth99 type veth peer name eth98
ip -n balancer link set eth99 up
ip -n balancer link set eth98 up
for address in 192.0.2.1 192.0.2.2; do ip -n balancer address add "$address/32" dev eth1; done
for address in 2001:db8::1 2001:db8::2; do ip -n balancer address add "$address/128" dev eth1 nodad; done
# Modules first: an emulated machine takes longer to load them than the daemon waits for its helper.
for module in nf_conntrack nft_ct nft_chain_nat nft_masq nft_numgen nft_hash nft_flow_offload nf_flow_table_inet; do
    modprobe "$module"
done
ip netns exec balancer sysctl -qw net.netfilter.nf_conntrack_acct=1
ip netns exec one python3 offload.py serve &

state=$(mktemp -d)
serve offload.json
ip netns exec balancer nft list flowtables
ip netns exec balancer ./nftlbd --nft-helper ./nftlb-nft --state-directory "$state" --socket "$state/socket" &
until [ -S "$state/socket" ]; do sleep 0.2; done
drive() { ip netns exec client python3 offload.py drive "$state/socket" "$1"; }

drive traffic
# The kernel takes an interface that goes out of the flow tables. Its peer goes with it.
ip -n balancer link delete eth11
until ! ip netns exec balancer nft list flowtables | grep -q eth11; do sleep 0.2; done
connect one 11
drive interface
drive switch
drive policies
drive cut
ip netns exec balancer nft list chain ip nftlb forward
echo "offload: ok"

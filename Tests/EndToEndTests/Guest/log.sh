#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the nftlb in Swift authors

# Lines of nftlbd's farms in the kernel's log, over both families. As root, beside nftlbd, nftlb-nft, lab.sh and log.json.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck disable=SC1091
. ./lab.sh

# What is in a namespace of its own is logged only where the host says so.
sysctl -qw net.netfilter.nf_log_all_netns=1
serve log.json
answered 4 10.9.1.2 http://192.0.2.1/
answered 4 fd09:1::2 'http://[2001:db8::1]/'
dmesg | grep -E 'IN-|FWD-|limit' | sed 's/^\[[^]]*\] //' | sort | uniq -c | head -200
echo "log: ok"

# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the nftlb in Swift authors

# A client, a balancer and a backend that serves HTTP on port 8080, over both families: for the scripts beside it.

for name in client balancer one; do ip netns add "$name"; done
# shellcheck disable=SC1091
. ./network.sh
connect client 1
connect one 11
ip -n client address add 10.9.1.3/24 dev eth0
ip -n client address add fd09:1::3/64 dev eth0 nodad
ip netns exec balancer sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
mkdir -p /tmp/www && echo served > /tmp/www/index.html
ip netns exec one python3 -m http.server --bind :: --directory /tmp/www 8080 > /dev/null 2>&1 &
until ip netns exec one ss -ltn | grep -q :8080; do sleep 0.2; done

serve() { # serve CONFIGURATION
    state=$(mktemp -d)
    ip netns exec balancer ./nftlbd --once --nft-helper ./nftlb-nft --state-directory "$state" --configuration "$1"
}

answered() { # answered COUNT SOURCE URL: how many of so many requests get an answer
    local count=0
    for _ in $(seq "$1"); do
        if ip netns exec client curl -sg -m 2 --interface "$2" "$3" | grep -q served; then count=$((count + 1)); fi
    done
    echo "$count"
}

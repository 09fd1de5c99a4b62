#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the nftlb in Swift authors

# What a real systemd makes of the exporter: a passed socket, a user of its own without any right, a daemon that comes and
# goes. Runs as root in the throw-away machine that Packaging/scripts/systemd.sh starts.
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
# shellcheck source=Tests/Support/Systemd/checks.sh
source ./checks.sh
install_tree

exporter=nftlb-exporter.service
scrape() { curl -gs -m 10 http://127.0.0.1:9195/metrics; }
series() { scrape | sed -n "s/^$1 //p"; }
process() { property $exporter MainPID; }
capabilities() { sed -n 's/^Cap\(Inh\|Prm\|Eff\|Bnd\|Amb\):\t//p' "/proc/$(process)/status" | sort -u; }
is_up() { [ "$(series nftlb_up)" = "$1" ]; }

check "the units are correct" systemd-analyze verify --man=no nftlb-exporter.service nftlb-exporter.socket
check "exposure is at most 0.5" systemd-analyze security --no-pager --threshold=5 nftlb-exporter.service
check "the sockets start" systemctl start nftlbd.socket nftlb-exporter.socket
check "the exporter waits for its first client" same inactive "$(property $exporter ActiveState)"
check "the first scrape starts exporter and daemon" until_true 10 is_up 1
check "the exporter is up" running $exporter
check "as its own user" same nftlb-exporter "$(ps -o user:32= -p "$(process)" | tr -d ' ')"
check "in no other group" same nftlb-exporter "$(ps -o group:32= -p "$(process)" | tr -d ' ')"
check "without any capability" same 0000000000000000 "$(capabilities)"
check "in a network of its own, without an address" same "" \
    "$(nsenter -t "$(process)" -n ip -o addr show scope global)"
check "a configuration is applied" nftlbctl config apply -f /tmp/configuration.json
# Degraded, unless the machine forwards IPv6.
check "its farms are told" same 1 "$(scrape | grep -cE '^nftlb_farm_state\{farm="web6",state="(up|degraded)"\} 1$')"
check "one request was accepted" same 1 "$(series nftlb_apply_total)"
check "OpenMetrics ends as it must" same "# EOF" \
    "$(curl -s -H 'Accept: application/openmetrics-text' http://127.0.0.1:9195/metrics | tail -n 1)"
check "the memory told is the daemon's" test "$(series nftlb_resident_memory_bytes)" -gt 1000000

systemctl stop nftlbd.socket nftlbd-readonly.socket nftlbd.service
check "without a daemon: nftlb_up 0" is_up 0
check "and no farms" test -z "$(scrape | grep '{farm=')"
check "the exporter did not end for it" same 0 "$(property $exporter NRestarts)"
check "the daemon comes back" systemctl start nftlbd.socket
check "and is asked" until_true 10 is_up 1

# The socket outlives the exporter: a scrape that comes while there is none waits in it.
pid=$(process)
kill -9 "$pid"
check "an exporter that is killed keeps nobody waiting for long" is_up 1
check "that was another one" restarted $exporter "$pid"
systemctl stop $exporter
check "it ends with success" same success "$(property $exporter Result)"
check "the next scrape starts it again" is_up 1

conclude $exporter nftlb-exporter.socket nftlbd.service

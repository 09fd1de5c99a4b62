#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the nftlb in Swift authors

# What a real systemd makes of the bridge: a passed socket, a user of its own, keys from the credential store, restarts of
# both programs. Runs as root in the throw-away machine that Packaging/scripts/systemd.sh starts.
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
# shellcheck source=Tests/Support/Systemd/checks.sh
source ./checks.sh
install_tree

bridge=nftlb-http.service
ask() { # ask KEY METHOD PATH [BODY]: the body that is answered, then the status
    local body=()
    [ $# -lt 4 ] || body=(-d "$4")
    curl -s -m 10 -w '%{http_code}' -H "Key: $1" -X "$2" "${body[@]}" "http://127.0.0.1:5555/$3"
}
process() { property $bridge MainPID; }
of_process() { ps -o "$1=" -p "$(process)" | tr -d ' '; }
capabilities() { sed -n 's/^Cap\(Inh\|Prm\|Eff\|Bnd\|Amb\):\t//p' "/proc/$(process)/status" | sort -u; }
success='{"response": "success"}200'

check "the units are correct" systemd-analyze verify --man=no nftlb-http.service nftlb-http.socket
check "exposure is at most 0.5" systemd-analyze security --no-pager --threshold=5 nftlb-http.service
check "the sockets start" systemctl start nftlbd.socket nftlb-http.socket
check "the bridge waits for its first client" same inactive "$(property $bridge ActiveState)"

check "without a key nobody is served" same 000 "$(ask HoLa GET farms)"
check "the bridge said why" grep -q 'no key: give --key-file' <<<"$(journalctl -u $bridge -o cat)"
check "wrong usage is not tried again" same 0 "$(property $bridge NRestarts)"
systemctl stop nftlb-http.socket $bridge >/dev/null 2>&1
systemctl reset-failed nftlb-http.socket $bridge >/dev/null 2>&1

install -d -m 700 /etc/credstore
printf 'HoLa\nwatch reader\n' >/etc/credstore/nftlb-http.key
chmod 600 /etc/credstore/nftlb-http.key
check "the socket starts again" systemctl start nftlb-http.socket
check "the first request starts bridge and daemon" same "$(printf '{\n        "farms": []\n}200')" "$(ask HoLa GET farms)"
check "the bridge is up" running $bridge
check "as its own user" same nftlb-http "$(of_process user)"
check "in the daemon's group" same nftlb "$(of_process group)"
check "without any capability" same 0000000000000000 "$(capabilities)"
check "in a network of its own, without an address" same "" \
    "$(nsenter -t "$(process)" -n ip -o addr show scope global)"
check "with room for 10,000 clients" same 20000 \
    "$(sed -n 's/^Max open files *\([0-9]*\) .*/\1/p' "/proc/$(process)/limits")"
check "the key is in no environment" test -z "$(tr '\0' '\n' <"/proc/$(process)/environ" | grep HoLa)"

farm='{"farms": [{"name": "web", "virtual-addr": "192.0.2.10", "virtual-ports": "80", "backends": [{"name": "a",
    "ip-addr": "10.0.0.1", "state": "up"}]}]}'
check "a farm is made" same "$success" "$(ask HoLa POST farms "$farm")"
check "the kernel has it" grep -q 192.0.2.10 <<<"$(nft list table ip nftlb)"
check "so has the daemon" nftlbctl farm get web
check "a wrong key is refused" same 401 "$(ask hola GET farms)"
check "a reader reads" grep -q '"name": "web"' <<<"$(ask watch GET farms/web)"
check "and changes nothing" grep -q '403$' <<<"$(ask watch DELETE farms/web)"
check "health needs no key" same "ready" "$(curl -s -m 10 http://127.0.0.1:5555/healthz)"
check "no key is in the journal" test -z "$(journalctl -o cat | grep -E 'HoLa|watch reader')"

# A daemon that restarts: who asks meanwhile waits, and none is told anything wrong.
( for _ in $(seq 40); do ask HoLa GET farms/web; echo; done >/tmp/during ) &
asking=$!
for _ in 1 2 3; do systemctl restart nftlbd.service; done
wait $asking
check "requests during restarts of the daemon are answered" same 40 "$(grep -c '}200$' /tmp/during)"
pid=$(property nftlbd.service MainPID)
kill -9 "$pid"
check "so is one right after it was killed" grep -q '}200$' <<<"$(ask HoLa GET farms/web)"
check "which was another daemon" restarted nftlbd.service "$pid"
check "the bridge did not end for it" same 0 "$(property $bridge NRestarts)"
systemctl stop nftlbd.socket nftlbd-readonly.socket nftlbd.service
# Started and ended more often than anybody does.
systemctl reset-failed nftlbd.service
check "without a daemon: 503" grep -q '503$' <<<"$(ask HoLa GET farms)"
check "and when to come back" grep -qi '^retry-after: 1' \
    <<<"$(curl -s -m 10 -D - -o /dev/null -H 'Key: HoLa' http://127.0.0.1:5555/farms)"
check "the daemon comes back" systemctl start nftlbd.socket
check "and is asked" grep -q '"name": "web"' <<<"$(ask HoLa GET farms/web)"

# The socket outlives the bridge: a request that comes while there is none waits in it.
pid=$(process)
kill -9 "$pid"
check "a bridge that is killed keeps no client waiting for long" grep -q '}200$' <<<"$(ask HoLa GET farms/web)"
check "that was another bridge" restarted $bridge "$pid"
systemctl stop $bridge
check "it ends with success" same success "$(property $bridge Result)"
check "the next request starts it again" grep -q '}200$' <<<"$(ask HoLa GET farms/web)"
check "PUT, GET and DELETE as before" same "$success" "$(ask HoLa DELETE farms/web)"
check "the farm is gone" same 4 "$(status_of nftlbctl farm get web)"

# A key of the environment, as the C program takes it.
rm /etc/credstore/nftlb-http.key
systemctl set-environment NFTLB_SERVER_KEY=fromEnvironment
mkdir -p /run/systemd/system/$bridge.d
printf '[Service]\nPassEnvironment=NFTLB_SERVER_KEY\n' >/run/systemd/system/$bridge.d/key.conf
systemctl daemon-reload
systemctl restart $bridge
check "NFTLB_SERVER_KEY" grep -q '}200$' <<<"$(ask fromEnvironment GET farms)"
check "is in no line of the journal" test -z "$(journalctl -u $bridge -o cat | grep fromEnvironment)"

conclude nftlb-http.service nftlb-http.socket nftlbd.service

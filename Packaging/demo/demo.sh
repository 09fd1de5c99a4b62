#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the nftlb in Swift authors

# The demonstration: a client, a balancer and three web servers, each in a network namespace of its own.
#
#   demo.sh [--keep] PROGRAMS       PROGRAMS: the folder with nftlbd, nftlbctl and nftlb-nft
#
#                                                    +-- a  10.0.1.2  fd00:0:0:1::2   nginx :8080
#    client ------------- balancer ------------------+-- b  10.0.2.2  fd00:0:0:2::2   nginx :8080
#    198.51.100.2         192.0.2.10    :80 web      +-- c  10.0.3.2  fd00:0:0:3::2   nginx :8080
#    2001:db8:1::2        2001:db8::10  :80 web6
#
# Status 0 only if everything was as it should be. Nothing outside the namespaces and one temporary folder is touched,
# and both are gone at the end, however it ends.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

keep=
if [ "${1:-}" = --keep ]; then
    keep=1
    shift
fi
programs=$(realpath "${1:?usage: demo.sh [--keep] PROGRAMS}")
[ "$(id -u)" -eq 0 ] || {
    echo "demo.sh: run as root: it makes network namespaces" >&2
    exit 1
}

client=nftlb-$$-client
balancer=nftlb-$$-balancer
backends=(a b c)
directory=$(mktemp -d /tmp/nftlb-demo.XXXXXX)
pids=()
downloads=()

say() { printf '\n== %s\n' "$*"; }
fail() {
    printf '\nFAILED: %s\n' "$*" >&2
    exit 1
}
# Not for what runs in the background: $! would be a shell in between.
inside() { ip netns exec "$@"; }
ctl() { "$programs/nftlbctl" --socket "$directory/nftlb.sock" "$@"; }
# A change, and the revision that it became.
change() {
    local answer
    answer=$(ctl "$@")
    printf '   nftlbctl %s  (%s)\n' "$*" "$answer"
}

# The stop script is what cleans up, also with --keep, when this shell is long gone.
write_stop() {
    {
        printf '#!/bin/sh\n# Ends the demonstration %s.\n' "$$"
        # A process may have been started with SIGTERM blocked, by whoever started us.
        [ ${#pids[@]} -eq 0 ] ||
            printf 'kill %s 2>/dev/null\nsleep 0.3\nkill -9 %s 2>/dev/null\n' "${pids[*]}" "${pids[*]}"
        for name in "$client" "$balancer" "${backends[@]/#/nftlb-$$-}"; do
            printf 'ip netns delete %s 2>/dev/null\n' "$name"
        done
        printf 'rm -rf %s\n' "$directory"
    } >"$directory/stop"
}
# shellcheck disable=SC2317   # called by the trap
finish() {
    status=$?
    trap - EXIT
    if [ "$status" -ne 0 ]; then
        keep=
        for log in nftlbd load; do
            [ ! -s "$directory/$log.log" ] || { echo "-- $log.log" && tail -n 30 "$directory/$log.log"; } >&2
        done
    fi
    if [ -z "$keep" ]; then
        write_stop
        sh "$directory/stop" || true
        for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
    fi
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# ---- the network -----------------------------------------------------------------------------------------------------

namespace() {
    ip netns add "$1"
    ip -n "$1" link set lo up
}
# link NAMESPACE DEVICE PREFIX4 PREFIX6: a wire between the balancer (.1, ::1) and a namespace (.2, ::2)
link() {
    ip -n "$balancer" link add name "$2" type veth peer name eth0 netns "$1"
    ip -n "$balancer" address add "$3.1/24" dev "$2"
    ip -n "$balancer" address add "$4::1/64" dev "$2" nodad
    ip -n "$balancer" link set dev "$2" up
    ip -n "$1" address add "$3.2/24" dev eth0
    ip -n "$1" address add "$4::2/64" dev eth0 nodad
    ip -n "$1" link set dev eth0 up
    ip -n "$1" route add default via "$3.1"
    ip -n "$1" -6 route add default via "$4::1"
}

say "Five network namespaces: a client, the balancer, three backends"
namespace "$balancer"
# A router is what the operator makes the machine; nftlbd changes no sysctl.
inside "$balancer" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward; echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'
namespace "$client"
link "$client" client 198.51.100 2001:db8:1
inside "$client" sh -c 'echo "1024 65535" >/proc/sys/net/ipv4/ip_local_port_range'
number=0
head -c 2000000 /dev/zero >"$directory/large"
for name in "${backends[@]}"; do
    number=$((number + 1))
    namespace "nftlb-$$-$name"
    link "nftlb-$$-$name" "$name" "10.0.$number" "fd00:0:0:$number"
    cat >"$directory/$name.conf" <<NGINX
daemon off;
master_process off;
pid $directory/$name.pid;
error_log $directory/$name.log;
events { worker_connections 1024; }
http {
    access_log $directory/$name.access;
    client_body_temp_path $directory/$name.tmp;
    proxy_temp_path $directory/$name.tmp;
    fastcgi_temp_path $directory/$name.tmp;
    uwsgi_temp_path $directory/$name.tmp;
    scgi_temp_path $directory/$name.tmp;
    default_type text/plain;
    server {
        listen 8080 backlog=1024;
        listen [::]:8080 backlog=1024;
        location / { return 200 "$name\n"; }
        location = /large { root $directory; }
    }
}
NGINX
    ip netns exec "nftlb-$$-$name" nginx -c "$directory/$name.conf" 2>"$directory/$name.log" &
    pids+=($!)
done
for name in "${backends[@]}"; do
    for _ in $(seq 50); do
        inside "nftlb-$$-$name" curl -s -o "$directory/hello" http://127.0.0.1:8080/ && break
        sleep 0.1
    done
    [ "$(cat "$directory/hello")" = "$name" ] || fail "the web server $name does not answer"
done

# ---- the daemon and its configuration --------------------------------------------------------------------------------

say "nftlbd in the balancer's namespace, then: nftlbctl config apply -f Packaging/demo/configuration.json"
ip netns exec "$balancer" "$programs/nftlbd" --socket "$directory/nftlb.sock" --read-only-socket "$directory/nftlb-ro.sock" \
    --state-directory "$directory/state" >"$directory/nftlbd.log" 2>&1 &
daemon=$!
pids+=("$daemon")
for _ in $(seq 100); do
    ctl status >"$directory/hello" 2>&1 && break
    kill -0 "$daemon" 2>/dev/null || fail "nftlbd ended"
    sleep 0.1
done
ctl status >/dev/null || fail "nftlbd does not answer"
ctl config apply -f "$here/configuration.json" | sed "s/^/   /"

# spread URL COUNT EXPECTED_A EXPECTED_B EXPECTED_C: a new connection each; a tenth of the share more or less is allowed
spread() {
    local url=$1 count=$2 name expected got sum=0
    shift 2
    inside "$client" curl -s --max-time 20 -H 'Connection: close' "$url/?[1-$count]" >"$directory/answers" ||
        fail "a request to $url failed"
    for name in "${backends[@]}"; do
        expected=$1
        shift
        got=$(grep -cx "$name" "$directory/answers" || true)
        sum=$((sum + got))
        printf '   %-2s %4s  %s\n' "$name" "$got" "$(printf '%*s' "$((got / 2))" '' | tr ' ' '#')"
        if [ $((got * 10)) -lt $((expected * 9 - 10)) ] || [ $((got * 10)) -gt $((expected * 11 + 10)) ]; then
            fail "$name got $got of $count requests, about $expected were expected"
        fi
    done
    [ "$sum" -eq "$count" ] || fail "$sum of $count requests were answered"
}

say "120 requests to http://192.0.2.10/ (weights 3, 2, 1)"
spread http://192.0.2.10 120 60 40 20
say "120 requests to http://[2001:db8::10]/ (in turn)"
spread 'http://[2001:db8::10]' 120 40 40 40

# ---- changes under load ----------------------------------------------------------------------------------------------

served() { grep -c "GET / " "$directory/$1.access" || true; }

say "Under load, every request a new connection: b goes down and comes up, then the weights change"
# A download that b has begun goes on while b is down: established connections are never touched.
for _ in $(seq 12); do
    ip netns exec "$client" curl -s --limit-rate 400k --max-time 30 -o /dev/null -w '%{size_download}\n' \
        http://192.0.2.10/large >>"$directory/downloads" &
    downloads+=($!)
done
ip netns exec "$client" wrk -t1 -c8 -d7s -H 'Connection: close' http://192.0.2.10/ >"$directory/load.log" 2>&1 &
load=$!
pids+=("$load" "${downloads[@]}")
sleep 1.5
change backend set web b state=down
sleep 0.3
before=$(served b)
sleep 1.5
got=$(($(served b) - before))
printf '   b is down: %s new requests reached it\n' "$got"
change backend set web b state=up
sleep 0.3
before=$(served b)
sleep 1
back=$(($(served b) - before))
printf '   b is up again: %s requests in a second\n' "$back"
change backend set web c weight=7
sleep 0.5
change backend set web c weight=1
wait "$load" || fail "wrk ended with an error"
complete=1
for pid in "${downloads[@]}"; do wait "$pid" || complete=; done

requests=$(sed -n 's/^ *\([0-9]*\) requests in .*/\1/p' "$directory/load.log")
[ "${requests:-0}" -gt 500 ] || fail "only ${requests:-0} requests were made"
! grep -E 'Socket errors|Non-2xx' "$directory/load.log" || fail "requests failed"
[ "$got" -eq 0 ] || fail "$got requests reached b while it was down"
[ "$back" -gt 0 ] || fail "no request reached b after it came back"
[ "$complete$(grep -cx 2000000 "$directory/downloads")" = 112 ] || fail "a download broke off"
printf '   %s requests, 0 failed; 12 downloads that had begun before: all complete\n' "$requests"

# ---- weights, status -------------------------------------------------------------------------------------------------

say "Another weight, then 120 requests (weights 3, 2, 5)"
change backend set web c weight=5
spread http://192.0.2.10 120 36 24 60

say "nftlbctl status"
ctl status
kill -0 "$daemon" || fail "nftlbd ended"

if [ -n "$keep" ]; then
    write_stop
    cat <<HINTS

It goes on running. To look around:
   export NFTLB_SOCKET=$directory/nftlb.sock
   $programs/nftlbctl status
   $programs/nftlbctl backend set web a state=down
   ip netns exec $client curl http://192.0.2.10/
   ip netns exec $client curl 'http://[2001:db8::10]/'
   ip netns exec $balancer nft list ruleset
   ip netns exec $balancer conntrack -L
   less $directory/nftlbd.log
To end it:
   sh $directory/stop
HINTS
else
    say "All as it should be"
fi

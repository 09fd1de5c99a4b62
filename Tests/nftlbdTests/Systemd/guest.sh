#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the nftlb in Swift authors

# What a real systemd makes of the units. Runs as root in the throw-away machine that Packaging/scripts/systemd.sh starts,
# beside the tree to install (root/) and a configuration.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
# Rules may stay in kernel and table; nothing here reaches out.
export SYSTEMD_PAGER='' LC_ALL=C

failed=0 passed=0
check() { # check WHAT COMMAND...: the command must succeed
    local what=$1
    shift
    if "$@" >/tmp/output 2>&1; then
        passed=$((passed + 1))
        echo "ok    $what"
    else
        failed=$((failed + 1))
        echo "FAIL  $what (status $?): $*"
        sed 's/^/      /' /tmp/output
    fi
}
same() { [ "$1" = "$2" ] || { printf 'expected %s\n     got %s\n' "$1" "$2"; return 1; }; }
status_of() { "$@" >/tmp/last 2>&1; echo $?; }
property() { systemctl show --value --property "$2" "$1"; }
as_nobody() { setpriv --reuid=nobody --regid=nogroup --clear-groups "$@"; }
as_member() { setpriv --reuid=nobody --regid=nogroup --groups nftlb "$@"; }
rules() { nft list ruleset | sed -E 's/ packets [0-9]+ bytes [0-9]+//; s/ # handle [0-9]+//'; }
until_true() { # until_true SECONDS COMMAND...
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ $SECONDS -lt $end ] || return 1
        sleep 0.1
    done
}
running() { [ "$(property nftlbd.service ActiveState)" = active ]; }
restarted() { running && [ "$(property nftlbd.service MainPID)" != "$1" ]; }

systemctl is-system-running --wait >/dev/null 2>&1
cp -a root/. /
install -m 644 configuration.json /tmp/configuration.json
check "sysusers makes user and group" systemd-sysusers
check "the user exists" getent passwd nftlb
systemctl daemon-reload
check "the units are correct" systemd-analyze verify --man=no nftlbd.service nftlbd.socket nftlbd-readonly.socket
check "exposure is at most 2.0" systemd-analyze security --no-pager --threshold=20 nftlbd.service

check "the socket starts" systemctl start nftlbd.socket
check "the full socket is for root and the group" same "660 root nftlb" "$(stat -c '%a %U %G' /run/nftlb/nftlb.sock)"
check "starting it starts the read-only one" same 666 "$(stat -c %a /run/nftlb/nftlb-ro.sock)"
check "the service waits for the first client" same inactive "$(property nftlbd.service ActiveState)"

check "the first call starts the service" nftlbctl call service.info
check "it said READY" running
check "it runs as its own user" same nftlb "$(ps -o user= -p "$(property nftlbd.service MainPID)")"
check "its status has counts" grep -q '[0-9]' <<<"$(property nftlbd.service StatusText)"

check "a configuration is applied" nftlbctl config apply -f /tmp/configuration.json
check "the kernel has the rules" nft list table ip nftlb
before=$(rules)
check "root reads" nftlbctl status
check "anybody reads on the read-only socket" as_nobody nftlbctl --socket /run/nftlb/nftlb-ro.sock status
check "nobody changes through it" same 6 \
    "$(status_of as_nobody nftlbctl --socket /run/nftlb/nftlb-ro.sock config apply -f /tmp/configuration.json)"
check "not even root" same 6 \
    "$(status_of nftlbctl --socket /run/nftlb/nftlb-ro.sock config apply -f /tmp/configuration.json)"
check "nobody opens the full socket" same 6 "$(status_of as_nobody nftlbctl status)"
check "a member of the group changes through it" as_member nftlbctl config apply -f /tmp/configuration.json
check "nothing of it was a change" same "$before" "$(rules)"

pid=$(property nftlbd.service MainPID)
kill -9 "$pid"
check "the rules stay when it is killed" same "$before" "$(rules)"
check "it comes back" until_true 10 restarted "$pid"
check "once" same 1 "$(property nftlbd.service NRestarts)"
check "with the same rules" same "$before" "$(rules)"
check "and the same farms" grep -q '"web6"' <<<"$(nftlbctl call configuration.get)"

check "the service stops" systemctl stop nftlbd.service
check "with success" same success "$(property nftlbd.service Result)"
check "the rules stay" same "$before" "$(rules)"
check "a client starts it again" nftlbctl farm get web
check "with the same rules again" same "$before" "$(rules)"

check "everything stops" systemctl stop nftlbd.socket nftlbd-readonly.socket nftlbd.service
check "the sockets are gone" test ! -e /run/nftlb/nftlb.sock -a ! -e /run/nftlb/nftlb-ro.sock
check "no daemon: status 3" same 3 "$(status_of nftlbctl status)"
check "the service started first brings its sockets" systemctl start nftlbd.service
check "the full socket is active" systemctl --quiet is-active nftlbd.socket
check "the read-only socket is active" systemctl --quiet is-active nftlbd-readonly.socket
check "and it answers" nftlbctl status
check "the rules never changed" same "$before" "$(rules)"
check "a change is in the journal" grep -q 'configuration.apply\|revision' <<<"$(journalctl -u nftlbd.service -o cat)"

echo "$passed passed, $failed failed"
if [ $failed -gt 0 ]; then
    journalctl --no-pager -n 40 -u nftlbd.service -u nftlbd.socket -u nftlbd-readonly.socket
    exit 1
fi

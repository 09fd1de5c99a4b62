#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the nftlb in Swift authors

# What a real systemd makes of the units. Runs as root in the throw-away machine that Packaging/scripts/systemd.sh starts,
# beside the tree to install (root/) and a configuration.
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
# shellcheck source=Tests/Support/Systemd/checks.sh
source ./checks.sh
install_tree

check "the units are correct" systemd-analyze verify --man=no nftlbd.service nftlbd.socket nftlbd-readonly.socket
check "exposure is at most 1.5" systemd-analyze security --no-pager --threshold=15 nftlbd.service

check "the socket starts" systemctl start nftlbd.socket
check "the full socket is for root and the group" same "660 root nftlb" "$(stat -c '%a %U %G' /run/nftlb/nftlb.sock)"
check "starting it starts the read-only one" same 666 "$(stat -c %a /run/nftlb/nftlb-ro.sock)"
check "the service waits for the first client" same inactive "$(property nftlbd.service ActiveState)"

check "the first call starts the service" nftlbctl call service.info
check "it said READY" running nftlbd.service
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
check "it comes back" until_true 10 restarted nftlbd.service "$pid"
check "once" same 1 "$(property nftlbd.service NRestarts)"
check "with the same rules" same "$before" "$(rules)"
check "and the same farms" grep -q '"web6"' <<<"$(nftlbctl call configuration.get)"

pid=$(property nftlbd.service MainPID)
kill -STOP "$pid"
check "the rules stay when it hangs" same "$before" "$(rules)"
check "the watchdog notices and starts it again" until_true 40 restarted nftlbd.service "$pid"
check "... because of the watchdog" grep -qi watchdog <<<"$(journalctl -u nftlbd.service _PID=1)"
check "with the same rules" same "$before" "$(rules)"
check "and it answers" nftlbctl status

echo "NFTLBD_OPTIONS=--role operator=user:nobody" >/etc/default/nftlbd
mkdir -p /etc/systemd/system/nftlbd.socket.d
printf '[Socket]\nSocketMode=0666\n' >/etc/systemd/system/nftlbd.socket.d/mode.conf
systemctl daemon-reload
check "sockets and service start with it" systemctl restart nftlbd.socket nftlbd.service
check "an operator may set a weight" as_nobody nftlbctl backend set web c weight=1
check "and no more" same 6 "$(status_of as_nobody nftlbctl farm delete web)"
rm /etc/default/nftlbd /etc/systemd/system/nftlbd.socket.d/mode.conf
systemctl daemon-reload
check "without it all is as before" systemctl restart nftlbd.socket nftlbd.service
check "nobody opens the full socket" same 6 "$(status_of as_nobody nftlbctl status)"
check "the rules never changed" same "$before" "$(rules)"

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
audited() { journalctl -u nftlbd.service NFTLB_OP=configuration.apply "$@" -o cat | wc -l; }
member=$(id -u nobody)
check "the change of root has one line" same 1 "$(audited NFTLB_PEER_UID=0 NFTLB_SOCKET=rpc NFTLB_RESULT=accepted)"
check "so have what the member applied, and the operator" same 2 "$(audited NFTLB_PEER_UID="$member" NFTLB_SOCKET=rpc NFTLB_RESULT=accepted)"
check "and what the read-only socket refused, of nobody" same 1 \
    "$(audited NFTLB_PEER_UID="$member" NFTLB_SOCKET=rpc-readonly NFTLB_RESULT=not-permitted)"
check "and of root" same 1 "$(audited NFTLB_PEER_UID=0 NFTLB_SOCKET=rpc-readonly NFTLB_RESULT=not-permitted)"
check "the catalog is compiled" journalctl --update-catalog
check "every line of ours has a kind" same 0 "$(journalctl -u nftlbd.service _COMM=nftlbd -o json --output-fields=MESSAGE_ID |
    grep -vc '"MESSAGE_ID"')"
check "journalctl -x explains a change" grep -q 'Subject: A change was accepted' <<<"$(journalctl -x -u nftlbd.service)"
check "... with its fields" grep -q 'made by the user 0 ' <<<"$(journalctl -x -u nftlbd.service)"

conclude nftlbd.service nftlbd.socket nftlbd-readonly.socket

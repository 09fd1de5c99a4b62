#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the nftlb in Swift authors

# What a Debian makes of the package: installed, upgraded and downgraded under load, removed, purged. Runs as root in a
# throw-away machine, beside two packages of one tree, old.deb and new.deb.
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
# shellcheck source=Tests/Support/Systemd/checks.sh
source ./checks.sh
export DEBIAN_FRONTEND=noninteractive

tables() { nft list tables | grep -c ' nftlb$'; }

check "it installs" dpkg -i old.deb
for unit in nftlbd.service nftlbd.socket nftlbd-readonly.socket; do
    check "$unit is started" same active "$(property $unit ActiveState)"
    check "$unit is enabled" systemctl is-enabled $unit
done
for unit in nftlb-http.socket nftlb-exporter.socket; do
    check "$unit waits for the administrator" same "inactive disabled" \
        "$(property $unit ActiveState) $(systemctl is-enabled $unit)"
done
check "the units are correct" systemd-analyze verify --man=no nftlbd.service nftlbd.socket nftlbd-readonly.socket \
    nftlb-http.service nftlb-http.socket nftlb-exporter.service nftlb-exporter.socket
check "exposure of the daemon is at most 1.5" systemd-analyze security --no-pager --threshold=15 nftlbd.service
check "exposure of the bridge is at most 0.5" systemd-analyze security --no-pager --threshold=5 nftlb-http.service
check "exposure of the exporter is at most 0.5" systemd-analyze security --no-pager --threshold=5 nftlb-exporter.service
for page in nftlbctl.1 nftlb.json.5 nftlb-rpc.7 nftlbd.8 nftlb-http.8 nftlb-exporter.8; do
    check "there is a page $page" test -s "/usr/share/man/man${page##*.}/$page.gz"
done
check "bash completes" bash -n /usr/share/bash-completion/completions/nftlbctl

check "the exporter serves when it is started" systemctl start nftlb-exporter.socket
check "... what Prometheus reads" bash -c 'curl -sS http://127.0.0.1:9195/metrics | grep -qx "nftlb_up 1"'
check "the bridge serves when it is started" bash -c 'mkdir -p /etc/nftlb && echo secret >/etc/nftlb/http.key &&
    chmod 600 /etc/nftlb/http.key && systemctl start nftlb-http.socket'

# A server, a farm that local clients reach, and clients that never pause.
python3 - <<'PYTHON' &
import socketserver
class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(64):
            self.request.sendall(data)
socketserver.ThreadingTCPServer.allow_reuse_address = True
socketserver.ThreadingTCPServer.request_queue_size = 1024
socketserver.ThreadingTCPServer(("127.0.0.1", 8080), Handler).serve_forever()
PYTHON
server=$!
cat >/tmp/farm.json <<'JSON'
{"farms": [{"name": "web", "intra-connect": true, "addresses": [{"name": "v", "ip-addr": "192.0.2.1", "ports": [80]}],
  "backends": [{"name": "a", "ip-addr": "127.0.0.1", "port": 8080}]}]}
JSON
ip address add 192.0.2.1/32 dev lo
check "a farm is declared" nftlbctl config apply -f /tmp/farm.json
cat >/tmp/load.py <<'PYTHON'
import signal, socket, sys, time
going, made, failures = True, 0, []
def stop(*_):
    global going
    going = False
signal.signal(signal.SIGTERM, stop)
def ask(connection):
    connection.sendall(b"x")
    if connection.recv(1) != b"x":
        raise OSError("closed")
held = [socket.create_connection(("192.0.2.1", 80), 5) for _ in range(100)]
while going:
    try:
        with socket.create_connection(("192.0.2.1", 80), 5) as connection:
            ask(connection)
        ask(held[made % 100])
    except OSError as error:
        failures.append(str(error))
    made += 1
    time.sleep(0.001)
print(made, "connections,", len(failures), "failures", failures[:3])
sys.exit(bool(failures) or made < 500)
PYTHON
cat >/tmp/callers.sh <<'SH'
# Callers of the socket wait while the daemon is away; none is refused.
trap 'going=' TERM
going=yes calls=0 refused=0
while [ -n "$going" ]; do
    nftlbctl status -o name >/dev/null 2>/tmp/refusal || { refused=$((refused + 1)); cat /tmp/refusal; }
    calls=$((calls + 1))
done
echo "$calls calls, $refused refused"
[ $refused = 0 ] && [ $calls -gt 10 ]
SH
under_load() { # under_load WHAT COMMAND...
    local what=$1 load callers
    shift
    python3 /tmp/load.py >/tmp/load 2>&1 &
    load=$!
    bash /tmp/callers.sh >/tmp/calls 2>&1 &
    callers=$!
    sleep 2
    check "$what" "$@"
    sleep 2
    kill $load $callers
    check "... no connection was lost" wait $load
    cat /tmp/load
    check "... no caller was refused" wait $callers
    cat /tmp/calls
}
before=$(property nftlbd.service MainPID)
under_load "an upgrade" dpkg -i new.deb
check "... runs the new daemon" fails same "$before" "$(property nftlbd.service MainPID)"
check "... keeps what was declared" same web "$(nftlbctl farm list -o name)"
check "... starts nothing that was not started" same inactive "$(property nftlb-http.service ActiveState)"
under_load "a downgrade" dpkg -i old.deb
check "... keeps what was declared" same web "$(nftlbctl farm list -o name)"

check "it is removed" dpkg -r nftlbd
check "... and its tables with it" same 0 "$(tables)"
check "... not what was declared" test -s /var/lib/nftlb/nftlb.db
check "it comes back with that" dpkg -i new.deb
check "... as it was" until_true 10 nftlbctl farm get web
check "it is purged" dpkg -P nftlbd
check "... and its state with it" fails test -e /var/lib/nftlb
check "... and its sockets" fails test -e /run/nftlb
check "no unit of it is left" same 0 "$(systemctl list-units --all 'nftlb*' --no-legend | wc -l)"
check "nothing has failed" same 0 "$(systemctl --failed --no-legend | wc -l)"
kill $server
conclude nftlbd.service

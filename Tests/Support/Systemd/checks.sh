#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the nftlb in Swift authors

# What the checks in a throw-away machine share: it is laid beside each guest.sh, which reads it with `source`.
set -uo pipefail
# Rules may stay in kernel and table; nothing here reaches out.
export SYSTEMD_PAGER='' LC_ALL=C

failed=0 passed=0
check() { # check WHAT COMMAND...: the command must succeed
    local what=$1
    shift
    local status=0
    "$@" >/tmp/output 2>&1 || status=$?
    if [ $status = 0 ]; then
        passed=$((passed + 1))
        echo "ok    $what"
    else
        failed=$((failed + 1))
        echo "FAIL  $what (status $status): $*"
        sed 's/^/      /' /tmp/output
    fi
}
same() { [ "$1" = "$2" ] || { printf 'expected %s\n     got %s\n' "$1" "$2"; return 1; }; }
fails() { ! "$@"; }
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
running() { [ "$(property "$1" ActiveState)" = active ]; }
restarted() { running "$1" && [ "$(property "$1" MainPID)" != "$2" ]; } # restarted UNIT FORMER-PROCESS

conclude() { # conclude UNIT...: the end; what the journal has of the units when something failed
    echo "$passed passed, $failed failed"
    if [ $failed -gt 0 ]; then
        local units=()
        for unit in "$@"; do units+=(-u "$unit"); done
        journalctl --no-pager -n 40 "${units[@]}"
        exit 1
    fi
}

systemctl is-system-running --wait >/dev/null 2>&1

install_tree() { # what Packaging/scripts/systemd.sh laid out, and its users
    cp -a root/. /
    install -m 644 configuration.json /tmp/configuration.json
    check "sysusers makes user and group" systemd-sysusers
    check "the user exists" getent passwd nftlb
    systemctl daemon-reload
}

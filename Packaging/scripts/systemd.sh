#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the nftlb in Swift authors

# Installs the programs and the units into a throw-away Debian and lets its systemd run them:
# systemd.sh [--build | PROGRAMS].
#
# NFTLB_TESTVM names the runner of such a machine (see design.md 8); unset, nothing is checked and the status is 77.
# PROGRAMS is a folder with nftlbd, nftlbctl and nftlb-nft that carry the Swift run time in themselves; without it they
# are built into .build/systemd; --build does only that, so that a test need not build beside others.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

if [ -z "${NFTLB_TESTVM:-}" ]; then
    echo "systemd.sh: skipped: NFTLB_TESTVM is unset" >&2
    exit 77
fi

programs=${1:-}
if [ -z "$programs" ] || [ "$programs" = --build ]; then
    programs=.build/systemd/debug
    for product in nftlbd nftlb-nft nftlbctl; do
        swift build --static-swift-stdlib --scratch-path .build/systemd --product "$product" >&2
    done
    [ "${1:-}" != --build ] || exit 0
fi

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
install -D -s -m 755 "$programs/nftlbd" "$stage/root/usr/sbin/nftlbd"
install -D -s -m 755 "$programs/nftlbctl" "$stage/root/usr/bin/nftlbctl"
install -D -s -m 755 "$programs/nftlb-nft" "$stage/root/usr/libexec/nftlb/nftlb-nft"
for unit in Packaging/systemd/*.{service,socket}; do
    install -D -m 644 "$unit" "$stage/root/usr/lib/systemd/system/$(basename "$unit")"
done
install -D -m 644 Packaging/sysusers.d/nftlb.conf "$stage/root/usr/lib/sysusers.d/nftlb.conf"
install -m 644 Packaging/demo/configuration.json "$stage/configuration.json"
install -m 755 Tests/nftlbdTests/Systemd/guest.sh "$stage/guest.sh"

"$NFTLB_TESTVM" --ct --timeout 300 --in "$stage" "bash $(basename "$stage")/guest.sh"

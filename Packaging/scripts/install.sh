#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the nftlb in Swift authors

# Builds the release and installs programs, units, users, manual pages and completions. DESTDIR (default: none) is put before
# every path, PREFIX (default: /usr/local) is where the programs will lie when they run.
set -eu
cd "$(dirname "$0")/../.."

: "${PREFIX:=/usr/local}" "${DESTDIR:=}"

Packaging/scripts/build.sh release
built=$(swift build -c release --show-bin-path)
Packaging/scripts/lay-out.sh "$built" "$DESTDIR" "$PREFIX" "$PREFIX/lib/systemd/system" strip

if [ -z "$DESTDIR" ] && [ -d /run/systemd/system ]; then
    echo "now: systemd-sysusers && journalctl --update-catalog && systemctl daemon-reload && systemctl enable --now nftlbd.socket nftlbd-readonly.socket nftlbd.service"
    echo "the HTTP bridge needs a key first: nftlb-http(8)"
fi

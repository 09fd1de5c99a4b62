#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the nftlb in Swift authors

# Builds the release and installs programs, units and users. DESTDIR (default: none) is put before every path,
# PREFIX (default: /usr/local) is where the programs will lie when they run.
set -eu
cd "$(dirname "$0")/../.."

: "${PREFIX:=/usr/local}" "${DESTDIR:=}"
root=$DESTDIR$PREFIX

Packaging/scripts/build.sh release
built=$(swift build -c release --show-bin-path)

for program in $(Packaging/scripts/programs.sh); do
    case $program in
    nftlbd) folder=sbin ;;
    nftlb-nft) folder=libexec/nftlb ;;
    *) folder=bin ;;
    esac
    install -D -s -m 755 "$built/$program" "$root/$folder/$program"
done

# The units in the tree say /usr; what is installed says where the programs are.
for unit in Packaging/systemd/*.service Packaging/systemd/*.socket; do
    [ -e "$unit" ] || continue
    install -d "$root/lib/systemd/system"
    sed -E "s#/usr/(s?bin|libexec)/#$PREFIX/\1/#g" "$unit" >"$root/lib/systemd/system/$(basename "$unit")"
    chmod 644 "$root/lib/systemd/system/$(basename "$unit")"
done
for users in Packaging/sysusers.d/*.conf; do
    [ ! -e "$users" ] || install -D -m 644 "$users" "$root/lib/sysusers.d/$(basename "$users")"
done

if [ -z "$DESTDIR" ] && [ -d /run/systemd/system ]; then
    echo "now: systemd-sysusers && systemctl daemon-reload && systemctl enable --now nftlbd.socket nftlbd-readonly.socket nftlbd.service"
fi

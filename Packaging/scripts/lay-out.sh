#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the nftlb in Swift authors

# Lays everything out where it will lie: lay-out.sh PROGRAMS DESTDIR PREFIX UNITS [strip].
#
# PROGRAMS is the folder of a release build, DESTDIR is put before every path, PREFIX is where the programs will lie when
# they run, UNITS the folder of systemd's units. `strip` leaves the symbols out; a package puts them into one of their own.
set -eu
cd "$(dirname "$0")/../.."

built=$1
prefix=$3
root=$2$prefix
units=$2$4
strip=${5:+-s}

for program in $(Packaging/scripts/programs.sh); do
    case $program in
    nftlbd) folder=sbin ;;
    nftlb-nft) folder=libexec/nftlb ;;
    *) folder=bin ;;
    esac
    # shellcheck disable=SC2086   # an option, or nothing
    install -D $strip -m 755 "$built/$program" "$root/$folder/$program"
done

# The units in the tree say /usr; what is installed says where the programs are.
install -d "$units"
for unit in Packaging/systemd/*.service Packaging/systemd/*.socket; do
    sed -E "s#/usr/(s?bin|libexec)/#$prefix/\1/#g" "$unit" >"$units/$(basename "$unit")"
    chmod 644 "$units/$(basename "$unit")"
done
install -D -m 644 Packaging/systemd/nftlb.catalog "$root/lib/systemd/catalog/nftlb.catalog"
install -D -m 644 Packaging/sysusers.d/nftlb.conf "$root/lib/sysusers.d/nftlb.conf"

for file in Packaging/prometheus/*; do
    [ -e "$file" ] || continue
    install -D -m 644 "$file" "$root/share/nftlb/prometheus/$(basename "$file")"
done
install -D -m 644 Packaging/demo/configuration.json "$root/share/doc/nftlbd/examples/configuration.json"

# Pages: some are written, some are made from what the programs declare.
for page in Packaging/man/*.[1-8]; do
    install -D -m 644 "$page" "$root/share/man/man${page##*.}/$(basename "$page")"
done
made() { # made FILE COMMAND...: what the command prints
    file=$root/share/$1
    shift
    install -d "$(dirname "$file")"
    "$@" >"$file"
    chmod 644 "$file"
}
made man/man1/nftlbctl.1 "$built/nftlbctl" manual nftlbctl
made man/man5/nftlb.json.5 "$built/nftlbctl" manual nftlb.json
made man/man7/nftlb-rpc.7 "$built/nftlbctl" manual nftlb-rpc
# bash reads it, nobody runs it: without the first line that names a shell.
bash_completion() { "$built/nftlbctl" completion bash | sed '1{/^#!/d}'; }
made bash-completion/completions/nftlbctl bash_completion
made zsh/vendor-completions/_nftlbctl "$built/nftlbctl" completion zsh
made fish/vendor_completions.d/nftlbctl.fish "$built/nftlbctl" completion fish

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the nftlb in Swift authors

# Installs the programs and the units into a throw-away Debian and lets its systemd run them:
# systemd.sh [PROGRAMS].
#
# NFTLB_TESTVM names the runner of such a machine (see design.md 8); unset, nothing is checked and the status is 77.
# PROGRAMS is a folder with the programs, which carry the Swift run time in themselves; without it they are those of the
# Debian package (deb.sh), which is built if it is not there. Every Tests/*/Systemd/guest.sh is run in a machine of its own.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

if [ -z "${NFTLB_TESTVM:-}" ]; then
    echo "systemd.sh: skipped: NFTLB_TESTVM is unset" >&2
    exit 77
fi

programs=${1:-.build-deb/build/release}
[ -n "${1:-}" ] || [ -x "$programs/nftlbd" ] || Packaging/scripts/deb.sh --pair >&2

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
Packaging/scripts/lay-out.sh "$programs" "$stage/root" /usr /usr/lib/systemd/system strip
install -m 644 Packaging/demo/configuration.json "$stage/configuration.json"
install -m 644 Tests/Support/Systemd/checks.sh "$stage/checks.sh"

status=0
for guest in Tests/*/Systemd/guest.sh; do
    install -m 755 "$guest" "$stage/guest.sh"
    echo "$guest"
    "$NFTLB_TESTVM" --ct --timeout 300 --in "$stage" "bash $(basename "$stage")/guest.sh" || status=$?
done
exit "$status"

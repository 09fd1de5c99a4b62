#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the nftlb in Swift authors

# Everything that is checked: packages, format, scripts, build, tests. As root (private network namespaces).
#
# A test that cannot run here is skipped, printed and counted. With CI=true a skip is an error, unless its reason is one
# that this machine cannot help (NFTLB_TESTVM unset, a kernel without the feature); NFTLB_REQUIRE=testvm makes the first
# of these an error as well, NFTLB_REQUIRE=all every one.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

if [ "$(id -u)" -ne 0 ]; then
    echo "test.sh: run as root: the tests make network namespaces of their own" >&2
    exit 1
fi

Packaging/scripts/packages.sh build run test
Packaging/scripts/lint.sh
swift build --build-tests
# Before the tests, not beside them: some measure.
[ -z "${NFTLB_TESTVM:-}" ] || Packaging/scripts/systemd.sh --build

status=0
swift test --skip-build "$@" 2>&1 | awk -v ci="${CI:-}" -v require="${NFTLB_REQUIRE:-}" -f Packaging/scripts/skipped.awk ||
    status=$?
exit "$status"

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

Packaging/scripts/packages.sh build run test ${NFTLB_TESTVM:+deb}
Packaging/scripts/lint.sh
swift build --build-tests
# Before the tests, not beside them: some measure. Whole modules are optimised on one processor, so the package is built
# beside what is fuzzed.
if [ -n "${NFTLB_TESTVM:-}" ]; then
    Packaging/scripts/deb.sh --pair > .build/deb.log 2>&1 &
    package=$!
fi
# Inputs of nobody, with the address sanitizer: `make fuzz` has hours.
fuzzed=0
if [ -n "${CI:-}" ]; then FUZZ_BRIDGE=no Packaging/scripts/fuzz.sh "${FUZZ_SECONDS:-20}" || fuzzed=$?; fi
if [ -n "${package:-}" ]; then
    wait "$package" || { cat .build/deb.log; exit 1; }
    tail -n 3 .build/deb.log
    lintian --fail-on error,warning dist/*.changes
fi
[ "$fuzzed" -eq 0 ] || exit "$fuzzed"

# Servers on executors first, by themselves: beside tests that block their threads they would wait for minutes.
status=0
failures=.build/failures.log
: > "$failures"
for part in "--filter nftlbHTTPTests|nftlbExporterTests" "--skip nftlbHTTPTests|nftlbExporterTests"; do
    # shellcheck disable=SC2086   # two words
    swift test --skip-build $part "$@" 2>&1 |
        awk -v ci="${CI:-}" -v require="${NFTLB_REQUIRE:-}" -v failures="/dev/stderr" -f Packaging/scripts/skipped.awk \
            2>> "$failures" || status=$?
done
if [ -s "$failures" ]; then
    echo "what failed:"
    cut -c 1-600 "$failures" | head -n 100
fi
exit "$status"

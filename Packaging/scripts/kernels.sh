#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the nftlb in Swift authors

# The kernel tests on Debian's own kernels, in virtual machines that NFTLB_TESTVM runs: kernels.sh [FILTER [SUITE]...].
# FILTER is the expression of `swift test --filter` (default: all kernel tests), a SUITE one of bookworm (Linux 6.1,
# nftables 1.0.6) and trixie (6.12, 1.1.3); default: both. The tests must be built. Their program is handed in as it is, with
# the libraries that it needs and Debian does not have.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

filter=${1:-KernelTests}
shift $(($# < 1 ? $# : 1))
suites=("$@")
[ $# -gt 0 ] || suites=(bookworm trixie)
if [ -z "${NFTLB_TESTVM:-}" ]; then
    echo "kernels.sh: NFTLB_TESTVM is unset" >&2
    exit 1
fi

root=$PWD
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
guest=$folder/guest
mkdir -p "$guest/.build/debug" "$guest/lib"
tests=.build/debug/nftlbPackageTests.xctest
# The symbols are three quarters of it.
strip -g -o "$guest/$tests" "$tests"
cp .build/debug/nftlb{d,ctl,-http,-exporter,-nft} "$guest/.build/debug/"
cp -r Tests "$guest/"
runtime=$(dirname "$(realpath "$(command -v swift)")")/../lib/swift
while read -r library; do
    if [ "${library#"$(realpath "$runtime")"}" != "$library" ]; then cp -L "$library" "$guest/lib/"; fi
done < <(ldd "$tests" | awk '$3 ~ /^\// { print $3 }' | xargs realpath -s)

for suite in "${suites[@]}"; do
    # The tests read files by the path that they were built at.
    TESTVM_SUITE=$suite TESTVM_MEM=3000 "$NFTLB_TESTVM" --vm --timeout 3000 --in "$guest" "
        set -eu
        echo \"Linux \$(uname -r), \$(nft --version)\"
        mkdir -p '$(dirname "$root")'
        ln -s /in/guest '$root'
        cd '$root'
        export LD_LIBRARY_PATH=\$PWD/lib
        $tests --testing-library swift-testing --filter '$filter'
    " > "$folder/$suite.log" 2>&1 && status=0 || status=$?
    grep -E '^Linux|✘|↳|skipped|Test run with' "$folder/$suite.log" || true
    if [ "$status" -ne 0 ]; then
        tail -n 20 "$folder/$suite.log"
        echo "kernels.sh: $suite failed" >&2
        exit 1
    fi
    echo "kernels: $suite ok"
done

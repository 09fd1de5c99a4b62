#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the nftlb in Swift authors

# Builds the programs: build.sh [debug|release]. The release carries the Swift run time in itself.
set -eu
cd "$(dirname "$0")/../.."

configuration=${1:-debug}
Packaging/scripts/packages.sh build

case $configuration in
debug) swift build ;;
release)
    # Product by product: what only tests and benchmarks need is not built.
    for product in $(Packaging/scripts/programs.sh); do
        swift build -c release --static-swift-stdlib --product "$product"
    done
    ;;
*)
    echo "build.sh: debug or release, not '$configuration'" >&2
    exit 2
    ;;
esac

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the nftlb in Swift authors

# Builds the benchmarks and the programs they measure, and prints the ratios. As root.
set -eu
cd "$(dirname "$0")/../.."

Packaging/scripts/packages.sh build run
Packaging/scripts/build.sh release
swift build -c release --static-swift-stdlib --product Benchmarks
exec "$(swift build -c release --show-bin-path)/Benchmarks" "$@"

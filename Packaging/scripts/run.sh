#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the nftlb in Swift authors

# Builds the programs and runs the demonstration: run.sh [--keep]. As root.
set -eu
cd "$(dirname "$0")/../.."

Packaging/scripts/packages.sh build run
for program in $(Packaging/scripts/programs.sh); do
    swift build --product "$program"
done
exec Packaging/demo/demo.sh "$@" "$(swift build --show-bin-path)"

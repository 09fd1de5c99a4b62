#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the nftlb in Swift authors

# Prints the names of the programs that this version has, one per line.
set -eu
cd "$(dirname "$0")/../.."

for folder in Sources/nftlbd Sources/nftlb-nft Clients/nftlb*/; do
    [ ! -d "$folder" ] || basename "$folder"
done

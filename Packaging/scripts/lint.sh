#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the nftlb in Swift authors

# Format of every Swift file, shellcheck of every script.
# `swift format -i -r Package.swift Protocol Sources Clients Tests` mends the first.
set -euo pipefail
shopt -s nullglob
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

swift=(Package.swift Protocol/ Sources/ Clients/ Tests/)
present=()
for path in "${swift[@]}"; do
    [ ! -e "$path" ] || present+=("$path")
done
swift format lint --strict --parallel --recursive "${present[@]}"

scripts=()
while IFS= read -r -d '' file; do
    if IFS= read -r first <"$file" && [[ $first =~ ^#!.*[/\ ](ba|da)?sh( |$) ]]; then scripts+=("$file"); fi
done 2>/dev/null < <(find .ci Packaging Tests -type f -print0)
shellcheck "${scripts[@]}"

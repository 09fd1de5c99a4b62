#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the nftlb in Swift authors

# Mixed farms under load while everything about them changes: soak.sh SECONDS [SEED]. As root (private network namespaces).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

Packaging/scripts/packages.sh build run test
export SOAK_SECONDS=$1
[ -z "${2:-}" ] || export SOAK_SEED=$2
swift test --filter SoakTests

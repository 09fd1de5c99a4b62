#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the nftlb in Swift authors

# kill -9 under changes, again and again on one state: crash.sh KILLS [SEED]. As root (private network namespaces).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

Packaging/scripts/packages.sh build run test
export CRASH_KILLS=$1
[ -z "${2:-}" ] || export CRASH_SEED=$2
swift test --filter 'EndToEndTests\.KillTests'

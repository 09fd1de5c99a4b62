// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

#pragma once

#include <stddef.h>
#include <stdint.h>

/*
 * Runs libFuzzer's loop with its own arguments; it hands inputs to `each`, which answers 0.
 * -1: this program was built without libFuzzer (Packaging/scripts/fuzz.sh builds one with it).
 */
int fuzz_driver_run(int argc, char **argv, int (*each)(const uint8_t *bytes, size_t count));

// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

#include "fuzz_driver.h"

/* libclang_rt.fuzzer_no_main of the toolchain, when it is linked in. */
extern int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*each)(const uint8_t *bytes, size_t count))
    __attribute__((weak));

int fuzz_driver_run(int argc, char **argv, int (*each)(const uint8_t *bytes, size_t count))
{
	return LLVMFuzzerRunDriver ? LLVMFuzzerRunDriver(&argc, &argv, each) : -1;
}

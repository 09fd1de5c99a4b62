// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

#include "linux_memory.h"

#include <malloc.h>

void linux_give_memory_back(void)
{
    malloc_trim(0);
}

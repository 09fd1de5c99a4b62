// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

// Memory of the process. Here because Swift's Glibc module does not have <malloc.h>.

#pragma once

/// Gives free memory back to the system, as far as whole pages are free: malloc_trim(3).
void linux_give_memory_back(void);

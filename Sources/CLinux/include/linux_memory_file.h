// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

// Files that live in memory only. Here because memfd_create(2) and the seals of fcntl(2) are behind _GNU_SOURCE.

#pragma once
#include <stddef.h>

/// A sealed memory file (no write, no resize) with these bytes, close-on-exec, positioned at its start.
/// Answers the descriptor or -errno.
int linux_memory_file(const char *name, const void *bytes, size_t count);

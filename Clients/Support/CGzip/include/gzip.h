// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

#ifndef NFTLB_GZIP_H
#define NFTLB_GZIP_H

#include <stddef.h>
#include <stdint.h>

/* The most bytes that gzip_compress may need for this many. */
size_t gzip_bound(size_t length);

/* Compresses everything into one gzip member (RFC 1952) at a level from 1 to 9. Returns its length, 0 when memory or
   room is short. */
size_t gzip_compress(const uint8_t *input, size_t length, uint8_t *output, size_t room, int level);

#endif

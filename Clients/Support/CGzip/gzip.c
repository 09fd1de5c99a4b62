// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

#include "gzip.h"

#include <limits.h>
#include <zlib.h>

/* deflateBound without a stream knows the worst case of any settings; 18 bytes more for gzip's head and tail. */
size_t gzip_bound(size_t length)
{
    return deflateBound(NULL, length) + 18;
}

size_t gzip_compress(const uint8_t *input, size_t length, uint8_t *output, size_t room, int level)
{
    z_stream stream = {0};
    size_t written = 0;

    /* zlib counts what it is handed in unsigned int. */
    if (length > UINT_MAX || room > UINT_MAX)
        return 0;
    if (deflateInit2(&stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return 0;
    stream.next_in = (Bytef *)input;
    stream.avail_in = (uInt)length;
    stream.next_out = output;
    stream.avail_out = (uInt)room;
    if (deflate(&stream, Z_FINISH) == Z_STREAM_END)
        written = stream.total_out;
    deflateEnd(&stream);
    return written;
}

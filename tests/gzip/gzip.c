#include "tests/gzip/gzip.h"

#include "core/base/memory.h"

#include <stdlib.h>
#define ZLIB_CONST
#include <zlib.h>

void gzip_pack(struct text text, int level, struct buffer *out)
{
    z_stream z = { 0 };
    if (deflateInit2(&z, level, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        abort();
    size_t bound = deflateBound(&z, (uLong)text.len);
    unsigned char *room = memory_new(1, bound);
    z.next_in = (const unsigned char *)text.data;
    z.avail_in = (unsigned)text.len;
    z.next_out = room;
    z.avail_out = (unsigned)bound;
    if (deflate(&z, Z_FINISH) != Z_STREAM_END)
        abort();
    buffer_append(out, room, bound - z.avail_out);
    deflateEnd(&z);
    free(room);
}

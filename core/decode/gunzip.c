#include "core/decode/gunzip.h"

#include "core/base/memory.h"

#include <limits.h>
#include <stdlib.h>
#define ZLIB_CONST /* input is not written to */
#include <zlib.h>

enum {
    PIECE = 64 * 1024,
    GZIP_ONLY = 16 + MAX_WBITS, /* inflateInit2(): gzip's header and trailer, no zlib's */
};

enum gunzip_state {
    GUNZIP_START,  /* no byte of the next member was seen; `members` tells whether there was one */
    GUNZIP_MEMBER, /* in the middle of one */
    GUNZIP_FAILED,
};

struct gunzip {
    struct gunzip_options o;
    enum gunzip_state state;
    uint64_t members, bytes;
    z_stream z;
    unsigned char piece[PIECE];
};

struct gunzip *gunzip_new(const struct gunzip_options *options)
{
    struct gunzip *g = memory_new(1, sizeof *g);
    g->o = *options;
    if (g->o.max_bytes == 0)
        g->o.max_bytes = GUNZIP_MAX;
    if (inflateInit2(&g->z, GZIP_ONLY) != Z_OK)
        abort(); /* out of memory: nothing else is left that it can mean */
    return g;
}

void gunzip_free(struct gunzip *g)
{
    if (g == NULL)
        return;
    inflateEnd(&g->z);
    free(g);
}

void gunzip_reset(struct gunzip *g)
{
    inflateReset(&g->z);
    g->z.avail_in = 0;
    g->state = GUNZIP_START;
    g->members = g->bytes = 0;
}

static bool fail(struct gunzip *g)
{
    g->state = GUNZIP_FAILED;
    return false;
}

/* Hands on what the last inflate() made. */
static bool hand_on(struct gunzip *g, struct error *err)
{
    size_t made = PIECE - g->z.avail_out;
    if (made > g->o.max_bytes - g->bytes)
        return error_set(err, ERROR_LIMIT, "gzip: more than %llu bytes come out of it",
                         (unsigned long long)g->o.max_bytes);
    g->bytes += made;
    return made == 0 || g->o.write(g->o.ctx, (const char *)g->piece, made, err);
}

static bool inflate_piece(struct gunzip *g, struct error *err)
{
    g->z.next_out = g->piece;
    g->z.avail_out = PIECE;
    int result = inflate(&g->z, Z_NO_FLUSH);
    if (result == Z_MEM_ERROR)
        abort();
    if (!hand_on(g, err))
        return false;
    if (result == Z_STREAM_END) {
        g->members++;
        g->state = GUNZIP_START;
        inflateReset(&g->z);
        return true;
    }
    /* Z_BUF_ERROR: all of the input is used, or no room was left; neither is a fault. */
    return result == Z_OK || result == Z_BUF_ERROR ||
           error_set(err, ERROR_DATA, "gzip: %s",
                     g->z.msg != NULL ? g->z.msg : "it cannot be read");
}

/* Between members: zeros fill up, anything else begins the next. */
static void pass_padding(struct gunzip *g)
{
    while (g->members > 0 && g->z.avail_in > 0 && *g->z.next_in == 0) {
        g->z.next_in++;
        g->z.avail_in--;
    }
    if (g->z.avail_in > 0)
        g->state = GUNZIP_MEMBER;
}

/* As long as there is input, or a full piece says that more waits in the window. */
static bool inflate_all(struct gunzip *g, struct error *err)
{
    do {
        if (g->state == GUNZIP_START)
            pass_padding(g);
        if (g->state == GUNZIP_START)
            return true;
        if (!inflate_piece(g, err))
            return fail(g);
    } while (g->z.avail_in > 0 || (g->state == GUNZIP_MEMBER && g->z.avail_out == 0));
    return true;
}

bool gunzip_write(struct gunzip *g, const char *data, size_t len, struct error *err)
{
    if (g->state == GUNZIP_FAILED)
        return error_set(err, ERROR_DATA, "gzip: nothing can follow after a fault");
    while (len > 0) {
        size_t now = len < UINT_MAX ? len : UINT_MAX;
        g->z.next_in = (const unsigned char *)data;
        g->z.avail_in = (unsigned)now;
        if (!inflate_all(g, err))
            return false;
        data += now;
        len -= now;
    }
    return true;
}

bool gunzip_finish(struct gunzip *g, struct error *err)
{
    if (g->state == GUNZIP_START && g->members > 0)
        return true;
    enum gunzip_state was = g->state;
    g->state = GUNZIP_FAILED;
    return error_set(err, ERROR_DATA,
                     was == GUNZIP_START ? "gzip: it is empty" : "gzip: it is cut off");
}

uint64_t gunzip_bytes(const struct gunzip *g)
{
    return g->bytes;
}

#ifndef CORE_DECODE_GUNZIP_H
#define CORE_DECODE_GUNZIP_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * gzip (RFC 1952) as it arrives, zlib underneath: compressed pieces of any size go in, plain pieces come out at
 * once. Several members one after the other are one text, as gzip reads them; zero bytes after the last are
 * padding. Memory is zlib's window and one piece (some 100 KB), whatever the input holds.
 *
 * A bomb is an output beyond `max_bytes`: deflate cannot blow up more than about 1,030 times, so that there is no
 * other measure to keep.
 */
struct gunzip_options {
    uint64_t max_bytes; /* of output, over all members; 0: GUNZIP_MAX */
    /* Takes a piece of output, valid during the call. False, with `err`, ends it. */
    bool (*write)(void *ctx, const char *data, size_t len, struct error *err);
    void *ctx;
};

#define GUNZIP_MAX ((uint64_t)4 * 1024 * 1024 * 1024)

struct gunzip;

struct gunzip *gunzip_new(const struct gunzip_options *options);
void gunzip_free(struct gunzip *g); /* NULL is fine */

/* Begins anew, with another input. */
void gunzip_reset(struct gunzip *g);

/* ERROR_DATA for what is not gzip or was changed on the way (its checksum), ERROR_LIMIT for a bomb, or write()'s.
 * What was written before an error stays written; nothing more is taken until gunzip_reset(). */
bool gunzip_write(struct gunzip *g, const char *data, size_t len, struct error *err);

/* The input has ended. ERROR_DATA where it ends in the middle, or holds nothing at all. */
bool gunzip_finish(struct gunzip *g, struct error *err);

/* Bytes written since the last beginning. */
uint64_t gunzip_bytes(const struct gunzip *g);

#endif

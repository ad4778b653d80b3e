#ifndef TESTS_GZIP_GZIP_H
#define TESTS_GZIP_GZIP_H

#include "core/base/buffer.h"

/* For tests, benches and the fake cloud: files of logs as clouds deliver them. */
enum { GZIP_STORED = 0, GZIP_USUAL = 6, GZIP_SMALL = 9 };

/* Appends the text as one gzip member. The same text and level give the same bytes. */
void gzip_pack(struct text text, int level, struct buffer *out);

#endif

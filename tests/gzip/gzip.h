#ifndef TESTS_FAKECLOUD_GZIP_H
#define TESTS_FAKECLOUD_GZIP_H

#include "core/base/buffer.h"

/* Appends the text, packed as a file of logs is. The same text gives the same bytes. */
void gzip_pack(struct text text, struct buffer *out);

#endif

#ifndef CORE_BASE_LITERAL_H
#define CORE_BASE_LITERAL_H

#include "core/base/buffer.h"

/* C string literals, for the programs that write tables at build time. */

/* With its quotes; NULL becomes NULL. */
void literal_append(struct buffer *out, const char *s);

/* What stands between the quotes: printable ASCII as it is, but for quotes, backslashes and question marks
 * (trigraphs); all else as octal escapes of three digits, so that no digit after can join. */
void literal_append_inside(struct buffer *out, const char *s);

#endif

#ifndef CORE_DECODE_LINES_H
#define CORE_DECODE_LINES_H

#include "core/base/text.h"

#include <stddef.h>
#include <stdint.h>

/*
 * A text as lines, as it arrives in pieces. A line ends with LF (a CR before it is not part of it), the last one
 * may do without. Lines that are whole within a piece are handed on as they lie there; only what goes over the end
 * of a piece is copied. A line of more than `max_line` bytes is counted and passed over.
 */
struct lines {
    void (*on_line)(void *ctx, struct text line); /* without its end; valid during the call; may be empty */
    void *ctx;
    size_t max_line;
    uint64_t too_long; /* lines that were passed over */
    /* ---- of lines.c ---- */
    char *begun; /* of a line whose end has not come */
    size_t begun_len;
    bool passing; /* what comes until the next LF belongs to a line that is too long */
};

void lines_init(struct lines *l, size_t max_line, void (*on_line)(void *ctx, struct text line), void *ctx);
void lines_release(struct lines *l);
void lines_reset(struct lines *l); /* forgets what is begun, and the count */

void lines_write(struct lines *l, const char *data, size_t len);
void lines_finish(struct lines *l); /* the text has ended: a line without LF is one */

#endif

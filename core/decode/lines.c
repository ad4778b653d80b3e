#include "core/decode/lines.h"

#include "core/base/memory.h"

#include <stdlib.h>
#include <string.h>

void lines_init(struct lines *l, size_t max_line, void (*on_line)(void *ctx, struct text line),
                void *ctx)
{
    *l = (struct lines){ .on_line = on_line, .ctx = ctx, .max_line = max_line };
    l->begun = memory_new(1, max_line);
}

void lines_release(struct lines *l)
{
    free(l->begun);
    l->begun = NULL;
}

void lines_reset(struct lines *l)
{
    l->begun_len = 0;
    l->too_long = 0;
    l->passing = false;
}

static void hand_on(struct lines *l, const char *data, size_t len)
{
    if (len > l->max_line) {
        l->too_long++;
        return;
    }
    if (len > 0 && data[len - 1] == '\r')
        len--;
    l->on_line(l->ctx, (struct text){ data, len });
}

/* Adds to the line that is begun. */
static void keep(struct lines *l, const char *data, size_t len)
{
    if (l->passing || len == 0)
        return;
    if (len > l->max_line - l->begun_len) {
        l->passing = true;
        l->too_long++;
        return;
    }
    memcpy(l->begun + l->begun_len, data, len);
    l->begun_len += len;
}

static void end_begun(struct lines *l)
{
    if (!l->passing)
        hand_on(l, l->begun, l->begun_len);
    l->passing = false;
    l->begun_len = 0;
}

void lines_write(struct lines *l, const char *data, size_t len)
{
    const char *end = data + len, *lf = NULL;
    if (l->begun_len > 0 || l->passing) {
        lf = memchr(data, '\n', len);
        keep(l, data, lf == NULL ? len : (size_t)(lf - data));
        if (lf == NULL)
            return;
        end_begun(l);
        data = lf + 1;
    }
    while (data < end && (lf = memchr(data, '\n', (size_t)(end - data))) != NULL) {
        hand_on(l, data, (size_t)(lf - data));
        data = lf + 1;
    }
    if (data < end)
        keep(l, data, (size_t)(end - data));
}

void lines_finish(struct lines *l)
{
    if (l->begun_len > 0 || l->passing)
        end_begun(l);
}

#include "checks/spans.h"

#include "core/base/memory.h"

#include <stdlib.h>

static void make_room(struct spans *s, size_t more)
{
    if (s->count + more <= s->room)
        return;
    s->room = 2 * (s->count + more);
    s->items = memory_resize(s->items, s->room, sizeof *s->items);
}

static void append(struct spans *s, struct cidr_span span)
{
    make_room(s, 1);
    s->items[s->count++] = span;
}

void spans_release(struct spans *s)
{
    free(s->items);
    *s = (struct spans){ NULL, 0, 0 };
}

void spans_add(struct spans *s, const struct cidr *range)
{
    struct cidr_span span;
    if (cidr_span(range, &span))
        append(s, span);
}

void spans_settle(struct spans *s)
{
    cidr_spans_unite(s->items, &s->count);
}

void spans_fill(struct spans *s, int family)
{
    spans_release(s);
    append(s, (struct cidr_span){ 0, family == 4 ? UINT32_MAX : UINT64_MAX });
}

/* Adds a span that begins no earlier than the last one does. */
static void append_joined(struct spans *out, const struct cidr_span *span)
{
    struct cidr_span *last = out->count == 0 ? NULL : &out->items[out->count - 1];
    if (last == NULL || (last->last != UINT64_MAX && span->first > last->last + 1))
        append(out, *span);
    else if (span->last > last->last)
        last->last = span->last;
}

void spans_join(struct spans *s, const struct spans *more)
{
    struct spans out = { NULL, 0, 0 };
    size_t i = 0, k = 0;
    if (more->count == 0)
        return;
    make_room(&out, s->count + more->count);
    while (i < s->count || k < more->count)
        if (k == more->count || (i < s->count && s->items[i].first <= more->items[k].first))
            append_joined(&out, &s->items[i++]);
        else
            append_joined(&out, &more->items[k++]);
    free(s->items);
    *s = out;
}

/* Appends what is left of `span`. `*at` is the first of `less` that may touch it; it moves along. */
static void append_rest(struct spans *out, struct cidr_span span, const struct spans *less,
                        size_t *at)
{
    while (*at < less->count && less->items[*at].last < span.first)
        (*at)++;
    for (size_t i = *at; i < less->count && less->items[i].first <= span.last; i++) {
        const struct cidr_span *cut = &less->items[i];
        if (cut->first > span.first)
            append(out, (struct cidr_span){ span.first, cut->first - 1 });
        if (cut->last >= span.last)
            return;
        span.first = cut->last + 1;
    }
    append(out, span);
}

struct spans spans_without(const struct spans *s, const struct spans *less)
{
    struct spans out = { NULL, 0, 0 };
    size_t at = 0;
    for (size_t i = 0; i < s->count; i++)
        append_rest(&out, s->items[i], less, &at);
    return out;
}

void spans_keep(struct spans *s, const struct spans *within)
{
    struct spans beyond = spans_without(s, within), kept = spans_without(s, &beyond);
    spans_release(&beyond);
    spans_release(s);
    *s = kept;
}

#ifndef TESTS_BENCH_PAGES_H
#define TESTS_BENCH_PAGES_H

#include "core/base/buffer.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Answers as AWS writes them, made up once and served over and over. A page is named "<kind>/<items>":
 * groups/0 is DescribeSecurityGroups with nothing in it, logs/1000 is DescribeLogGroups with a thousand.
 */
enum { PAGES_ITEMS_MAX = 10000, PAGES_BYTES_MAX = 64 * 1024 * 1024 };

struct page_kind {
    const char *name;    /* "groups" */
    const char *service; /* as in providers/aws/models */
    const char *operation;
    const char *items;     /* path of the items in the decoded answer */
    const char *arguments; /* JSON */
    const char *type;      /* Content-Type of the answer */
    bool is_xml;
    const char *before, *between, *after; /* the answer around its items */
    const char *item;                     /* with one hole, %06zx: its number */
};

/* NULL: there is no such kind. */
const struct page_kind *pages_kind(const char *name);

/* Splits "groups/50"; false when it names no page. */
bool pages_find(struct text name, const struct page_kind **out_kind, size_t *out_items);

/* The answer's body, appended to `out`, which must have room for it (PAGES_BYTES_MAX). */
void pages_write(const struct page_kind *kind, size_t items, struct buffer *out);

#endif

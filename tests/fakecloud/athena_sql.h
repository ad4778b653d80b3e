#ifndef TESTS_FAKECLOUD_ATHENA_SQL_H
#define TESTS_FAKECLOUD_ATHENA_SQL_H

#include "core/base/text.h"

#include <stdbool.h>

/*
 * The one form of query that the fake Athena takes, as a text with slots, {since}: athena/TABLE.sql. Newlines there stand for
 * nothing. Whatever else is asked is a syntax error.
 */
enum { ATHENA_SLOTS_MAX = 12 };

struct athena_slots {
    struct text names[ATHENA_SLOTS_MAX], values[ATHENA_SLOTS_MAX]; /* borrowed from form and query */
    int count;
};

/* False where the query is not of the form, or says one slot in two ways. */
bool athena_sql_match(const char *form, const char *query, struct athena_slots *out);

struct text athena_sql_slot(const struct athena_slots *s, const char *name); /* empty where there is none */

/* Whether a list ('a', 'b') has the word, in quotation marks. */
bool athena_sql_has(struct text list, struct text word);

#endif

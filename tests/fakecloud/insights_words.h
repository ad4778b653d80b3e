#ifndef TESTS_FAKECLOUD_INSIGHTS_WORDS_H
#define TESTS_FAKECLOUD_INSIGHTS_WORDS_H

#include <stdbool.h>

struct json_object;

/* The words of a query (insights.h), one after another. */
enum { INSIGHTS_NAME_MAX = 32 };

struct insights_words {
    const char *at;
    bool wrong; /* what came was not understood */
};

bool insights_words_take(struct insights_words *w, const char *word);
bool insights_words_name(struct insights_words *w, char out[INSIGHTS_NAME_MAX]); /* small letters */

/* Reads a condition to its end, and says whether it holds for a line's fields; NULL: for none. */
bool insights_words_condition(struct insights_words *w, struct json_object *fields);

#endif

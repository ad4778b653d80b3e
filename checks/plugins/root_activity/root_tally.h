#ifndef CHECKS_PLUGINS_ROOT_ACTIVITY_ROOT_TALLY_H
#define CHECKS_PLUGINS_ROOT_ACTIVITY_ROOT_TALLY_H

#include <stddef.h>

struct json_object;
struct map;

/* How often words came. Words that come when ROOT_TALLY_WORDS_MAX are there already are counted together. */
enum {
    ROOT_TALLY_WORDS_MAX = 500,
    ROOT_TALLY_WORD_MAX = 200, /* bytes of a word; longer ones are cut, and control bytes become '?' */
};

struct root_tally {
    struct map *counts;
    size_t more; /* of words that found no room */
};

void root_tally_init(struct root_tally *t);
void root_tally_release(struct root_tally *t);
void root_tally_add(struct root_tally *t, const char *word);

/* A new list: ["DescribeVolumes ×12", …], the most frequent first, `most` at most. *out_rest is how often
 * all others came. */
struct json_object *root_tally_list(const struct root_tally *t, size_t most, size_t *out_rest);

/* A new list of the words alone, sorted by their bytes, `most` at most: then the last is "…". */
struct json_object *root_tally_words(const struct root_tally *t, size_t most);

/* A word as it is kept; free(). */
char *root_tally_clean(const char *word, size_t most_bytes);

#endif

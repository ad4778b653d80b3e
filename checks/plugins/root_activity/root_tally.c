#include "checks/plugins/root_activity/root_tally.h"

#include "core/base/map.h"
#include "core/base/memory.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

void root_tally_init(struct root_tally *t)
{
    t->counts = map_new(free);
    t->more = 0;
}

void root_tally_release(struct root_tally *t)
{
    map_free(t->counts);
    t->counts = NULL;
}

char *root_tally_clean(const char *word, size_t most_bytes)
{
    size_t len = strlen(word);
    if (len > most_bytes) {
        len = most_bytes;
        while (len > 0 && ((unsigned char)word[len] & 0xc0) == 0x80) /* not within a character */
            len--;
    }
    char *clean = memory_string_n(word, len);
    for (char *c = clean; *c != '\0'; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = '?';
    return clean;
}

void root_tally_add(struct root_tally *t, const char *word)
{
    char *clean = root_tally_clean(word, ROOT_TALLY_WORD_MAX);
    size_t *count = map_get(t->counts, clean);
    if (count != NULL) {
        (*count)++;
    } else if (map_count(t->counts) == ROOT_TALLY_WORDS_MAX) {
        t->more++;
    } else {
        count = memory_new(1, sizeof *count);
        *count = 1;
        map_set(t->counts, clean, count);
    }
    free(clean);
}

struct word {
    const char *text;
    size_t count;
};

struct words {
    struct word items[ROOT_TALLY_WORDS_MAX];
    size_t count;
};

static bool take(void *ctx, const char *key, void *value)
{
    struct words *w = ctx;
    w->items[w->count++] = (struct word){ key, *(size_t *)value };
    return true;
}

static int by_word(const void *a, const void *b)
{
    return strcmp(((const struct word *)a)->text, ((const struct word *)b)->text);
}

static int by_count(const void *a, const void *b)
{
    const struct word *left = a, *right = b;
    return left->count != right->count ? (left->count < right->count ? 1 : -1) : by_word(a, b);
}

static struct words *sorted(const struct root_tally *t, int (*compare)(const void *, const void *))
{
    struct words *w = memory_new(1, sizeof *w);
    map_each(t->counts, take, w);
    qsort(w->items, w->count, sizeof *w->items, compare);
    return w;
}

struct json_object *root_tally_list(const struct root_tally *t, size_t most, size_t *out_rest)
{
    struct words *w = sorted(t, by_count);
    struct json_object *list = json_object_new_array();
    size_t rest = t->more;
    for (size_t i = 0; i < w->count; i++) {
        if (i >= most) {
            rest += w->items[i].count;
            continue;
        }
        char *line = memory_format("%s ×%zu", w->items[i].text, w->items[i].count);
        json_object_array_add(list, json_object_new_string(line));
        free(line);
    }
    free(w);
    *out_rest = rest;
    return list;
}

struct json_object *root_tally_words(const struct root_tally *t, size_t most)
{
    struct words *w = sorted(t, by_word);
    struct json_object *list = json_object_new_array();
    bool all = w->count <= most && t->more == 0;
    size_t shown = all ? w->count : w->count < most ? w->count : most - 1;
    for (size_t i = 0; i < shown; i++)
        json_object_array_add(list, json_object_new_string(w->items[i].text));
    if (!all)
        json_object_array_add(list, json_object_new_string("…"));
    free(w);
    return list;
}

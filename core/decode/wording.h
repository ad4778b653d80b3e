#ifndef CORE_DECODE_WORDING_H
#define CORE_DECODE_WORDING_H

#include "core/decode/template.h"

struct json_object;

/*
 * Words of people for words of programs: {VALUE: {LANGUAGE: TEXT…}…}, say {"no_route": {"en": "no route to an internet
 * gateway", "ja": …}}. Each text is a template (template.h); an empty one says nothing. VALUE is a string, a number or a
 * boolean as JSON writes it, or "*": that text is said once of any value as a whole that has none of its own, so of a list but
 * not of its elements, and of nothing that is empty. It is how a sentence has parts that are there only with what they tell of.
 */
enum { WORDING_DEPTH_MAX = 2 }; /* words within words: a text may name others, that name none themselves */

/* How a text of words is looked up while it is expanded: the same names as around it. */
struct wording {
    struct json_object *words; /* may be NULL */
    const char *language;      /* a member of each word; where it lacks that, "en" */
    template_lookup_fn look_up;
    void *ctx;
};

/* Appends what is said of a value: its text, of a list those of its elements joined by ", ". What has no text stands
 * for itself; NULL is nothing. A template that cannot be expanded is left out: false. */
bool wording_append(const struct wording *w, struct json_object *value, struct buffer *out);

#endif

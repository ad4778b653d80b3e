#ifndef CORE_DECODE_WORDING_H
#define CORE_DECODE_WORDING_H

#include "core/decode/template.h"

struct json_object;

/*
 * Words of people for words of programs: {VALUE: {LANGUAGE: TEXT…}…}, say {"no_route": {"en": "no route to an internet
 * gateway", "ja": …}}. Each text is a template (template.h).
 */

/* How a text of words is looked up while it is expanded: the same names as around it. */
struct wording {
    struct json_object *words; /* may be NULL */
    const char *language;      /* a member of each word; where it lacks that, "en" */
    template_lookup_fn look_up;
    void *ctx;
};

/* Appends what is said of a value: the text of a string, of a list those of its elements joined by ", ". What has no
 * text stands for itself; NULL is nothing. A template that cannot be expanded is left out: false. */
bool wording_append(const struct wording *w, struct json_object *value, struct buffer *out);

#endif

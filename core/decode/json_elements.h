#ifndef CORE_DECODE_JSON_ELEMENTS_H
#define CORE_DECODE_JSON_ELEMENTS_H

#include "core/base/error.h"
#include "core/base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A text {…, "NAME": [{…}, {…}…], …} as it arrives in pieces, element by element of that list, for texts that are too much
 * for a tree. It follows brackets and strings, and nothing else of JSON: whether an element is JSON, its parser says.
 * Elements that are whole within a piece are handed on as they lie there; only what goes over the end of a piece is
 * copied. One of more than `max` bytes is counted and passed over; no more than that is ever held.
 */
struct json_elements {
    const char *name; /* borrowed; at most JSON_ELEMENTS_NAME_MAX bytes, written without escapes */
    size_t max;
    /* Takes an element, an object as text, valid during the call. False, with `err`, ends it. */
    bool (*on_element)(void *ctx, struct text element, struct error *err);
    void *ctx;
    uint64_t too_long; /* elements that were passed over */
    /* ---- of json_elements.c ---- */
    enum json_elements_state {
        JSON_ELEMENTS_BEFORE,  /* the text's object */
        JSON_ELEMENTS_MEMBERS, /* within it, in nothing else */
        JSON_ELEMENTS_OTHER,   /* in what another member holds */
        JSON_ELEMENTS_LIST,    /* between elements */
        JSON_ELEMENTS_ELEMENT, /* in one */
        JSON_ELEMENTS_AFTER,   /* the text's object */
    } state;
    bool in_string, escaped; /* the next byte is */
    bool is_value, is_named; /* MEMBERS: after a colon; the member is NAME */
    bool found;              /* a list at NAME */
    bool passing;            /* the element is too long */
    int64_t depth;           /* of OTHER and ELEMENT, from their own bracket on */
    char key[33];
    size_t key_len;
    char *begun; /* of an element whose end has not come */
    size_t begun_len, capacity;
};
enum { JSON_ELEMENTS_NAME_MAX = 32 };

/* `e`: name, max, on_element and ctx filled, all else zero. */
void json_elements_init(struct json_elements *e);
void json_elements_release(struct json_elements *e);
void json_elements_reset(struct json_elements *e); /* another text; keeps its room */

/* ERROR_DATA for what cannot be such a text, or what on_element() says; then nothing more is to be written. */
bool json_elements_write(struct json_elements *e, const char *data, size_t len, struct error *err);

/* The text has ended. ERROR_DATA where it ends in the middle, or has no list at NAME. */
bool json_elements_finish(struct json_elements *e, struct error *err);

#endif

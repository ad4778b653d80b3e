#ifndef CORE_DECODE_JSON_SCAN_H
#define CORE_DECODE_JSON_SCAN_H

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/base/utf8.h"
#include "core/decode/number.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Looks over JSON text for what json-c 0.16 lets through even when told to be strict: NaN and Infinity,
 * "-01", "1." and "-.5", integers beyond 64 bits (it saturates them silently), names in single quotes,
 * control characters in strings, UTF-8 that is overlong or a surrogate, \u0000 in member names (it cuts
 * them there); and counts the depth, which json-c does not do exactly. It looks at words, not at
 * structure: that is json-c's part. Zeroed it is ready; takes pieces.
 */
#define JSON_SCAN_DEPTH_MAX 64 /* objects and arrays within each other */

enum json_scan_state {
    JSON_SCAN_BETWEEN, /* outside of strings and numbers */
    JSON_SCAN_NUMBER,
    JSON_SCAN_STRING,
    JSON_SCAN_ESCAPE, /* after a backslash in a string */
};

struct json_scan {
    enum json_scan_state state;
    struct utf8 utf8;
    int64_t bytes;  /* looked at so far */
    int depth;
    unsigned zeros; /* how much of "\u0000" was just seen: 0, or 1 for "\u" and one more for each 0 */
    bool nul;       /* the string at hand, or the one just ended, holds \u0000 */
    size_t number_len;
    char number[NUMBER_TEXT_MAX];
};

/* ERROR_DATA, or ERROR_LIMIT for the depth; the line begins "json byte N: " with N from 1. */
bool json_scan_add(struct json_scan *s, const char *data, size_t len, struct error *err);

/* After the last piece. */
bool json_scan_end(struct json_scan *s, struct error *err);

#endif

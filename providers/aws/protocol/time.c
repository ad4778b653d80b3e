#include "providers/aws/protocol/time.h"

#include "core/base/timestamp.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define US_PER_S INT64_C(1000000)
/* 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z */
#define FIRST_S INT64_C(-62135596800)
#define LAST_S INT64_C(253402300799)

/* Splits into whole seconds and the microseconds after them, also before 1970. */
static int64_t whole_s(int64_t us, int *out_us)
{
    int64_t s = us / US_PER_S, rest = us % US_PER_S;
    if (rest < 0) {
        s--;
        rest += US_PER_S;
    }
    *out_us = (int)rest;
    return s;
}

/* The digits after the first dot as microseconds; the base library reads milliseconds. */
static int fraction_us(struct text t)
{
    int us = 0, weight = 100000;
    for (size_t i = text_find(t, '.') + 1; i < t.len && t.data[i] >= '0' && t.data[i] <= '9'; i++) {
        us += (t.data[i] - '0') * weight;
        weight /= 10;
    }
    return us;
}

static bool from_seconds(double s, int64_t *out_us)
{
    if (!(s >= (double)FIRST_S && s <= (double)LAST_S))
        return false;
    double whole = floor(s);
    *out_us = (int64_t)whole * US_PER_S + (int64_t)lround((s - whole) * 1e6);
    return true;
}

static bool is_number(struct text t)
{
    return t.len > 0 && t.len < AWS_TIME_MAX && strspn(t.data, "0123456789+-.eE") >= t.len;
}

bool aws_time_read(struct text t, int64_t *out_us)
{
    char copy[AWS_TIME_MAX], *end;
    int64_t ms;
    t = text_trim(t);
    if (t.len == 0 || t.len >= sizeof copy)
        return false;
    memcpy(copy, t.data, t.len);
    copy[t.len] = '\0';
    t.data = copy;
    if (is_number(t)) {
        double s = strtod(copy, &end);
        if (*end == '\0')
            return from_seconds(s, out_us);
    }
    if (!timestamp_parse_iso(t, &ms) && !timestamp_parse_http(t, &ms))
        return false;
    int unused;
    *out_us = whole_s(ms * 1000, &unused) * US_PER_S + fraction_us(t);
    return true;
}

bool aws_time_read_json(struct json_object *value, int64_t *out_us)
{
    switch (json_object_get_type(value)) {
    case json_type_string:
        return aws_time_read((struct text){ json_object_get_string(value),
                                            (size_t)json_object_get_string_len(value) },
                             out_us);
    case json_type_int:
    case json_type_double:
        return from_seconds(json_object_get_double(value), out_us);
    default:
        return false;
    }
}

/* Cuts zeros at the end of a fraction. */
static void trim_zeros(char *s)
{
    size_t len = strlen(s);
    while (len > 0 && s[len - 1] == '0')
        s[--len] = '\0';
}

void aws_time_write(int64_t us, enum aws_time_format format, char out[AWS_TIME_MAX])
{
    int rest;
    int64_t s = whole_s(us, &rest);
    char text[TIMESTAMP_MAX];
    if (format == AWS_TIME_RFC822) {
        timestamp_http(s, text);
        snprintf(out, AWS_TIME_MAX, "%s", text);
    } else if (format == AWS_TIME_UNIX && rest == 0) {
        snprintf(out, AWS_TIME_MAX, "%" PRId64, s);
    } else if (format == AWS_TIME_UNIX) {
        int64_t away = us < 0 ? -us : us;
        snprintf(out, AWS_TIME_MAX, "%s%" PRId64 ".%06d", us < 0 ? "-" : "", away / US_PER_S,
                 (int)(away % US_PER_S));
        trim_zeros(out);
    } else {
        timestamp_iso(s, text);
        if (rest == 0)
            snprintf(out, AWS_TIME_MAX, "%s", text);
        else
            snprintf(out, AWS_TIME_MAX, "%.*s.%06dZ", (int)strlen(text) - 1, text, rest);
    }
}

void aws_time_show(int64_t us, char out[AWS_TIME_MAX])
{
    int rest;
    char text[TIMESTAMP_MAX];
    timestamp_iso(whole_s(us, &rest), text);
    if (rest == 0)
        snprintf(out, AWS_TIME_MAX, "%.*s+00:00", (int)strlen(text) - 1, text);
    else
        snprintf(out, AWS_TIME_MAX, "%.*s.%06d+00:00", (int)strlen(text) - 1, text, rest);
}

#ifndef CORE_BASE_LOG_H
#define CORE_BASE_LOG_H

#include "core/base/clock.h"

#include <stdbool.h>
#include <stdio.h>

/*
 * What the batch says while it works. Only scanner/ writes to it; everything below returns errors.
 * One line a message on `out`: plain text, or with `json` an object {"time","level","event",…}.
 */
enum log_level { LOG_INFO, LOG_WARNING, LOG_ERROR };

struct log {
    FILE *out;
    bool json;
    struct clock clock; /* for the JSON form's time */
};

struct json_object;

/* `event` is a stable word for machines ("account_done"); `fields` (borrowed, may be NULL) are members
 * of the JSON form only; the line is what people read. */
void log_say(const struct log *log, enum log_level level, const char *event,
             struct json_object *fields, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

#endif

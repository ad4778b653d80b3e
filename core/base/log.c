#include "core/base/log.h"

#include "core/base/timestamp.h"

#include <json-c/json.h>
#include <stdarg.h>

static const char *const level_names[] = { "info", "warning", "error" };

static void say_json(const struct log *log, enum log_level level, const char *event,
                     struct json_object *fields, const char *line)
{
    char time[TIMESTAMP_MAX];
    timestamp_iso_ms(clock_wall_ms(&log->clock), time);
    struct json_object *o = json_object_new_object();
    json_object_object_add(o, "time", json_object_new_string(time));
    json_object_object_add(o, "level", json_object_new_string(level_names[level]));
    json_object_object_add(o, "event", json_object_new_string(event));
    json_object_object_add(o, "message", json_object_new_string(line));
    if (fields != NULL) {
        json_object_object_foreach(fields, key, value)
            json_object_object_add(o, key, json_object_get(value));
    }
    fprintf(log->out, "%s\n", json_object_to_json_string_ext(
                                  o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
    json_object_put(o);
}

void log_say(const struct log *log, enum log_level level, const char *event,
             struct json_object *fields, const char *format, ...)
{
    char line[2048];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (log->json)
        say_json(log, level, event, fields, line);
    else
        fprintf(log->out, "%s%s\n", level == LOG_INFO ? "" : "yomawari: ", line);
    fflush(log->out);
}

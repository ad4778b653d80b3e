#include "tests/fakecloud/log_lines.h"

#include "core/base/memory.h"
#include "core/decode/json.h"
#include "tests/fakecloud/chance.h"
#include "tests/fakecloud/events.h"
#include "tests/fakecloud/flow_talks.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PIECES_A_NIGHT = 6,
    EVERY_S = 4 * 3600,
    FIRST_S = 5400, /* as in flow_bucket.c: half past, no flow crosses an hour */
    WINDOW_S = 30 * 3600,
    PATH_MAX_BYTES = 256,
    TEXT_MAX = 64 * 1024,
    MS_A_SECOND = 1000,
    OVERHEAD = 26, /* bytes that AWS counts beside each line */
};

typedef void (*piece_fn)(void *ctx, const struct flow_talks *t);

/* By what flows of the place are delivered to that group; NULL: none are. */
static const struct json_object *flow_log(const struct estate *e, struct place at,
                                          const char *group)
{
    return estate_item(e, at, "FlowLogs", "LogGroupName", group);
}

/* Of one half the same as the bucket's file, of the other what that does not have, nor any other group. */
static void each_piece(const struct estate *e, struct place at, const char *group, piece_fn each,
                       void *ctx)
{
    const struct json_object *log = flow_log(e, at, group);
    char path[PATH_MAX_BYTES];
    if (log == NULL || !events_lively(e, estate_number(e, at.account)))
        return;
    for (int night = 0; night <= e->night; night++)
        for (int i = 0; i < PIECES_A_NIGHT; i++) {
            snprintf(path, sizeof path, "%s/%s/flows/%d/%d%s", at.account, at.region, night, i,
                     i % 2 == 0 ? "" : group);
            const struct flow_talks t = {
                e, at, path, events_night_s(night) - EVENTS_DAY_S + FIRST_S + i * EVERY_S,
                strstr(json_string(log, "LogFormat"), "${flow-direction}") != NULL
            };
            each(ctx, &t);
        }
}

/* The start, by which AWS dates events of flow logs. */
static int64_t start_of(const char *line, bool own_fields)
{
    for (int field = 0; field < (own_fields ? 14 : 10); field++)
        line = strchr(line, ' ') + 1;
    return strtoll(line, NULL, 10);
}

static void add_event(struct json_object *events, const struct flow_talks *t, const char *line)
{
    char *path = memory_format("%s/%zu", t->path, json_object_array_length(events)),
         *id = chance_hex(t->e->o.seed, path, 16);
    int64_t ms = start_of(line, t->own_fields) * MS_A_SECOND;
    struct json_object *event = estate_json("{\"logStreamName\":\"flows\",\"eventId\":\"%s\"}", id);
    json_object_object_add(event, "timestamp", json_object_new_int64(ms));
    json_object_object_add(event, "ingestionTime", json_object_new_int64(ms + 60 * MS_A_SECOND));
    json_object_object_add(event, "message", json_object_new_string(line));
    json_object_array_add(events, event);
    free(id);
    free(path);
}

static void add_piece(void *ctx, const struct flow_talks *t)
{
    struct buffer text;
    buffer_init(&text, TEXT_MAX);
    flow_talks_write(t, &text);
    struct text rest = buffer_text(&text);
    (void)text_cut(&rest, '\n'); /* names of fields are in files alone */
    while (rest.data != NULL && rest.len > 0) {
        char *line = text_copy(text_cut(&rest, '\n'));
        add_event(ctx, t, line);
        free(line);
    }
    buffer_release(&text);
}

static int compare_events(const void *a, const void *b)
{
    const struct json_object *x = *(struct json_object *const *)a,
                             *y = *(struct json_object *const *)b;
    int64_t earlier = json_int(x, "timestamp", 0), later = json_int(y, "timestamp", 0);
    if (earlier != later)
        return earlier < later ? -1 : 1;
    return strcmp(json_string(x, "eventId"), json_string(y, "eventId"));
}

struct json_object *log_lines(const struct estate *e, struct place at, const char *group)
{
    if (estate_item(e, at, "logGroups", "logGroupName", group) == NULL)
        return NULL;
    struct json_object *events = json_object_new_array();
    each_piece(e, at, group, add_piece, events);
    json_object_array_sort(events, compare_events);
    return events;
}

static bool is_busy(struct place at)
{
    size_t region = 0;
    while (strcmp(estate_region(region), at.region) != 0)
        region++;
    return region % 2 == 1;
}

double log_lines_bytes(const struct estate *e, struct place at, const char *group, int64_t from,
                       int64_t to)
{
    struct json_object *events = log_lines(e, at, group);
    bool is_long = flow_log(e, at, group) != NULL && is_busy(at);
    double bytes = is_long ? LOG_LINES_BUSY * (double)(to - from) / WINDOW_S : 0;
    for (size_t i = 0; events != NULL && i < json_object_array_length(events); i++) {
        const struct json_object *event = json_object_array_get_idx(events, i);
        int64_t s = json_int(event, "timestamp", 0) / MS_A_SECOND;
        if (s >= from && s < to)
            bytes += (double)strlen(json_string(event, "message")) + OVERHEAD;
    }
    json_object_put(events);
    return bytes;
}

static void tell_piece(void *ctx, const struct flow_talks *t)
{
    if (t->named_s >= events_night_s(t->e->night) - WINDOW_S)
        flow_talks_tell(t, ctx);
}

static void tell_place(const struct estate *e, struct place at, struct json_object *rows)
{
    const struct json_object *logs = estate_find(e, at, "FlowLogs");
    for (size_t i = 0; logs != NULL && i < json_object_array_length(logs); i++) {
        const char *group = json_string(json_object_array_get_idx(logs, i), "LogGroupName");
        if (group != NULL)
            each_piece(e, at, group, tell_piece, rows);
    }
}

struct json_object *log_lines_truth(const struct estate *e)
{
    struct json_object *rows = json_object_new_array();
    for (size_t account = 0; account < e->o.accounts; account++)
        for (size_t region = 0; region < e->o.regions; region++)
            tell_place(e, estate_place(e, account, region), rows);
    return rows;
}

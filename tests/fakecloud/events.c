#include "tests/fakecloud/events.h"

#include "core/base/memory.h"
#include "core/decode/json.h"
#include "tests/fakecloud/chance.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS = 32, COURSE_SHORTEST = 2, COURSE_LONGEST = 6 };

int64_t events_night_s(int night)
{
    return EVENTS_FIRST_NIGHT_S + (int64_t)night * EVENTS_DAY_S;
}

bool events_lively(const struct estate *e, size_t account)
{
    const struct json_object *item = json_object_array_get_idx(e->accounts, account);
    const char *state = json_string(item, "State");
    if (state == NULL || strcmp(state, "ACTIVE") != 0)
        return false;
    if (e->o.accounts <= EVENTS_LIVELY_MOST)
        return true;
    char *path = memory_format("%s/lively", json_string(item, "Id"));
    uint64_t number = chance_number(e->o.seed, path, e->o.accounts);
    free(path);
    return number < EVENTS_LIVELY_MOST;
}

uint64_t events_number(const struct estate *e, const struct event *event, const char *what,
                       uint64_t below)
{
    char *path = memory_format("%s/%s", event->path, what);
    uint64_t number = chance_number(e->o.seed, path, below);
    free(path);
    return number;
}

/* Version 4, variant 1, as AWS's are. */
static void draw_id(const struct estate *e, const char *path, char id[EVENTS_ID_MAX])
{
    char *hex = chance_hex(e->o.seed, path, DIGITS);
    (void)snprintf(id, EVENTS_ID_MAX, "%.8s-%.4s-4%.3s-a%.3s-%.12s", hex, hex + 8, hex + 13,
                   hex + 17, hex + 20);
    free(hex);
}

/* Within the day that ends with night 0 less `days`. */
static int64_t draw_time(const struct estate *e, const struct event *event, int night, int days)
{
    return events_night_s(night) - (int64_t)(days + 1) * EVENTS_DAY_S + EVENTS_MARGIN_S +
           (int64_t)events_number(e, event, "time", EVENTS_DAY_S - 2 * EVENTS_MARGIN_S);
}

static void tell(const struct estate *e, struct event *event, int night, event_fn each, void *ctx)
{
    bool late = events_number(e, event, "late", EVENTS_LATE_ONE_IN) == 0;
    int days = night == 0 ? (int)events_number(e, event, "days", EVENTS_PAST_DAYS) : 0;
    event->night = late ? night + 1 : night;
    event->at_s =
        late ? events_night_s(night) - EVENTS_MARGIN_S -
                   (int64_t)events_number(e, event, "time", EVENTS_LATE_S - EVENTS_MARGIN_S)
             : draw_time(e, event, night, days);
    if (event->night > e->night)
        return;
    draw_id(e, event->path, event->id);
    each(ctx, event);
}

static size_t count_of(const struct estate *e, struct place at, const struct event_rate *rate,
                       int night)
{
    char *path = memory_format("%s/%s/%s/%d/count", at.account, at.region, rate->name, night);
    size_t half = rate->past / 2,
           count = night == 0 ? half + chance_number(e->o.seed, path, rate->past - half + 1)
                              : chance_number(e->o.seed, path, rate->one_in) == 0;
    free(path);
    return count;
}

void events_each(const struct estate *e, struct place at, const struct event_rate *rate,
                 event_fn each, void *ctx)
{
    for (int night = 0; !e->o.small && night <= e->night; night++) {
        size_t count = count_of(e, at, rate, night);
        for (size_t i = 0; i < count; i++) {
            char *path =
                memory_format("%s/%s/%s/%d/%zu", at.account, at.region, rate->name, night, i);
            struct event event = { .path = path, .at = at };
            tell(e, &event, night, each, ctx);
            free(path);
        }
    }
}

struct event_course events_course(const struct estate *e, const struct event *event)
{
    struct event_course course = { 0, event->at_s };
    int nights = COURSE_SHORTEST +
                 (int)events_number(e, event, "course", COURSE_LONGEST - COURSE_SHORTEST + 1);
    size_t most = events_number(e, event, "again", EVENTS_AGAIN_MOST + 1);
    for (int night = event->night + nights; night <= e->night && course.again < most;
         night += nights) {
        course.again++;
        course.updated_s = draw_time(e, event, night, 0);
    }
    return course;
}

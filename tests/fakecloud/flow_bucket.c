#include "tests/fakecloud/flow_bucket.h"

#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "core/decode/json.h"
#include "tests/fakecloud/chance.h"
#include "tests/fakecloud/events.h"
#include "tests/fakecloud/flow_talks.h"
#include "tests/gzip/gzip.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FILES_A_NIGHT = 6,
    EVERY_S = 4 * 3600,
    FIRST_S =
        5400, /* half past: no file is near the ends of a reader's window, and its flows are of one hour */
    WINDOW_S = 30 * 3600,
    TEXT_MAX = 64 * 1024,
    PATH_MAX_BYTES = 256,
};

enum layout { PLAIN, HIVE_BY_HOUR, PLAIN_BY_HOUR, LAYOUTS };

/* One file. */
struct file {
    const struct estate *e;
    struct place at;
    enum layout layout;
    int64_t named_s;
    char path[PATH_MAX_BYTES]; /* for draws */
    char *key;
};

typedef void (*file_fn)(void *ctx, const struct file *f);

const char *flow_bucket_reader(const struct estate *e)
{
    return estate_account(e, e->o.accounts > 1 ? 1 : 0);
}

/* "20261121T0130Z": the minute, as in names. */
static char *key_of(const struct file *f)
{
    char date[TIMESTAMP_MAX], basic[TIMESTAMP_MAX], folder[PATH_MAX_BYTES];
    char *log = chance_id(f->e->o.seed, "fl-", f->at.region),
         *hash = chance_hex(f->e->o.seed, f->path, 8);
    timestamp_date(f->named_s, date);
    timestamp_basic(f->named_s, basic);
    if (f->layout == HIVE_BY_HOUR)
        snprintf(
            folder, sizeof folder,
            "aws-account-id=%s/aws-service=vpcflowlogs/aws-region=%s/year=%.4s/month=%.2s/day=%.2s/hour=%.2s/",
            f->at.account, f->at.region, date, date + 5, date + 8, basic + 9);
    else
        snprintf(folder, sizeof folder, "%s/vpcflowlogs/%s/%.4s/%.2s/%.2s/%.*s%s", f->at.account,
                 f->at.region, date, date + 5, date + 8, f->layout == PLAIN_BY_HOUR ? 2 : 0,
                 basic + 9, f->layout == PLAIN_BY_HOUR ? "/" : "");
    char *key = memory_format(FLOW_BUCKET_PREFIX "%s%s_vpcflowlogs_%s_%s_%.13sZ_%s.log.gz", folder,
                              f->at.account, f->at.region, log, basic, hash);
    free(log);
    free(hash);
    return key;
}

static struct flow_talks talks_of(const struct file *f)
{
    return (struct flow_talks){ f->e, f->at, f->path, f->named_s, f->layout == HIVE_BY_HOUR };
}

static void each_of_night(const struct estate *e, size_t account, size_t region, int night,
                          file_fn each, void *ctx)
{
    for (int i = 0; i < FILES_A_NIGHT; i++) {
        struct file f = { .e = e,
                          .at = estate_place(e, account, region),
                          .layout = (enum layout)(account % LAYOUTS),
                          .named_s = events_night_s(night) - EVENTS_DAY_S + FIRST_S + i * EVERY_S };
        snprintf(f.path, sizeof f.path, "%s/%s/flows/%d/%d", f.at.account, f.at.region, night, i);
        const struct flow_talks talks = talks_of(&f);
        bool late = i == FILES_A_NIGHT - 1 && flow_talks_draw(&talks, "late", EVENTS_LATE_ONE_IN) == 0;
        if (night + late > e->night)
            continue;
        f.key = key_of(&f);
        each(ctx, &f);
        free(f.key);
    }
}

/* `about`: a text that holds account and region of those that matter; NULL: all do. */
static void each_file(const struct estate *e, const char *about, file_fn each, void *ctx)
{
    for (size_t account = 0; account < e->o.accounts; account++) {
        if (!events_lively(e, account) ||
            (about != NULL && strstr(about, estate_account(e, account)) == NULL))
            continue;
        for (size_t region = 0; region < e->o.regions; region++)
            for (int night = 0; night <= e->night; night++)
                if (about == NULL || strstr(about, estate_place(e, account, region).region) != NULL)
                    each_of_night(e, account, region, night, each, ctx);
    }
}

/* ---- what a file holds ---- */

static void write_file(const struct file *f, struct buffer *out)
{
    struct buffer text;
    const struct flow_talks talks = talks_of(f);
    buffer_init(&text, TEXT_MAX);
    flow_talks_write(&talks, &text);
    gzip_pack(buffer_text(&text), GZIP_USUAL, out);
    buffer_release(&text);
}

/* ---- for readers ---- */

struct looking {
    const char *prefix, *key;
    struct json_object *files;
    struct buffer *out;
    bool found;
};

static void add_file(void *ctx, const struct file *f)
{
    struct looking *l = ctx;
    struct buffer body;
    if (strncmp(f->key, l->prefix, strlen(l->prefix)) != 0)
        return;
    buffer_init(&body, TEXT_MAX);
    write_file(f, &body);
    json_object_array_add(l->files, estate_json("{\"Key\":\"%s\",\"Size\":%zu}", f->key, body.len));
    buffer_release(&body);
}

static int compare_files(const void *a, const void *b)
{
    return strcmp(json_string(*(struct json_object *const *)a, "Key"),
                  json_string(*(struct json_object *const *)b, "Key"));
}

/* Whether a prefix names account and region, which come in this order. */
static bool is_deep(const char *prefix)
{
    size_t slashes = 0;
    for (const char *c = prefix; *c != '\0'; c++)
        slashes += *c == '/';
    return slashes > 3;
}

struct json_object *flow_bucket_files(const struct estate *e, const char *prefix)
{
    struct looking l = { .prefix = prefix, .files = json_object_new_array() };
    if (!text_starts_with(text_of(prefix), FLOW_BUCKET_PREFIX) &&
        !text_starts_with(text_of(FLOW_BUCKET_PREFIX), prefix))
        return l.files;
    each_file(e, is_deep(prefix) ? prefix : NULL, add_file, &l);
    json_object_array_sort(l.files, compare_files);
    return l.files;
}

static void find_file(void *ctx, const struct file *f)
{
    struct looking *l = ctx;
    if (l->found || strcmp(f->key, l->key) != 0)
        return;
    l->found = true;
    write_file(f, l->out);
}

bool flow_bucket_file(const struct estate *e, const char *key, struct buffer *out)
{
    struct looking l = { .key = key, .out = out };
    if (!text_starts_with(text_of(key), FLOW_BUCKET_PREFIX))
        return false;
    each_file(e, key, find_file, &l);
    return l.found;
}

struct lines {
    flow_bucket_fn each;
    void *ctx;
};

static void give_lines(void *ctx, const struct file *f)
{
    struct lines *l = ctx;
    struct buffer text;
    const struct flow_talks talks = talks_of(f);
    buffer_init(&text, TEXT_MAX);
    flow_talks_write(&talks, &text);
    l->each(l->ctx, f->key, buffer_text(&text));
    buffer_release(&text);
}

void flow_bucket_each(const struct estate *e, flow_bucket_fn each, void *ctx)
{
    struct lines l = { each, ctx };
    each_file(e, NULL, give_lines, &l);
}

/* ---- the truth ---- */

static void tell_file(void *ctx, const struct file *f)
{
    const struct flow_talks talks = talks_of(f);
    if (f->named_s >= events_night_s(f->e->night) - WINDOW_S)
        flow_talks_tell(&talks, ctx);
}

struct json_object *flow_bucket_truth(const struct estate *e)
{
    struct json_object *rows = json_object_new_array();
    each_file(e, NULL, tell_file, rows);
    return rows;
}

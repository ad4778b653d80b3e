#include "tests/fakecloud/trail_bucket.h"

#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "core/decode/json.h"
#include "core/decode/json_write.h"
#include "tests/fakecloud/chance.h"
#include "tests/fakecloud/events.h"
#include "tests/fakecloud/history.h"
#include "tests/gzip/gzip.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOLDER TRAIL_BUCKET_PREFIX "o-fakefake00/"

enum {
    HOUR_S = 3600,
    FILE_S = 12 * HOUR_S, /* of which a file tells */
    DELIVERY_S = 300,
    TEXT_MAX = 4 * 1024 * 1024,
    OTHERS_MOST = 6
};

/* The files of a place, by name: each a list of records. */
struct place_files {
    const struct estate *e;
    struct place at;
    struct json_object *by_key;
};

static char *key_of(const struct place_files *p, const char *kind, int64_t at_s)
{
    char date[TIMESTAMP_MAX], basic[TIMESTAMP_MAX];
    timestamp_date(at_s, date);
    timestamp_basic(at_s, basic);
    char *path = memory_format("%s/%s/%s/%s", p->at.account, p->at.region, kind, basic);
    char *random = chance_hex(p->e->o.seed, path, 16);
    char *key = memory_format(FOLDER "%s/%s/%s/%.4s/%.2s/%.2s/%s_%s_%s_%.13sZ_%s.json.gz",
                              p->at.account, kind, p->at.region, date, date + 5, date + 8,
                              p->at.account, kind, p->at.region, basic, random);
    free(random);
    free(path);
    return key;
}

/* The file of what is delivered then: they end shortly before a night, and twelve hours from it. */
static struct json_object *records_of(struct place_files *p, int64_t delivered_s)
{
    int64_t begin_s = delivered_s - (delivered_s - EVENTS_FIRST_NIGHT_S % FILE_S) % FILE_S;
    char *key = key_of(p, "CloudTrail", begin_s + FILE_S - DELIVERY_S);
    struct json_object *records = json_get(p->by_key, key);
    if (records == NULL) {
        records = json_object_new_array();
        json_object_object_add(p->by_key, key, records);
    }
    free(key);
    return records;
}

/* ---- what lies in them ---- */

static void take_record(void *ctx, const struct event *event, struct json_object *record)
{
    struct place_files *p = ctx;
    int64_t before_s = events_night_s(event->night - 1);
    bool late = event->night > 0 && event->at_s < before_s;
    int64_t delivered_s = late ? before_s + HOUR_S : event->at_s + DELIVERY_S;
    json_object_array_add(records_of(p, delivered_s), record);
}

/* What others did: none of it is root's, whatever it looks like. */
static struct json_object *other(const struct place_files *p, const char *key, uint64_t number)
{
    static const char *const parts[] = {
        "\"userIdentity\":{\"type\":\"AssumedRole\",\"arn\":\"arn:aws:sts::1:assumed-role/yomawari-read/yomawari\"},"
        "\"eventName\":\"DescribeInstances\",\"readOnly\":true,\"eventType\":\"AwsApiCall\"",
        "\"userIdentity\":{\"type\":\"AWSService\",\"invokedBy\":\"autoscaling.amazonaws.com\"},"
        "\"eventName\":\"AssumeRole\",\"readOnly\":true,\"eventType\":\"AwsServiceEvent\"",
        "\"userIdentity\":{\"type\":\"IAMUser\",\"userName\":\"root\"},\"eventName\":\"PutParameter\","
        "\"readOnly\":false,\"eventType\":\"AwsApiCall\","
        "\"requestParameters\":{\"name\":\"Root\",\"value\":\"{\\\"type\\\":\\\"Root\\\"}]}\"}",
        "\"userIdentity\":{\"type\":\"AssumedRole\"},\"eventName\":\"CreateTags\",\"readOnly\":false,"
        "\"requestParameters\":{\"tags\":[{\"夜回り\\\\\":\"]}{[\\\"\"},[]]}",
    };
    char *path = memory_format("%s/%d", key, (int)number);
    char *id = chance_hex(p->e->o.seed, path, 32);
    const char *part = parts[chance_number(p->e->o.seed, path, sizeof parts / sizeof *parts)];
    struct json_object *o = estate_json(
        "{\"eventVersion\":\"1.11\",\"eventID\":\"%s\",\"eventTime\":\"2026-11-20T00:00:00Z\","
        "\"awsRegion\":\"%s\",\"recipientAccountId\":\"%s\",%s}",
        id, p->at.region, p->at.account, part);
    free(id);
    free(path);
    return o;
}

/* A night's own call of ours, which only reads, stands in one file of each night. */
static void add_nights(struct place_files *p)
{
    for (int night = 0; night <= p->e->night; night++) {
        struct json_object *records = records_of(p, events_night_s(night) - HOUR_S);
        struct json_object *scan = other(p, "scan", (uint64_t)night);
        json_object_object_add(scan, "readOnly", json_object_new_boolean(true));
        json_object_array_add(records, scan);
    }
}

static struct json_object *files_of(const struct estate *e, struct place at)
{
    struct place_files p = { e, at, json_object_new_object() };
    history_records(e, at, take_record, &p);
    add_nights(&p);
    json_object_object_foreach(p.by_key, key, records) {
        uint64_t count = chance_number(e->o.seed, key, OTHERS_MOST);
        for (uint64_t i = 0; i < count; i++)
            json_object_array_add(records, other(&p, key, i));
    }
    char *digest = key_of(&p, "CloudTrail-Digest", events_night_s(0) - EVENTS_DAY_S);
    json_object_object_add(p.by_key, digest, json_object_new_array());
    free(digest);
    return p.by_key;
}

static void write_file(struct json_object *records, struct buffer *out)
{
    struct buffer text;
    struct json_object *o = json_object_new_object();
    json_object_object_add(o, "Records", json_object_get(records));
    buffer_init(&text, TEXT_MAX);
    json_write_plain(o, &text);
    gzip_pack(buffer_text(&text), GZIP_USUAL, out);
    buffer_release(&text);
    json_object_put(o);
}

/* ---- for readers ---- */

typedef void (*file_fn)(void *ctx, const char *key, struct json_object *records);

/* Files of the places that `path`, the beginning of a key or one, does not rule out. */
static void each_file(const struct estate *e, const char *path, file_fn each, void *ctx)
{
    for (size_t account = 0; account < e->o.accounts; account++)
        for (size_t region = 0; events_lively(e, account) && region < e->o.regions; region++) {
            struct place at = estate_place(e, account, region);
            char *own = memory_format(FOLDER "%s/CloudTrail/%s/", at.account, at.region);
            bool is_known = strlen(path) >= strlen(own) &&
                            text_starts_with(text_of(path + strlen(FOLDER) + strlen(at.account)),
                                             "/CloudTrail/");
            bool here = !is_known || text_starts_with(text_of(path), own);
            free(own);
            if (!here)
                continue;
            struct json_object *files = files_of(e, at);
            json_object_object_foreach(files, key, records)
                each(ctx, key, records);
            json_object_put(files);
        }
}

struct looking {
    const char *name; /* a prefix, or a key */
    struct json_object *files;
    struct buffer *out;
    bool found;
};

static void add_file(void *ctx, const char *key, struct json_object *records)
{
    struct looking *l = ctx;
    struct buffer body;
    if (!text_starts_with(text_of(key), l->name))
        return;
    buffer_init(&body, TEXT_MAX);
    write_file(records, &body);
    json_object_array_add(l->files, estate_json("{\"Key\":\"%s\",\"Size\":%zu}", key, body.len));
    buffer_release(&body);
}

static int compare_files(const void *a, const void *b)
{
    return strcmp(json_string(*(struct json_object *const *)a, "Key"),
                  json_string(*(struct json_object *const *)b, "Key"));
}

struct json_object *trail_bucket_files(const struct estate *e, const char *prefix)
{
    struct looking l = { .name = prefix, .files = json_object_new_array() };
    if (text_starts_with(text_of(prefix), TRAIL_BUCKET_PREFIX) ||
        text_starts_with(text_of(TRAIL_BUCKET_PREFIX), prefix))
        each_file(e, prefix, add_file, &l);
    json_object_array_sort(l.files, compare_files);
    return l.files;
}

static void find_file(void *ctx, const char *key, struct json_object *records)
{
    struct looking *l = ctx;
    if (l->found || strcmp(key, l->name) != 0)
        return;
    l->found = true;
    write_file(records, l->out);
}

bool trail_bucket_file(const struct estate *e, const char *key, struct buffer *out)
{
    struct looking l = { .name = key, .out = out };
    if (text_starts_with(text_of(key), TRAIL_BUCKET_PREFIX))
        each_file(e, key, find_file, &l);
    return l.found;
}

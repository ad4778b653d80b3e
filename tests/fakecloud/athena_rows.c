#include "tests/fakecloud/athena_rows.h"

#include "core/base/map.h"
#include "core/base/memory.h"
#include "tests/fakecloud/flow_bucket.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HOUR_S = 3600, FIELDS_MAX = 32, KEYED = 14, LINE_MAX_BYTES = 512 };

static const char *const columns[] = {
    "log_account", "log_region", "kind",        "account",  "region",     "vpc",
    "interface",   "source",     "destination", "port",     "protocol",   "action",
    "direction",   "hour",       "subnet",      "instance", "ecs",        "way",
    "packets",     "octets",     "first_s",     "last_s",   "line_count",
};

/* A row on its way. Of the networks here all lines of a group have one subnet, machine and way. */
struct sum {
    char *keys[KEYED]; /* NULL: nothing */
    char *subnet, *instance, *way;
    int64_t packets, octets, first, last, lines;
};

struct asking {
    const struct athena_slots *slots;
    bool hive;
    int64_t since, until;
    struct map *sums; /* by their keys */
    struct text key;  /* of the file */
};

/* One line, by the names of the file's fields. */
struct line {
    struct text names[FIELDS_MAX], values[FIELDS_MAX];
    int count;
};

static void sum_free(void *value)
{
    struct sum *s = value;
    for (int i = 0; i < KEYED; i++)
        free(s->keys[i]);
    free(s->subnet);
    free(s->instance);
    free(s->way);
    free(s);
}

/* NULL for "-" and where there is no such field; free(). */
static char *said(const struct line *l, const char *name)
{
    for (int i = 0; i < l->count; i++)
        if (text_equal_string(l->names[i], name))
            return text_equal_string(l->values[i], "-") ? NULL : text_copy(l->values[i]);
    return NULL;
}

static int64_t number(const struct line *l, const char *name, int64_t without)
{
    char *text = said(l, name);
    int64_t value = without;
    if (text != NULL)
        (void)text_to_int64(text_of(text), &value);
    free(text);
    return value;
}

/* Part of a file's name between two slashes, from the account's folder on; what is before "=" left out. */
static struct text folder(struct text key, int number)
{
    struct text rest = { key.data + strlen(FLOW_BUCKET_PREFIX),
                         key.len - strlen(FLOW_BUCKET_PREFIX) };
    struct text part = text_cut(&rest, '/');
    for (int i = 0; i < number; i++)
        part = text_cut(&rest, '/');
    size_t equals = text_find(part, '=');
    return equals == SIZE_MAX || equals >= part.len
               ? part
               : (struct text){ part.data + equals + 1, part.len - equals - 1 };
}

/* ---- what the query asks ---- */

static bool in_partitions(const struct asking *a)
{
    if (!a->hive) {
        const struct text year = folder(a->key, 3);
        const struct text day = { year.data, 10 }; /* "2026/11/21" */
        return athena_sql_has(athena_sql_slot(a->slots, "days"), day);
    }
    return athena_sql_has(athena_sql_slot(a->slots, "years"), folder(a->key, 3)) &&
           athena_sql_has(athena_sql_slot(a->slots, "months"), folder(a->key, 4)) &&
           athena_sql_has(athena_sql_slot(a->slots, "days"), folder(a->key, 5));
}

static bool is_among(struct text numbers, int64_t wanted)
{
    int64_t value = 0;
    while (numbers.data != NULL && numbers.len > 0)
        if (text_to_int64(text_trim(text_cut(&numbers, ',')), &value) && value == wanted)
            return true;
    return false;
}

/* Of the destinations that there are in the estate. */
static bool is_private(const char *address)
{
    static const char *const begin[] = { "10.", "127.", "169.254.", "192.168.", "fd", "fe80:" };
    for (size_t i = 0; i < sizeof begin / sizeof *begin; i++)
        if (strncmp(address, begin[i], strlen(begin[i])) == 0)
            return true;
    return false;
}

static bool is_watched(const struct asking *a, const char *destination, int64_t port)
{
    char words[64];
    snprintf(words, sizeof words, "(port = %lld AND destination ", (long long)port);
    struct text addresses = athena_sql_slot(a->slots, "addresses");
    if (is_among(athena_sql_slot(a->slots, "ports"), port) && !is_private(destination))
        return true;
    char *all = text_copy(addresses);
    bool found = strstr(all, words) != NULL && athena_sql_has(addresses, text_of(destination));
    free(all);
    return found;
}

static const char *kind_of(const struct asking *a, const struct line *l)
{
    char *destination = said(l, "dstaddr"), *status = said(l, "log-status"),
         *direction = said(l, "flow-direction");
    int64_t port = number(l, "dstport", -1), source_port = number(l, "srcport", 0),
            began = number(l, "start", 0);
    const char *kind = "flow";
    if (status != NULL && strcmp(status, "SKIPDATA") == 0)
        kind = "skipdata";
    else if ((status != NULL && strcmp(status, "NODATA") == 0) || (destination == NULL && port < 0))
        kind = "nodata";
    else if (destination == NULL || port < 0 || began == 0)
        kind = "malformed";
    else if ((direction != NULL && strcmp(direction, "ingress") == 0) ||
             (source_port > 0 && source_port < 1024 && !(source_port == 53 && port == 53)) ||
             !is_watched(a, destination, port))
        kind = "passed";
    else if (began - began % HOUR_S < a->since || began >= a->until)
        kind = "passed";
    free(destination);
    free(status);
    free(direction);
    return kind;
}

/* ---- sums ---- */

static char *or_else(char *text, struct text other)
{
    return text != NULL ? text : text_copy(other);
}

static void make_keys(const struct asking *a, const struct line *l, char *keys[KEYED])
{
    struct text account = folder(a->key, 0), region = folder(a->key, 2);
    int64_t began = number(l, "start", 0);
    keys[0] = text_copy(account);
    keys[1] = text_copy(region);
    keys[2] = memory_string(kind_of(a, l));
    if (strcmp(keys[2], "flow") != 0)
        return;
    char *source = said(l, "pkt-srcaddr");
    keys[3] = or_else(said(l, "account-id"), account);
    keys[4] = or_else(said(l, "region"), region);
    keys[5] = said(l, "vpc-id");
    keys[6] = said(l, "interface-id");
    keys[7] = source != NULL ? source : said(l, "srcaddr");
    keys[8] = said(l, "dstaddr");
    keys[9] = said(l, "dstport");
    keys[10] = said(l, "protocol");
    keys[11] = said(l, "action");
    keys[12] = said(l, "flow-direction");
    keys[13] = memory_format("%lld", (long long)(began - began % HOUR_S));
}

static struct sum *sum_of(struct asking *a, char *keys[KEYED])
{
    struct buffer name;
    buffer_init(&name, LINE_MAX_BYTES * 2);
    for (int i = 0; i < KEYED; i++)
        buffer_append_format(&name, "%s\t", keys[i] == NULL ? "~" : keys[i]);
    struct sum *s = map_get(a->sums, buffer_string(&name));
    if (s == NULL) {
        s = memory_new(1, sizeof *s);
        memcpy(s->keys, keys, sizeof s->keys);
        s->first = INT64_MAX;
        map_set(a->sums, buffer_string(&name), s);
    } else {
        for (int i = 0; i < KEYED; i++)
            free(keys[i]);
    }
    buffer_release(&name);
    return s;
}

static void keep(char **into, char *text)
{
    if (*into == NULL)
        *into = text;
    else
        free(text);
}

static void add_line(struct asking *a, const struct line *l)
{
    char *keys[KEYED] = { NULL };
    int64_t began = number(l, "start", 0), ended = number(l, "end", 0);
    make_keys(a, l, keys);
    struct sum *s = sum_of(a, keys);
    int64_t last = ended > began && ended < a->until ? ended : began;
    s->packets += number(l, "packets", 0);
    s->octets += number(l, "bytes", 0);
    s->first = began < s->first ? began : s->first;
    s->last = last > s->last ? last : s->last;
    s->lines++;
    keep(&s->subnet, said(l, "subnet-id"));
    keep(&s->instance, said(l, "instance-id"));
    keep(&s->way, said(l, "traffic-path"));
}

static int cut(struct text line, struct text *out)
{
    int count = 0;
    while (line.data != NULL && count < FIELDS_MAX)
        out[count++] = text_cut(&line, ' ');
    return count;
}

static void on_file(void *ctx, const char *key, struct text lines)
{
    struct asking *a = ctx;
    struct line l = { .count = 0 };
    a->key = text_of(key);
    if (a->hive != (strstr(key, "aws-account-id=") != NULL) || !in_partitions(a))
        return;
    int names = cut(text_cut(&lines, '\n'), l.names);
    while (lines.data != NULL && lines.len > 0) {
        l.count = cut(text_cut(&lines, '\n'), l.values);
        if (l.count != names)
            abort(); /* the estate's own lines */
        add_line(a, &l);
    }
}

/* ---- rows ---- */

static void add_text(struct json_object *data, const char *text)
{
    struct json_object *datum = json_object_new_object();
    if (text != NULL)
        json_object_object_add(datum, "VarCharValue", json_object_new_string(text));
    json_object_array_add(data, datum);
}

static void add_number(struct json_object *data, int64_t value)
{
    char text[32];
    snprintf(text, sizeof text, "%lld", (long long)value);
    add_text(data, text);
}

static void add_row(struct json_object *rows, struct json_object *data)
{
    struct json_object *row = json_object_new_object();
    json_object_object_add(row, "Data", data);
    json_object_array_add(rows, row);
}

static bool collect(void *ctx, const char *name, void *value)
{
    const struct sum *s = value;
    struct json_object *data = json_object_new_array();
    (void)name;
    for (int i = 0; i < KEYED; i++)
        add_text(data, s->keys[i]);
    add_text(data, s->subnet);
    add_text(data, s->instance);
    add_text(data, NULL); /* no container */
    add_text(data, s->way);
    add_number(data, s->packets);
    add_number(data, s->octets);
    add_number(data, s->first);
    add_number(data, s->last);
    add_number(data, s->lines);
    add_row(ctx, data);
    return true;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(json_object_to_json_string(*(struct json_object *const *)a),
                  json_object_to_json_string(*(struct json_object *const *)b));
}

struct json_object *athena_rows(const struct estate *e, bool hive, const struct athena_slots *slots)
{
    struct asking a = { .slots = slots, .hive = hive, .sums = map_new(sum_free) };
    struct json_object *sums = json_object_new_array(), *rows = json_object_new_array(),
                       *head = json_object_new_array();
    (void)text_to_int64(athena_sql_slot(slots, "since"), &a.since);
    (void)text_to_int64(athena_sql_slot(slots, "until"), &a.until);
    flow_bucket_each(e, on_file, &a);
    map_each(a.sums, collect, sums);
    json_object_array_sort(sums, by_text);
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        add_text(head, columns[i]);
    add_row(rows, head);
    for (size_t i = 0; i < json_object_array_length(sums); i++)
        json_object_array_add(rows, json_object_get(json_object_array_get_idx(sums, i)));
    json_object_put(sums);
    map_free(a.sums);
    return rows;
}

#include "providers/aws/athena/athena_table.h"

#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/base/timestamp.h"
#include "core/decode/json.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PLAIN_MAX = 64, RUN_MAX = 8 };

/* Without what stands between words, in small letters. The first names are those of flow_format.c. */
static const struct {
    const char *name;
    enum flow_field field;
} columns[] = {
    { "accountid", FLOW_ACCOUNT_ID },
    { "account", FLOW_ACCOUNT_ID },
    { "interfaceid", FLOW_INTERFACE_ID },
    { "srcaddr", FLOW_SRCADDR },
    { "sourceaddress", FLOW_SRCADDR },
    { "dstaddr", FLOW_DSTADDR },
    { "destinationaddress", FLOW_DSTADDR },
    { "dstport", FLOW_DSTPORT },
    { "destinationport", FLOW_DSTPORT },
    { "protocol", FLOW_PROTOCOL },
    { "packets", FLOW_PACKETS },
    { "numpackets", FLOW_PACKETS },
    { "bytes", FLOW_BYTES },
    { "numbytes", FLOW_BYTES },
    { "start", FLOW_START },
    { "starttime", FLOW_START },
    { "end", FLOW_END },
    { "endtime", FLOW_END },
    { "action", FLOW_ACTION },
    { "logstatus", FLOW_LOG_STATUS },
    { "vpcid", FLOW_VPC_ID },
    { "subnetid", FLOW_SUBNET_ID },
    { "instanceid", FLOW_INSTANCE_ID },
    { "pktsrcaddr", FLOW_PKT_SRCADDR },
    { "region", FLOW_REGION },
    { "awsregion", FLOW_REGION },
    { "flowdirection", FLOW_DIRECTION },
    { "trafficpath", FLOW_TRAFFIC_PATH },
    { "srcport", FLOW_SRCPORT },
    { "sourceport", FLOW_SRCPORT },
    { "ecsclustername", FLOW_ECS_CLUSTER },
    { "ecsservicename", FLOW_ECS_SERVICE },
};

static const char *const accounts[] = { "accountid",    "account",          "accid",
                                        "awsaccountid", "accountpartition", NULL };
static const char *const regions[] = { "region", "awsregion", "regionpartition", NULL };
static const char *const services[] = { "awsservice", "service", NULL };
static const char *const years[] = { "year", "yyyy", NULL };
static const char *const months[] = { "month", "mm", NULL };
static const char *const days[] = {
    "day", "dd", "date", "dt", "ds", "datepartition", "partitiondate", "logdate", "eventdate", NULL
};

static void plain(const char *name, char out[PLAIN_MAX])
{
    size_t len = 0;
    for (; *name != '\0' && len + 1 < PLAIN_MAX; name++)
        if (*name != '_' && *name != '-')
            out[len++] = text_lower(*name);
    out[len] = '\0';
}

static bool is_among(const char *name, const char *const *names)
{
    while (*names != NULL && strcmp(*names, name) != 0)
        names++;
    return *names != NULL;
}

static enum athena_kind kind_of(const char *type)
{
    static const char *const texts[] = { "string", "varchar", "char", NULL };
    static const char *const numbers[] = {
        "tinyint", "smallint", "int", "integer", "bigint", NULL
    };
    char word[PLAIN_MAX];
    snprintf(word, sizeof word, "%.*s", (int)strcspn(type, "("), type);
    return is_among(word, texts)       ? ATHENA_TEXT
           : is_among(word, numbers)   ? ATHENA_NUMBER
           : strcmp(word, "date") == 0 ? ATHENA_DATE
                                       : ATHENA_OTHER;
}

static void set(struct athena_column *c, const char *name, enum athena_kind kind)
{
    free(c->name);
    *c = (struct athena_column){ memory_string(name), kind };
}

/* ---- columns ---- */

static bool read_column(struct athena_table *t, const char *name, const char *type,
                        struct error *err)
{
    char word[PLAIN_MAX];
    plain(name, word);
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        struct athena_column *c = &t->fields[columns[i].field];
        enum athena_kind kind = kind_of(type);
        if (strcmp(columns[i].name, word) != 0)
            continue;
        if (c->name != NULL)
            return error_set(err, ERROR_DATA,
                             "its columns %s and %s are the same field of a flow log", c->name,
                             name);
        if (kind != ATHENA_TEXT && kind != ATHENA_NUMBER)
            return error_set(err, ERROR_DATA, "its column %s is neither text nor number: %s", name,
                             type);
        set(c, name, kind);
    }
    return true;
}

/* ---- keys of partitions ---- */

static const char *property(struct json_object *metadata, const char *key, const char *what)
{
    struct json_object *all = json_get(metadata, "Parameters");
    char *name = memory_format("projection.%s.%s", key, what);
    const char *value = json_string(all, name), *enabled = json_string(all, "projection.enabled");
    free(name);
    return enabled != NULL && strcmp(enabled, "true") == 0 ? value : NULL;
}

/* A later key of the same meaning counts for nothing: the first one restricts enough. */
static void take(struct athena_column *c, const char *name, enum athena_kind kind)
{
    if (c->name == NULL && kind != ATHENA_OTHER)
        set(c, name, kind);
}

static bool read_key(struct athena_table *t, struct json_object *metadata, const char *name,
                     const char *type, struct error *err)
{
    char word[PLAIN_MAX];
    const char *projected = property(metadata, name, "type");
    bool is_time = projected != NULL && strcmp(projected, "date") == 0;
    enum athena_kind kind = kind_of(type);
    plain(name, word);
    if (projected != NULL && strcmp(projected, "injected") == 0)
        return error_set(err, ERROR_DATA,
                         "each query must give a value of its partition key %s (projection.%s.type "
                         "is injected): make it enum",
                         name, name);
    if (is_among(word, years))
        take(&t->year, name, kind);
    else if (is_among(word, months))
        take(&t->month, name, kind);
    else if (is_time || is_among(word, days))
        take(&t->day, name, kind);
    else if (is_among(word, accounts))
        take(&t->log_account, name, kind);
    else if (is_among(word, regions))
        take(&t->log_region, name, kind);
    else if (is_among(word, services))
        take(&t->service, name, kind);
    return true;
}

static bool is_known(const char *format)
{
    char ignored[ATHENA_WORD_MAX];
    return athena_table_format(format, 0, ignored);
}

static void find_cut(struct athena_table *t, struct json_object *metadata)
{
    const char *format = t->day.name == NULL ? NULL : property(metadata, t->day.name, "format");
    if (t->day.name == NULL)
        return;
    if (t->year.name != NULL && t->month.name != NULL && t->day.kind != ATHENA_DATE)
        t->cut = ATHENA_CUT_PARTS;
    else if (t->day.kind == ATHENA_DATE)
        t->cut = ATHENA_CUT_DATE;
    else if (format == NULL || is_known(format))
        t->cut = ATHENA_CUT_FORMAT;
    t->format = t->cut == ATHENA_CUT_FORMAT ? memory_string(format) : NULL;
}

/* ---- the whole ---- */

static bool read_list(struct athena_table *t, struct json_object *metadata, bool keys,
                      struct error *err)
{
    struct json_object *list = json_get(metadata, keys ? "PartitionKeys" : "Columns");
    size_t count = list == NULL ? 0 : json_object_array_length(list);
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        struct json_object *c = json_object_array_get_idx(list, i);
        const char *name = json_string(c, "Name"), *type = json_string(c, "Type");
        if (name == NULL || type == NULL)
            ok = keys ? error_set(err, ERROR_DATA, "a partition key without name or type") : true;
        else
            ok = keys ? read_key(t, metadata, name, type, err) : read_column(t, name, type, err);
    }
    return ok;
}

static bool check(const struct athena_table *t, struct error *err)
{
    const struct athena_column *f = t->fields;
    if (f[FLOW_DSTADDR].name == NULL || f[FLOW_DSTPORT].name == NULL)
        return error_set(err, ERROR_DATA, "it has no columns dstaddr and dstport of flow logs");
    if (f[FLOW_START].name == NULL && f[FLOW_END].name == NULL)
        return error_set(err, ERROR_DATA,
                         "it has neither of the columns start and end of flow logs");
    if (!t->has_path && f[FLOW_ACCOUNT_ID].name == NULL && t->log_account.name == NULL)
        return error_set(err, ERROR_DATA, "nothing in it says which account a line is of");
    return t->has_path || f[FLOW_REGION].name != NULL || t->log_region.name != NULL ||
           error_set(err, ERROR_DATA, "nothing in it says which region a line is of");
}

bool athena_table_read(struct json_object *metadata, struct athena_table *out, struct error *err)
{
    struct athena_table t = { .cut = ATHENA_CUT_NONE };
    const char *type = json_string(metadata, "TableType");
    t.has_path = type == NULL || strcmp(type, "VIRTUAL_VIEW") != 0;
    if (!read_list(&t, metadata, false, err) || !read_list(&t, metadata, true, err) ||
        !check(&t, err)) {
        athena_table_release(&t);
        return false;
    }
    find_cut(&t, metadata);
    *out = t;
    return true;
}

void athena_table_release(struct athena_table *t)
{
    struct athena_column *others[] = { &t->log_account, &t->log_region, &t->service,
                                       &t->day,         &t->month,      &t->year };
    for (size_t i = 0; i < FLOW_FIELDS; i++)
        free(t->fields[i].name);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        free(others[i]->name);
    free(t->format);
    *t = (struct athena_table){ .cut = ATHENA_CUT_NONE };
}

/* ---- formats of a time ---- */

/* The digits of "2026-11-21T03:00:00Z" that a letter stands for. */
static const char *digits_of(char letter, const char iso[TIMESTAMP_MAX], size_t *out_count)
{
    *out_count = letter == 'y' ? 4 : 2;
    switch (letter) {
    case 'y':
        return iso;
    case 'M':
        return iso + 5;
    case 'd':
        return iso + 8;
    case 'H':
        return iso + 11;
    default:
        return NULL;
    }
}

/* One letter alone leaves out a zero in front; three and more of a month are its name. */
static bool write_run(char letter, size_t run, const char iso[TIMESTAMP_MAX], char *out,
                      size_t *len)
{
    size_t count = 0;
    const char *digits = digits_of(letter, iso, &count);
    if (digits == NULL || run > count || (letter == 'y' && run != count))
        return false;
    if (run == 1 && *digits == '0') {
        digits++;
        count--;
    }
    memcpy(out + *len, digits, count);
    *len += count;
    return true;
}

bool athena_table_format(const char *format, int64_t unix_s, char out[ATHENA_WORD_MAX])
{
    char iso[TIMESTAMP_MAX], word[ATHENA_WORD_MAX];
    size_t len = 0;
    timestamp_iso(unix_s, iso);
    while (*format != '\0') {
        size_t run = 1;
        while (run < RUN_MAX && format[run] == *format)
            run++;
        if (len + RUN_MAX >= sizeof word)
            return false;
        if (strchr("/-_.: ", *format) != NULL) {
            memset(word + len, *format, run);
            len += run;
        } else if (!write_run(*format, run, iso, word, &len)) {
            return false;
        }
        format += run;
    }
    memcpy(out, word, len);
    out[len] = '\0';
    return len > 0;
}

#include "core/base/memory.h"
#include "core/store/holding.h"
#include "providers/aws/flowlogs/flow_layout.h"
#include "providers/aws/flowlogs/flow_row.h"
#include "scanner/logs/flow_logs_work.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* ---- where they lie ---- */

static enum log_files_folder folder_of(struct text folder, const char *base,
                                       char out_account[LOG_FILES_ACCOUNT_MAX])
{
    bool hive = false;
    if (!flow_layout_account(folder, base, out_account, &hive))
        return LOG_FILES_NO_FOLDER;
    return hive ? LOG_FILES_HIVE : LOG_FILES_PLAIN;
}

static enum log_files_form form_of(struct text key, int64_t *out_named_unix_s)
{
    switch (flow_layout_file(key, out_named_unix_s)) {
    case FLOW_LAYOUT_TEXT:
        return LOG_FILES_READABLE;
    case FLOW_LAYOUT_PARQUET:
        return LOG_FILES_UNREADABLE;
    case FLOW_LAYOUT_OTHER:
        break;
    }
    return LOG_FILES_OTHER;
}

/* ---- a region ---- */

/* Flows of a region, being added up. */
struct sum {
    struct flow_logs *all;
    struct flow_groups *groups;
    struct flow_counts counts;
    char *malformed; /* the first file with lines that cannot be read; NULL: none */
};

static void *sum_new(void *ctx)
{
    struct sum *s = memory_new(1, sizeof *s);
    s->all = ctx;
    s->groups = flow_groups_new(FLOW_LOGS_GROUPS_MAX, s->all->o->seed);
    return s;
}

static void sum_free(void *sum)
{
    struct sum *s = sum;
    if (s == NULL)
        return;
    flow_groups_free(s->groups);
    free(s->malformed);
    free(s);
}

static bool sum_begin(void *sum, struct log_files_region *r, struct error *err)
{
    const struct sum *s = sum;
    (void)err;
    r->since_unix_s = s->all->since_unix_s;
    return true;
}

static void note_gaps(const struct sum *s, const struct log_files_region *r)
{
    uint64_t lost = flow_groups_lost(s->groups);
    if (lost > 0)
        log_files_note(r, OUTCOME_FAILED,
                       "too many pairs of source and destination: %llu flows were left out",
                       (unsigned long long)lost);
    if (s->counts.malformed > 0)
        log_files_note(r, OUTCOME_FAILED,
                       "%llu of %llu lines cannot be read, the first of them in %s",
                       (unsigned long long)s->counts.malformed, (unsigned long long)s->counts.lines,
                       s->malformed);
    if (r->unreadable > 0)
        log_files_note(r, OUTCOME_SKIPPED, FLOW_LOGS_PARQUET);
    else if (s->counts.skipdata > 0)
        log_files_note(r, OUTCOME_SKIPPED, FLOW_LOGS_SKIPDATA);
    else if (r->files == 0)
        log_files_note(r, OUTCOME_SKIPPED, FLOW_LOGS_NO_FILE);
}

static bool hold(struct sum *s, const char *name, const struct flow_group *group, struct error *err)
{
    struct json_object *row = flow_row_json(group);
    bool ok = holding_put(s->all->holding, name, FLOW_LOGS_TYPE,
                          json_object_to_json_string_ext(row, JSON_C_TO_STRING_PLAIN), err);
    json_object_put(row);
    return ok;
}

static bool sum_end(void *sum, const struct log_files_region *r, struct error *err)
{
    struct sum *s = sum;
    char *name = log_outcomes_name(r->account, r->region);
    size_t count = flow_groups_count(s->groups);
    bool ok = true;
    note_gaps(s, r);
    for (size_t i = 0; ok && i < count; i++)
        ok = hold(s, name, flow_groups_at(s->groups, i), err);
    s->all->groups += count;
    s->all->files += r->files;
    flow_counts_add(&s->all->counts, &s->counts);
    flow_groups_clear(s->groups);
    s->counts = (struct flow_counts){ 0 };
    free(s->malformed);
    s->malformed = NULL;
    free(name);
    return ok;
}

/* ---- a file ---- */

static void *file_new(void *ctx)
{
    const struct flow_logs *l = ctx;
    const struct flow_file_options o = { l->watch, l->since_unix_s, l->until_unix_s, l->o->seed };
    return flow_file_new(&o);
}

static void file_free(void *file)
{
    flow_file_free(file);
}

static bool file_begin(void *file, const struct log_files_region *r, int64_t named_unix_s,
                       struct error *err)
{
    return flow_file_begin(file, r->account, r->region, named_unix_s, err);
}

static bool file_write(void *file, const char *data, size_t len, struct error *err)
{
    return flow_file_write(file, data, len, err);
}

static bool file_finish(void *file, struct error *err)
{
    return flow_file_finish(file, err);
}

static bool file_is_unreadable(const void *file)
{
    return flow_file_is_parquet(file);
}

static bool take(void *sum, void *file, const char *key, struct error *err)
{
    struct sum *s = sum;
    const struct flow_counts *counts = flow_file_counts(file);
    (void)err;
    flow_groups_add_all(s->groups, flow_file_groups(file));
    flow_counts_add(&s->counts, counts);
    if (counts->malformed > 0)
        log_files_note_first(&s->malformed, key);
    return true;
}

const struct log_files_kind flow_logs_files = {
    .words = "flow logs",
    .folder = folder_of,
    .regions = flow_layout_regions,
    .region = flow_layout_region,
    .day = flow_layout_day,
    .file = form_of,
    .sum_new = sum_new,
    .sum_free = sum_free,
    .sum_begin = sum_begin,
    .sum_end = sum_end,
    .file_new = file_new,
    .file_free = file_free,
    .file_begin = file_begin,
    .file_write = file_write,
    .file_finish = file_finish,
    .file_is_unreadable = file_is_unreadable,
    .take = take,
};

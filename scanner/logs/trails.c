#include "scanner/logs/trails.h"

#include "core/base/log.h"
#include "core/base/memory.h"
#include "core/config.h"
#include "core/model/item.h"
#include "core/store/evidence.h"
#include "core/store/holding.h"
#include "providers/aws/logfiles/trail_file.h"
#include "providers/aws/logfiles/trail_layout.h"
#include "scanner/held.h"
#include "scanner/read.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define TRAILS_TYPE "aws_cloudtrail_trail_event"

struct trails {
    const struct trails_options *o; /* while they are read */
    const struct resource_type *type;
    struct holding *holding; /* borrowed */
    /* ---- what became of them ---- */
    struct log_outcomes told;
    struct trail_counts counts;
    uint64_t files;
};

/* ---- where they lie ---- */

static enum log_files_folder folder_of(struct text folder, const char *base,
                                       char out_account[LOG_FILES_ACCOUNT_MAX])
{
    switch (trail_layout_folder(folder, base, out_account)) {
    case TRAIL_LAYOUT_ACCOUNT:
        return LOG_FILES_PLAIN;
    case TRAIL_LAYOUT_ORGANIZATION:
        return LOG_FILES_ORGANIZATION;
    case TRAIL_LAYOUT_OTHER:
        break;
    }
    return LOG_FILES_NO_FOLDER;
}

static char *regions_of(const char *base, const char *account, bool hive)
{
    (void)hive;
    return trail_layout_regions(base, account);
}

static bool region_of(struct text folder, const char *regions, bool hive,
                      char out_region[LOG_FILES_REGION_MAX])
{
    (void)hive;
    return trail_layout_region(folder, regions, out_region);
}

static char *day_of(const char *base, const char *account, bool hive, const char *region,
                    int64_t unix_s)
{
    (void)hive;
    return trail_layout_day(base, account, region, unix_s);
}

static enum log_files_form form_of(struct text key, int64_t *out_named_unix_s)
{
    return trail_layout_file(key, out_named_unix_s) ? LOG_FILES_READABLE : LOG_FILES_OTHER;
}

/* ---- a region ---- */

struct sum {
    struct trails *all;
    struct trail_counts counts;
    char *malformed; /* the first file with records that cannot be read; NULL: none */
};

static void *sum_new(void *ctx)
{
    struct sum *s = memory_new(1, sizeof *s);
    s->all = ctx;
    return s;
}

static void sum_free(void *sum)
{
    struct sum *s = sum;
    if (s == NULL)
        return;
    free(s->malformed);
    free(s);
}

static bool sum_begin(void *sum, struct log_files_region *r, struct error *err)
{
    const struct trails *t = ((struct sum *)sum)->all;
    const struct read_context *c = t->o->context;
    unsigned char asked[DIGEST_BYTES];
    const struct evidence_reading reading = { t->type->window_s, asked };
    const struct evidence_scope of = { t->type->provider, r->account, r->region, t->type->name };
    int64_t started = c->run->started_unix_s;
    struct evidence_need need;
    read_event_asked(t->type, true, asked);
    if (!evidence_ask(c->store, c->run, &of, &reading, &need, err))
        return false;
    bool never =
        need.since_unix_s <= started - t->type->window_s; /* or none of it counts any more */
    r->since_unix_s = need.done ? INT64_MAX : never ? started - TRAILS_FIRST_S : need.since_unix_s;
    return true;
}

static void note_gaps(const struct sum *s, const struct log_files_region *r)
{
    if (s->counts.malformed > 0)
        log_files_note(r, OUTCOME_FAILED,
                       "%llu of %llu records cannot be read, the first of them in %s",
                       (unsigned long long)s->counts.malformed,
                       (unsigned long long)s->counts.records, s->malformed);
    if (r->files == 0)
        log_files_note(r, OUTCOME_SKIPPED,
                       "no file of a trail was delivered since the first hour that is read");
    else if (!s->counts.reads)
        log_files_note(
            r, OUTCOME_SKIPPED,
            "the trail's files hold no call that only reads: it leaves them out, and root's with them");
}

static bool sum_end(void *sum, const struct log_files_region *r, struct error *err)
{
    struct sum *s = sum;
    (void)err;
    note_gaps(s, r);
    s->all->files += r->files;
    trail_counts_add(&s->all->counts, &s->counts);
    s->counts = (struct trail_counts){ 0 };
    free(s->malformed);
    s->malformed = NULL;
    return true;
}

/* ---- a file ---- */

struct reading {
    struct trails *all;
    struct trail_file *file;
    char *held_as; /* of the region that it is of */
};

static bool on_row(void *ctx, struct json_object *row, struct error *err)
{
    const struct reading *f = ctx;
    const struct item_place place = { .account = f->held_as,
                                      .region = "",
                                      .redact_key = f->all->o->context->redact_key };
    return held_put(f->all->holding, &place, f->all->type, row, err);
}

static void *file_new(void *ctx)
{
    struct reading *f = memory_new(1, sizeof *f);
    const struct trail_file_options o = { on_row, f };
    f->all = ctx;
    f->file = trail_file_new(&o);
    return f;
}

static void file_free(void *file)
{
    struct reading *f = file;
    if (f == NULL)
        return;
    trail_file_free(f->file);
    free(f->held_as);
    free(f);
}

static bool file_begin(void *file, const struct log_files_region *r, int64_t named_unix_s,
                       struct error *err)
{
    struct reading *f = file;
    (void)named_unix_s;
    (void)err;
    free(f->held_as);
    f->held_as = log_outcomes_name(r->account, r->region);
    trail_file_begin(f->file, r->account, r->region);
    return true;
}

static bool file_write(void *file, const char *data, size_t len, struct error *err)
{
    return trail_file_write(((struct reading *)file)->file, data, len, err);
}

static bool file_finish(void *file, struct error *err)
{
    return trail_file_finish(((struct reading *)file)->file, err);
}

static bool file_is_unreadable(const void *file)
{
    (void)file;
    return false;
}

static bool take(void *sum, void *file, const char *key, struct error *err)
{
    struct sum *s = sum;
    const struct trail_counts *counts = trail_file_counts(((struct reading *)file)->file);
    (void)err;
    trail_counts_add(&s->counts, counts);
    if (counts->malformed > 0)
        log_files_note_first(&s->malformed, key);
    return true;
}

static const struct log_files_kind trails = {
    .words = "trails",
    .folder = folder_of,
    .regions = regions_of,
    .region = region_of,
    .day = day_of,
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

/* ---- the whole ---- */

static void say(const struct trails *t)
{
    struct json_object *fields = trails_counts(t);
    log_say(t->o->log, LOG_INFO, "trails", fields,
            "trails: %llu records in %llu files, of which %llu are root's; %llu could not be read",
            (unsigned long long)t->counts.records, (unsigned long long)t->files,
            (unsigned long long)t->counts.kept, (unsigned long long)t->counts.malformed);
    json_object_put(fields);
}

bool trails_read(const struct trails_options *o, const struct found *found,
                 struct holding **holding, struct trails **out, struct error *err)
{
    const struct resource_type *type = found_type(found, TRAILS_TYPE);
    if (type == NULL || o->config->trail_count == 0)
        return true;
    if (*holding == NULL && (*holding = holding_open(o->folder, err)) == NULL)
        return false;
    struct trails *t = memory_new(1, sizeof *t);
    *t = (struct trails){ .o = o, .type = type, .holding = *holding };
    log_outcomes_init(&t->told);
    const struct log_files_options files = {
        .kind = &trails,
        .ctx = t,
        .config_file = o->config->file,
        .buckets = o->config->trails,
        .bucket_count = o->config->trail_count,
        .started_unix_s = o->context->run->started_unix_s,
        .loop = o->loop,
        .log = o->log,
        .interrupted = o->interrupted,
        .interrupted_ctx = o->interrupted_ctx,
    };
    bool ok = log_files_read(&files, found, &t->told, err);
    if (ok)
        say(t);
    t->o = NULL;
    if (ok)
        *out = t;
    else
        trails_free(t);
    return ok;
}

void trails_free(struct trails *t)
{
    if (t == NULL)
        return;
    log_outcomes_release(&t->told);
    free(t);
}

enum outcome trails_outcome(const struct trails *t, const char *account, const char *region,
                            const char **out_reason)
{
    const char *none = "the buckets named in logs: hold no trail of this account and region";
    if (t != NULL)
        return log_outcomes_of(&t->told, account, region, none, out_reason);
    *out_reason = "no bucket of a trail is named in logs:";
    return OUTCOME_SKIPPED;
}

struct json_object *trails_counts(const struct trails *t)
{
    if (t == NULL)
        return NULL;
    struct json_object *o = json_object_new_object();
    json_object_object_add(o, "files", json_object_new_uint64(t->files));
    json_object_object_add(o, "records", json_object_new_uint64(t->counts.records));
    json_object_object_add(o, "rows", json_object_new_uint64(t->counts.kept));
    json_object_object_add(o, "records_malformed", json_object_new_uint64(t->counts.malformed));
    return o;
}

#include "providers/aws/logfiles/trail_file.h"

#include "core/base/memory.h"
#include "core/decode/gunzip.h"
#include "core/decode/json.h"
#include "core/decode/json_elements.h"
#include "providers/aws/logfiles/trail_record.h"

#include <json-c/json.h>
#include <stdlib.h>

struct trail_file {
    struct trail_file_options o;
    struct gunzip *gunzip;
    struct json_elements records;
    struct trail_counts counts;
    uint64_t too_long; /* of the records', those that are in counts */
    char *account, *region;
    char first;          /* the file's first byte; 0: nothing has come */
    uint64_t text_bytes; /* of a file that came unpacked */
};

void trail_counts_add(struct trail_counts *into, const struct trail_counts *more)
{
    into->records += more->records;
    into->kept += more->kept;
    into->malformed += more->malformed;
    into->reads = into->reads || more->reads;
}

/* ---- records ---- */

static bool take(struct trail_file *f, struct json_object *record, struct error *err)
{
    if (!trail_record_is_roots(record)) {
        json_object_put(record);
        return true;
    }
    struct json_object *row = trail_record_row(record, f->account, f->region);
    if (row == NULL) {
        f->counts.malformed++;
        return true;
    }
    f->counts.kept++;
    bool ok = f->o.on_row(f->o.ctx, row, err);
    json_object_put(row);
    return ok;
}

static bool on_record(void *ctx, struct text text, struct error *err)
{
    struct trail_file *f = ctx;
    struct json_object *record = NULL;
    struct error why = ERROR_INIT;
    f->counts.records++;
    f->counts.reads = f->counts.reads || trail_record_reads(text);
    if (!trail_record_may_be(text))
        return true;
    if (json_parse(text, &record, &why))
        return take(f, record, err);
    f->counts.malformed++;
    return true;
}

static bool write_text(void *ctx, const char *data, size_t len, struct error *err)
{
    struct trail_file *f = ctx;
    bool ok = json_elements_write(&f->records, data, len, err);
    f->counts.records += f->records.too_long - f->too_long;
    f->counts.malformed += f->records.too_long - f->too_long;
    f->too_long = f->records.too_long;
    return ok;
}

/* ---- files ---- */

struct trail_file *trail_file_new(const struct trail_file_options *options)
{
    struct trail_file *f = memory_new(1, sizeof *f);
    const struct gunzip_options gunzip = { TRAIL_FILE_BYTES_MAX, write_text, f };
    f->o = *options;
    f->gunzip = gunzip_new(&gunzip);
    f->records = (struct json_elements){
        .name = "Records", .max = TRAIL_FILE_RECORD_MAX, .on_element = on_record, .ctx = f
    };
    json_elements_init(&f->records);
    trail_file_begin(f, "", "");
    return f;
}

void trail_file_free(struct trail_file *f)
{
    if (f == NULL)
        return;
    gunzip_free(f->gunzip);
    json_elements_release(&f->records);
    free(f->account);
    free(f->region);
    free(f);
}

void trail_file_begin(struct trail_file *f, const char *account, const char *region)
{
    free(f->account);
    free(f->region);
    f->account = memory_string(account);
    f->region = memory_string(region);
    gunzip_reset(f->gunzip);
    json_elements_reset(&f->records);
    f->counts = (struct trail_counts){ 0 };
    f->too_long = f->text_bytes = 0;
    f->first = '\0';
}

/* Where the bucket calls a file's packing its Content-Encoding, HTTP has unpacked it already: then it begins as an
 * object does, and no gzip. */
static bool is_text(const struct trail_file *f)
{
    return f->first == '{';
}

static bool write_unpacked(struct trail_file *f, const char *data, size_t len, struct error *err)
{
    if (len > TRAIL_FILE_BYTES_MAX - f->text_bytes)
        return error_set(err, ERROR_LIMIT, "more than %llu bytes",
                         (unsigned long long)TRAIL_FILE_BYTES_MAX);
    f->text_bytes += len;
    return write_text(f, data, len, err);
}

bool trail_file_write(struct trail_file *f, const char *data, size_t len, struct error *err)
{
    if (f->first == '\0' && len > 0)
        f->first = data[0];
    return is_text(f) ? write_unpacked(f, data, len, err) : gunzip_write(f->gunzip, data, len, err);
}

bool trail_file_finish(struct trail_file *f, struct error *err)
{
    return (is_text(f) || gunzip_finish(f->gunzip, err)) && json_elements_finish(&f->records, err);
}

const struct trail_counts *trail_file_counts(const struct trail_file *f)
{
    return &f->counts;
}

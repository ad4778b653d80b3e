#include "providers/aws/flowlogs/flow_file.h"

#include "core/base/memory.h"
#include "core/decode/gunzip.h"
#include "core/decode/lines.h"
#include "providers/aws/flowlogs/flow_sum.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAGIC = 4 };

static const char parquet[MAGIC] = { 'P', 'A', 'R', '1' };

struct flow_file {
    struct flow_file_options o;
    struct gunzip *gunzip;
    struct lines lines;
    struct flow_groups *groups;
    struct flow_counts counts;
    uint64_t too_long; /* of the lines', those that are in counts */
    char account[FLOW_WORD_MAX], region[FLOW_WORD_MAX];
    int64_t named_unix_s;
    struct flow_format format; /* columns 0: no line of names was read */
    char magic[MAGIC];
    size_t magic_len;    /* of the file's first bytes */
    uint64_t text_bytes; /* of a file that came unpacked */
};

void flow_counts_add(struct flow_counts *into, const struct flow_counts *more)
{
    into->lines += more->lines;
    into->watched += more->watched;
    into->passed += more->passed;
    into->nodata += more->nodata;
    into->skipdata += more->skipdata;
    into->malformed += more->malformed;
}

static void count_too_long(struct flow_file *f)
{
    f->counts.lines += f->lines.too_long - f->too_long;
    f->counts.malformed += f->lines.too_long - f->too_long;
    f->too_long = f->lines.too_long;
}

static bool write_text(void *ctx, const char *data, size_t len, struct error *err)
{
    struct flow_file *f = ctx;
    (void)err;
    lines_write(&f->lines, data, len);
    count_too_long(f);
    return true;
}

static void on_line(void *ctx, struct text line);

struct flow_file *flow_file_new(const struct flow_file_options *options)
{
    struct flow_file *f = memory_new(1, sizeof *f);
    struct gunzip_options gunzip = { FLOW_FILE_BYTES_MAX, write_text, f };
    f->o = *options;
    f->gunzip = gunzip_new(&gunzip);
    lines_init(&f->lines, FLOW_FILE_LINE_MAX, on_line, f);
    f->groups = flow_groups_new(FLOW_FILE_GROUPS_MAX, f->o.seed);
    return f;
}

void flow_file_free(struct flow_file *f)
{
    if (f == NULL)
        return;
    gunzip_free(f->gunzip);
    lines_release(&f->lines);
    flow_groups_free(f->groups);
    free(f);
}

bool flow_file_begin(struct flow_file *f, const char *account, const char *region,
                     int64_t named_unix_s, struct error *err)
{
    memset(f->account, 0, sizeof f->account);
    memset(f->region, 0, sizeof f->region);
    gunzip_reset(f->gunzip);
    lines_reset(&f->lines);
    flow_groups_clear(f->groups);
    f->counts = (struct flow_counts){ 0 };
    f->format.columns = 0;
    f->too_long = 0;
    f->magic_len = 0;
    f->text_bytes = 0;
    f->named_unix_s = named_unix_s;
    return (flow_sum_word(text_of(account), f->account) &&
            flow_sum_word(text_of(region), f->region)) ||
           error_set(err, ERROR_DATA, "flow logs of account %s, region %s: names too long", account,
                     region);
}

/* ---- lines ---- */

static void take(struct flow_file *f, const struct flow_record *r)
{
    struct flow_group group;
    const struct flow_sum sum = { f->account, f->region, f->o.since_unix_s, f->o.until_unix_s,
                                  f->named_unix_s };
    switch (flow_sum_group(&sum, r, &group)) {
    case FLOW_SUM_COUNTS:
        f->counts.watched++;
        (void)flow_groups_add(f->groups, &group); /* what does not fit is counted there */
        return;
    case FLOW_SUM_OTHER_TIME:
        f->counts.passed++;
        return;
    case FLOW_SUM_TOO_LONG:
        f->counts.malformed++;
        return;
    }
}

/* The first line; in a file that was put together from several also one in the middle. */
static bool is_header(struct flow_file *f, struct text line)
{
    struct flow_format format;
    if (!flow_format_read(line, &format))
        return false;
    f->format = format;
    return true;
}

static void read_line(struct flow_file *f, struct text line)
{
    struct flow_record r;
    switch (flow_record_read(&f->format, f->o.watch, line, &r)) {
    case FLOW_LINE_WATCHED:
        take(f, &r);
        return;
    case FLOW_LINE_PASSED:
        f->counts.passed++;
        return;
    case FLOW_LINE_NODATA:
        f->counts.nodata++;
        return;
    case FLOW_LINE_SKIPDATA:
        f->counts.skipdata++;
        return;
    case FLOW_LINE_MALFORMED:
        break;
    }
    if (is_header(f, line))
        f->counts.lines--;
    else
        f->counts.malformed++;
}

static void on_line(void *ctx, struct text line)
{
    struct flow_file *f = ctx;
    if (line.len == 0 || (f->format.columns == 0 && is_header(f, line)))
        return;
    f->counts.lines++;
    if (f->format.columns > 0)
        read_line(f, line);
    else
        f->counts.malformed++; /* there is no telling what its columns are */
}

/* ---- bytes ---- */

static void note_magic(struct flow_file *f, const char *data, size_t len)
{
    size_t more = MAGIC - f->magic_len < len ? MAGIC - f->magic_len : len;
    memcpy(f->magic + f->magic_len, data, more);
    f->magic_len += more;
}

bool flow_file_is_parquet(const struct flow_file *f)
{
    return f->magic_len == MAGIC && memcmp(f->magic, parquet, MAGIC) == 0;
}

/* Where the bucket calls a file's packing its Content-Encoding, HTTP has unpacked it already: then it begins with a
 * field's name, as no gzip does. */
static bool is_text(const struct flow_file *f)
{
    return f->magic_len > 0 && f->magic[0] >= 'a' && f->magic[0] <= 'z';
}

static bool write_unpacked(struct flow_file *f, const char *data, size_t len, struct error *err)
{
    if (len > FLOW_FILE_BYTES_MAX - f->text_bytes)
        return error_set(err, ERROR_LIMIT, "more than %llu bytes",
                         (unsigned long long)FLOW_FILE_BYTES_MAX);
    f->text_bytes += len;
    return write_text(f, data, len, err);
}

/* No gzip begins with a P: it is refused by its first bytes, which may come before the fourth one. */
bool flow_file_write(struct flow_file *f, const char *data, size_t len, struct error *err)
{
    note_magic(f, data, len);
    if (flow_file_is_parquet(f))
        return error_set(err, ERROR_DATA, "it is Parquet, which cannot be read here");
    if (f->magic_len < MAGIC && f->magic[0] == parquet[0])
        return true;
    if (is_text(f))
        return write_unpacked(f, data, len, err);
    return gunzip_write(f->gunzip, data, len, err);
}

bool flow_file_finish(struct flow_file *f, struct error *err)
{
    if (!is_text(f) && !gunzip_finish(f->gunzip, err))
        return false;
    lines_finish(&f->lines);
    count_too_long(f);
    return f->counts.lines == 0 || f->format.columns > 0 ||
           error_set(err, ERROR_DATA, "no line in it names the fields dstaddr and dstport");
}

void flow_file_date(struct flow_file *f, int64_t unix_s)
{
    f->named_unix_s = unix_s;
}

const struct flow_groups *flow_file_groups(const struct flow_file *f)
{
    return f->groups;
}

const struct flow_counts *flow_file_counts(const struct flow_file *f)
{
    return &f->counts;
}

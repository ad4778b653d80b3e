#include "reports/export.h"

#include "core/base/buffer.h"
#include "core/base/encode.h"
#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/decode/json_write.h"
#include "reports/output.h"
#include "reports/sheet.h"
#include "reports/view.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXPORT_LINE_MAX = 64 * 1024 * 1024, EXPORT_PATH_MAX = 16 * 1024 };

enum column { PROVIDER, TYPE, ACCOUNT, PLACES, FIRST_TEXT = PLACES };

/* Texts, in the order of the statement; then JSON as it is. */
static const char *const texts[] = { "account_name", "region",       "id",
                                     "name",         "team",         "key",
                                     "first_seen",   "last_changed", "unverified_since",
                                     "shared_from" };
static const char *const trees[] = { "parent", "tags", "unread", "config" };
enum { TEXTS = sizeof texts / sizeof *texts, TREES = sizeof trees / sizeof *trees };

static const char select_all[] =
    "SELECT provider, type, account, account_name, region, id, name, " SHEET_TEAM_SQL ","
    " key, first_seen, last_changed, unverified_since, shared_from, json_quote(parent), tags, unread, config"
    " FROM inventory"
    " ORDER BY provider, type, account, key";

/* One export on its way. */
struct writing {
    struct sqlite3_stmt *rows;
    const char *folder; /* FOLDER.tmp */
    char *place;        /* folder of the file being written; NULL before the first */
    struct output *file;
    struct buffer line;
    struct export_counts counts;
};

static void append_name(struct buffer *path, const char *name, struct text value)
{
    buffer_append_format(path, "/%s=", name);
    encode_uri(path, value, "");
}

static char *place_of_row(const struct writing *w)
{
    struct buffer path;
    buffer_init(&path, EXPORT_PATH_MAX);
    buffer_append_string(&path, w->folder);
    append_name(&path, "provider", view_text(w->rows, PROVIDER));
    append_name(&path, "type", view_text(w->rows, TYPE));
    append_name(&path, "account", view_text(w->rows, ACCOUNT));
    return buffer_detach(&path);
}

static bool finish_file(struct writing *w, struct error *err)
{
    bool ok = w->file == NULL || output_finish(w->file, NULL, err);
    output_free(w->file);
    w->file = NULL;
    return ok;
}

/* The file that the row belongs to; a new one where its place is new. */
static bool open_file(struct writing *w, struct error *err)
{
    char *place = place_of_row(w);
    if (w->place != NULL && strcmp(place, w->place) == 0) {
        free(place);
        return true;
    }
    free(w->place);
    w->place = place;
    if (!finish_file(w, err) || !file_make_folder(place, err))
        return false;
    char *path = memory_format("%s/resources.ndjson", place);
    w->file = output_file(path, NULL, err);
    free(path);
    w->counts.files++;
    return w->file != NULL;
}

static void append_member(struct buffer *line, const char *name)
{
    buffer_append_format(line, "%s\"%s\":", line->len == 1 ? "" : ",", name);
}

static void make_line(struct writing *w)
{
    struct buffer *line = &w->line;
    buffer_clear(line);
    buffer_append_char(line, '{');
    for (int i = 0; i < TEXTS; i++) {
        append_member(line, texts[i]);
        json_write_string(view_text(w->rows, FIRST_TEXT + i), line);
    }
    for (int i = 0; i < TREES; i++) {
        struct text tree = view_text(w->rows, FIRST_TEXT + TEXTS + i);
        append_member(line, trees[i]);
        buffer_append_text(line, tree.len == 0 ? text_of("null") : tree);
    }
    buffer_append_string(line, "}\n");
}

static bool write_row(struct writing *w, struct error *err)
{
    if (!open_file(w, err))
        return false;
    make_line(w);
    if (!buffer_ok(&w->line))
        return error_set(err, ERROR_LIMIT, "a resource is larger than %d bytes", EXPORT_LINE_MAX);
    w->counts.resources++;
    return output_write(w->file, buffer_text(&w->line), err);
}

static bool write_rows(struct writing *w, struct error *err)
{
    bool row = false;
    do {
        if (!view_next(w->rows, &row, err) || (row && !write_row(w, err)))
            return false;
    } while (row);
    return finish_file(w, err);
}

static bool write_mark(const struct writing *w, const char *text, struct error *err)
{
    char *path = memory_format("%s/" EXPORT_MARK, w->folder);
    bool ok = file_write_atomic(path, text_of(text), err);
    free(path);
    return ok;
}

/* Before anything else is there: whatever breaks this export off, the next one knows whose its leavings are. */
static bool begin_folder(const struct writing *w, struct error *err)
{
    return file_make_folder(w->folder, err) && write_mark(w, "{}\n", err);
}

static bool finish_folder(const struct writing *w, const struct store_run *run, struct error *err)
{
    char *text = memory_format("{\"run\":\"%s\",\"resources\":%" PRId64 ",\"files\":%" PRId64 "}\n",
                               run->name, w->counts.resources, w->counts.files);
    bool ok = write_mark(w, text, err) && file_sync_all(w->folder, err);
    free(text);
    return ok;
}

static bool write_tree(struct store *s, const struct store_run *run, struct writing *w,
                       struct error *err)
{
    w->rows = view_prepare(store_db(s), select_all, err);
    buffer_init(&w->line, EXPORT_LINE_MAX);
    bool ok =
        w->rows != NULL && begin_folder(w, err) && write_rows(w, err) && finish_folder(w, run, err);
    sqlite3_finalize(w->rows);
    output_free(w->file);
    buffer_release(&w->line);
    free(w->place);
    return ok;
}

/* ---- what stands there ---- */

static int is_entry(const struct dirent *entry)
{
    return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

/* The mark, or what a mark is written to before it has its name. */
static bool is_mark(const char *name)
{
    return text_starts_with(text_of(name), EXPORT_MARK);
}

static bool may_replace(const char *folder, struct error *err)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_entry, alphasort);
    const char *why = count < 0 ? strerror(errno) : "it holds what no export wrote";
    bool ours = count == 0 || (count < 0 && errno == ENOENT);
    for (int i = 0; i < count; i++) {
        ours = ours || is_mark(entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    return ours || error_set(err, ERROR_USAGE,
                             "the export would replace %s (%s): move it, or name another folder",
                             folder, why);
}

static bool rename_to(const char *from, const char *to, struct error *err)
{
    return rename(from, to) == 0 ||
           error_set(err, ERROR_IO, "cannot rename %s to %s: %s", from, to, strerror(errno));
}

/* The folder, what it is written as, and what the one before it is called until it is gone. */
struct places {
    char *folder, *fresh, *aside;
};

static struct places places_of(const char *folder)
{
    size_t len = strlen(folder);
    while (len > 1 && folder[len - 1] == '/') /* to which .tmp would be put */
        len--;
    char *plain = memory_string_n(folder, len);
    return (struct places){ plain, memory_format("%s.tmp", plain), memory_format("%s.old", plain) };
}

static void places_release(struct places *p)
{
    free(p->folder);
    free(p->fresh);
    free(p->aside);
}

static bool sync_names(const struct places *p, struct error *err)
{
    const char *slash = strrchr(p->folder, '/');
    char *parent = slash == NULL ? memory_string(".")
                                 : memory_string_n(p->folder, (size_t)(slash - p->folder) + 1);
    bool ok = file_sync_folder(parent, err);
    free(parent);
    return ok;
}

/* The old one steps aside until the new one stands: a reader finds one of the two, or for a moment none. */
static bool put_in_place(const struct places *p, struct error *err)
{
    return file_remove_tree(p->aside, err) &&
           (!file_exists(p->folder) || rename_to(p->folder, p->aside, err)) &&
           rename_to(p->fresh, p->folder, err) && sync_names(p, err) &&
           file_remove_tree(p->aside, err);
}

bool export_write(struct store *s, const struct store_run *run, const char *folder,
                  struct export_counts *out, struct error *err)
{
    struct places p = places_of(folder);
    struct writing w = { .folder = p.fresh };
    bool ok = may_replace(p.folder, err) && may_replace(p.fresh, err) &&
              may_replace(p.aside, err) && file_remove_tree(p.fresh, err) &&
              write_tree(s, run, &w, err) && put_in_place(&p, err);
    if (ok)
        *out = w.counts;
    places_release(&p);
    return ok;
}

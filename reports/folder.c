#include "reports/folder.h"

#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "reports/output.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct folder {
    char *state, *runs;
    char *name;    /* the run's */
    char *path;    /* <runs>/<name> */
    char *unnamed; /* <path>.tmp */
    char *latest;  /* the run that `latest` names; NULL: none */
    char *earlier; /* its folder; NULL: none */
    int kept_max;
};

enum { NAMES_MAX = 100000 }; /* entries of one folder that are looked at */

/* The names in a folder, sorted; so that nothing depends on the file system's order. */
struct names {
    char **items;
    size_t count;
};

static void names_release(struct names *n)
{
    for (size_t i = 0; i < n->count; i++)
        free(n->items[i]);
    free(n->items);
    *n = (struct names){ NULL, 0 };
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void names_add(struct names *n, const char *name)
{
    if ((n->count & (n->count - 1)) == 0)
        n->items = memory_resize(n->items, n->count == 0 ? 1 : 2 * n->count, sizeof(char *));
    n->items[n->count++] = memory_string(name);
}

static bool names_fill(struct names *n, DIR *dir, const char *path, struct error *err)
{
    while (n->count < NAMES_MAX) {
        errno = 0; /* tells the end from a failure */
        struct dirent *entry = readdir(dir);
        if (entry == NULL)
            return errno == 0 ||
                   error_set(err, ERROR_IO, "cannot read the folder %s: %s", path, strerror(errno));
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            names_add(n, entry->d_name);
    }
    return error_set(err, ERROR_LIMIT, "the folder %s holds %d entries or more", path, NAMES_MAX);
}

static bool names_read(const char *path, struct names *out, struct error *err)
{
    struct names names = { NULL, 0 };
    DIR *dir = opendir(path);
    if (dir == NULL)
        return error_set(err, ERROR_IO, "cannot read the folder %s: %s", path, strerror(errno));
    bool ok = names_fill(&names, dir, path, err);
    closedir(dir);
    if (names.count > 0)
        qsort(names.items, names.count, sizeof(char *), compare_names);
    if (ok)
        *out = names;
    else
        names_release(&names);
    return ok;
}

static bool is_folder(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool is_run_name(struct text name)
{
    int64_t unix_s;
    return timestamp_parse_basic(name, &unix_s);
}

/* ---- begin ---- */

static bool remove_leftovers(const struct folder *f, struct error *err)
{
    struct names names;
    if (!names_read(f->runs, &names, err))
        return false;
    bool ok = true;
    for (size_t i = 0; ok && i < names.count; i++) {
        struct text name = text_of(names.items[i]);
        if (!text_ends_with(name, ".tmp") || !is_run_name((struct text){ name.data, name.len - 4 }))
            continue;
        char *path = memory_format("%s/%s", f->runs, names.items[i]);
        ok = file_remove_tree(path, err);
        free(path);
    }
    names_release(&names);
    return ok;
}

/* Only a link as we write it counts: runs/<run>. */
static char *read_latest(const char *state)
{
    char *path = memory_format("%s/latest", state), target[256];
    ssize_t len = readlink(path, target, sizeof target);
    struct text name = { target, len < 0 ? 0 : (size_t)len };
    free(path);
    if (!text_starts_with(name, "runs/"))
        return NULL;
    name = (struct text){ name.data + 5, name.len - 5 };
    return is_run_name(name) ? text_copy(name) : NULL;
}

struct folder *folder_begin(const char *state, const char *run, int kept_max, struct error *err)
{
    struct folder *f = memory_new(1, sizeof *f);
    f->state = memory_string(state);
    f->name = memory_string(run);
    f->runs = memory_format("%s/runs", state);
    f->path = memory_format("%s/%s", f->runs, run);
    f->unnamed = memory_format("%s.tmp", f->path);
    f->latest = read_latest(state);
    f->earlier = f->latest == NULL ? NULL : memory_format("%s/%s", f->runs, f->latest);
    f->kept_max = kept_max;
    if (file_make_folder(f->runs, err) && remove_leftovers(f, err) &&
        file_make_folder(f->unnamed, err))
        return f;
    folder_free(f);
    return NULL;
}

struct output *folder_output(struct folder *f, const char *relative, struct error *err)
{
    char *path = memory_format("%s/%s", f->unnamed, relative);
    char *earlier = f->earlier == NULL ? NULL : memory_format("%s/%s", f->earlier, relative);
    char *parent = memory_string_n(path, (size_t)(strrchr(path, '/') - path));
    bool ready = file_exists(parent) || file_make_folder(parent, err);
    struct output *out = ready ? output_file(path, earlier, err) : NULL;
    free(parent);
    free(earlier);
    free(path);
    return out;
}

bool folder_has(const struct folder *f, const char *relative)
{
    char *path = memory_format("%s/%s", f->unnamed, relative);
    bool has = file_exists(path);
    free(path);
    return has;
}

/* ---- publish ---- */

/* Calls `each` for every entry of `a`, with its path there and the path it has or would have in `b`. */
typedef bool (*pair_fn)(const char *in_a, const char *in_b, struct error *err);

static bool each_pair(const char *a, const char *b, pair_fn each, struct error *err)
{
    struct names names;
    if (!names_read(a, &names, err))
        return false;
    bool ok = true;
    for (size_t i = 0; ok && i < names.count; i++) {
        char *in_a = memory_format("%s/%s", a, names.items[i]);
        char *in_b = memory_format("%s/%s", b, names.items[i]);
        ok = each(in_a, in_b, err);
        free(in_a);
        free(in_b);
    }
    names_release(&names);
    return ok;
}

static bool remove_stale(const char *standing, const char *fresh, struct error *err)
{
    return file_exists(fresh) || file_remove_tree(standing, err);
}

static bool move_over(const char *from, const char *to, struct error *err)
{
    if (is_folder(from))
        return file_make_folder(to, err) && each_pair(to, from, remove_stale, err) &&
               each_pair(from, to, move_over, err) && file_sync_folder(to, err);
    return rename(from, to) == 0 ||
           error_set(err, ERROR_IO, "cannot write %s: %s", to, strerror(errno));
}

static bool name_folder(const struct folder *f, struct error *err)
{
    if (is_folder(f->path))
        return move_over(f->unnamed, f->path, err) && file_remove_tree(f->unnamed, err);
    return rename(f->unnamed, f->path) == 0 ||
           error_set(err, ERROR_IO, "cannot write %s: %s", f->path, strerror(errno));
}

static bool swap_latest(const struct folder *f, struct error *err)
{
    if (f->latest != NULL && strcmp(f->latest, f->name) >= 0 && is_folder(f->earlier))
        return true;
    char *latest = memory_format("%s/latest", f->state);
    char *beside = memory_format("%s.tmp", latest);
    char *target = memory_format("runs/%s", f->name);
    bool ok = file_remove_tree(beside, err);
    if (ok && (symlink(target, beside) != 0 || rename(beside, latest) != 0))
        ok = error_set(err, ERROR_IO, "cannot write %s: %s", latest, strerror(errno));
    free(target);
    free(beside);
    free(latest);
    return ok && file_sync_folder(f->state, err);
}

/* Renamed first: a crash leaves a .tmp, never half a folder under a run's name. */
static bool remove_run(const struct folder *f, const char *name, struct error *err)
{
    char *path = memory_format("%s/%s", f->runs, name);
    char *unnamed = memory_format("%s.tmp", path);
    bool ok = rename(path, unnamed) == 0 ||
              error_set(err, ERROR_IO, "cannot remove %s: %s", path, strerror(errno));
    ok = ok && file_remove_tree(unnamed, err);
    free(unnamed);
    free(path);
    return ok;
}

static bool remove_old(const struct folder *f, struct error *err)
{
    struct names names;
    if (!names_read(f->runs, &names, err))
        return false;
    bool ok = true;
    int kept = 1; /* ours, wherever it stands in the order */
    for (size_t i = names.count; ok && i > 0; i--) {
        const char *name = names.items[i - 1];
        bool is_latest = f->latest != NULL && strcmp(name, f->latest) == 0;
        if (strcmp(name, f->name) == 0 || !is_run_name(text_of(name)))
            continue;
        if (kept < f->kept_max || is_latest)
            kept++;
        else
            ok = remove_run(f, name, err);
    }
    names_release(&names);
    return ok;
}

bool folder_publish(struct folder *f, struct error *err)
{
    return file_sync_all(f->unnamed, err) && name_folder(f, err) &&
           file_sync_folder(f->runs, err) && swap_latest(f, err) && remove_old(f, err);
}

void folder_free(struct folder *f)
{
    if (f == NULL)
        return;
    struct error ignored = ERROR_INIT; /* what stays is removed by the next folder_begin() */
    file_remove_tree(f->unnamed, &ignored);
    free(f->state);
    free(f->name);
    free(f->runs);
    free(f->path);
    free(f->unnamed);
    free(f->latest);
    free(f->earlier);
    free(f);
}

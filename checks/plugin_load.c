#include "checks/plugin_load.h"

#include "core/base/buffer.h"
#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/base/text.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SYMBOL "yomawari_check_plugin"

enum { PARENTS_MAX = 256, PROC_PATH_MAX = 32 };

struct plugin_load {
    void *handles[PLUGIN_FILES_MAX];
    int files
        [PLUGIN_FILES_MAX]; /* open as long as the handles: the loader knows them by their numbers */
    size_t count;
    struct string_list replaced;
};

/* ---- what may be loaded ---- */

/* The name by which Linux opens again what a descriptor is of, whatever has become of its path meanwhile. */
static const char *proc_path(int fd, char out[PROC_PATH_MAX])
{
    snprintf(out, PROC_PATH_MAX, "/proc/self/fd/%d", fd);
    return out;
}

static bool is_ours(const struct stat *st)
{
    return st->st_uid == geteuid() || st->st_uid == 0;
}

static bool is_closed(const struct stat *st)
{
    return (st->st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

static bool is_ours_alone(const char *path, const struct stat *st, struct error *err)
{
    if (!is_ours(st))
        return error_set(err, ERROR_CONFIG,
                         "%s: belongs to user %u; plugins must be ours or root's", path,
                         (unsigned)st->st_uid);
    return is_closed(st) ||
           error_set(err, ERROR_CONFIG,
                     "%s: others may write there; plugins are loaded only where nobody else can "
                     "change them (chmod go-w)",
                     path);
}

/* Who may write to a folder may put another in the place of what stands in it. A sticky bit is no exception: what it
 * keeps is a rule of the file system's, which not all have. */
static bool parent_is_safe(const char *folder, const char *parent, const struct stat *st,
                           struct error *err)
{
    return (is_ours(st) && is_closed(st)) ||
           error_set(err, ERROR_CONFIG,
                     "%s: others may write to %s, above it, and so replace it; plugins are loaded "
                     "only where nobody else can change them",
                     folder, parent);
}

/* Up to the root, by the folders themselves: the names are for people. */
static bool parents_are_safe(const char *folder, int dir, const struct stat *own, struct error *err)
{
    char up[3 * PARENTS_MAX] = "", name[PATH_MAX], proc[PROC_PATH_MAX];
    struct stat st, below = *own;
    ssize_t len = readlink(proc_path(dir, proc), name, sizeof name - 1);
    name[len < 0 ? 0 : len] = '\0';
    for (size_t i = 0; i + 1 < PARENTS_MAX; i++) {
        char *slash = strrchr(name, '/');
        if (slash != NULL)
            slash[slash == name] = '\0';
        snprintf(up + strlen(up), sizeof up - strlen(up), "%s", i == 0 ? ".." : "/..");
        if (fstatat(dir, up, &st, 0) != 0)
            return error_set(err, ERROR_CONFIG, "%s: the folders above it: %s", folder,
                             strerror(errno));
        if (st.st_dev == below.st_dev && st.st_ino == below.st_ino)
            return true; /* the root is its own parent */
        if (!parent_is_safe(folder, name, &st, err))
            return false;
        below = st;
    }
    return error_set(err, ERROR_CONFIG, "%s: lies too deep", folder);
}

static bool folder_is_safe(const char *folder, int dir, struct error *err)
{
    struct stat st;
    if (fstat(dir, &st) != 0)
        return error_set(err, ERROR_CONFIG, "%s: %s", folder, strerror(errno));
    return is_ours_alone(folder, &st, err) && parents_are_safe(folder, dir, &st, err);
}

/* -1 with an error. Opened once: what is looked at here is what is digested and loaded. */
static int open_file(int dir, const char *name, const char *path, struct error *err)
{
    struct stat st;
    int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
        error_set(err, ERROR_CONFIG, "%s: %s", path,
                  errno == ELOOP ? "is no regular file" : strerror(errno));
        return -1;
    }
    bool ok =
        (fstat(fd, &st) == 0 || error_set(err, ERROR_CONFIG, "%s: %s", path, strerror(errno))) &&
        (S_ISREG(st.st_mode) || error_set(err, ERROR_CONFIG, "%s: is no regular file", path)) &&
        is_ours_alone(path, &st, err);
    if (ok)
        return fd;
    close(fd);
    return -1;
}

/* ---- one file ---- */

static bool digest_file(int fd, const char *path, char out[DIGEST_HEX_MAX], struct error *err)
{
    struct buffer bytes;
    struct error why = ERROR_INIT;
    char proc[PROC_PATH_MAX];
    buffer_init(&bytes, PLUGIN_FILE_MAX);
    bool ok = file_read(proc_path(fd, proc), &bytes, &why);
    if (ok)
        digest_sha256_hex(buffer_text(&bytes), out);
    buffer_release(&bytes);
    return ok || error_set(err, ERROR_CONFIG, "%s: %s", path, why.message);
}

/* dlerror() may begin with the name that the file was opened by, or not. */
static bool say_why_not(const char *path, const char *proc, struct error *err)
{
    const char *why = dlerror();
    if (why == NULL)
        why = "cannot be loaded";
    if (text_starts_with(text_of(why), proc) && text_starts_with(text_of(why + strlen(proc)), ": "))
        why += strlen(proc) + 2;
    return error_set(err, ERROR_CONFIG, "%s: %s", path, why);
}

static void note_replaced(struct plugin_load *l, const struct plugin_table *table,
                          const struct plugin_entry *entry)
{
    const struct plugin_entry *other = plugin_table_find(table, entry->plugin->name);
    if (other == NULL || other->file[0] != '\0')
        return;
    char *line = memory_format("%s takes the place of the built-in plugin %s", entry->file,
                               entry->plugin->name);
    string_list_add(&l->replaced, line);
    free(line);
}

static bool take_symbol(struct plugin_load *l, struct plugin_table *table,
                        struct plugin_entry *entry, struct error *err)
{
    void *handle = l->handles[l->count - 1];
    const struct check_plugin *const *symbol = dlsym(handle, SYMBOL);
    if (symbol == NULL || *symbol == NULL)
        return error_set(err, ERROR_CONFIG,
                         "%s: has no symbol " SYMBOL " (CHECK_PLUGIN_EXPORT in check.h)",
                         entry->file);
    entry->plugin = *symbol;
    if (entry->plugin->abi == CHECK_PLUGIN_ABI && entry->plugin->name != NULL)
        note_replaced(l, table, entry);
    return plugin_table_add(table, entry, err);
}

/* Takes the descriptor. */
static bool load_open_file(struct plugin_load *l, struct plugin_table *table, int fd,
                           const char *path, struct error *err)
{
    struct plugin_entry entry = { .file = path };
    char proc[PROC_PATH_MAX];
    void *handle = NULL;
    if (digest_file(fd, path, entry.sha256, err)) {
        handle = dlopen(proc_path(fd, proc), RTLD_NOW | RTLD_LOCAL);
        if (handle == NULL)
            say_why_not(path, proc, err);
    }
    if (handle == NULL) {
        close(fd);
        return false;
    }
    l->files[l->count] = fd;
    l->handles[l->count++] = handle;
    return take_symbol(l, table, &entry, err);
}

static bool load_file(struct plugin_load *l, struct plugin_table *table, int dir, const char *name,
                      const char *path, struct error *err)
{
    if (l->count == PLUGIN_FILES_MAX)
        return error_set(err, ERROR_CONFIG, "%s: there are more than %d plugins", path,
                         PLUGIN_FILES_MAX);
    int fd = open_file(dir, name, path, err);
    return fd >= 0 && load_open_file(l, table, fd, path, err);
}

/* ---- the folder ---- */

static int is_shared_object(const struct dirent *entry)
{
    return text_ends_with(text_of(entry->d_name), ".so") && entry->d_name[0] != '.';
}

static bool load_all(struct plugin_load *l, struct plugin_table *table, const char *folder, int dir,
                     struct error *err)
{
    struct dirent **entries = NULL;
    char proc[PROC_PATH_MAX];
    int count = scandir(proc_path(dir, proc), &entries, is_shared_object, alphasort);
    if (count < 0)
        return error_set(err, ERROR_CONFIG, "%s: %s: %s", folder, proc, strerror(errno));
    bool ok = count == 0 || folder_is_safe(folder, dir, err);
    for (int i = 0; i < count; i++) {
        char *path = memory_format("%s/%s", folder, entries[i]->d_name);
        ok = ok && load_file(l, table, dir, entries[i]->d_name, path, err);
        free(path);
        free(entries[i]);
    }
    free(entries);
    return ok;
}

static bool load_from(struct plugin_load *l, struct plugin_table *table, const char *folder,
                      struct error *err)
{
    int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        return errno == ENOENT || error_set(err, ERROR_CONFIG, "%s: %s", folder, strerror(errno));
    bool ok = load_all(l, table, folder, dir, err);
    close(dir);
    return ok;
}

struct plugin_load *plugin_load_folder(const char *folder, struct plugin_table *table,
                                       struct error *err)
{
    struct plugin_load *l = memory_new(1, sizeof *l);
    char *path =
        strchr(folder, '/') == NULL ? memory_format("./%s", folder) : memory_string(folder);
    bool ok = load_from(l, table, path, err);
    free(path);
    if (ok)
        return l;
    plugin_load_free(l);
    return NULL;
}

void plugin_load_free(struct plugin_load *l)
{
    if (l == NULL)
        return;
    for (size_t i = l->count; i > 0; i--) {
        dlclose(l->handles[i - 1]);
        close(l->files[i - 1]);
    }
    string_list_release(&l->replaced);
    free(l);
}

const struct string_list *plugin_load_replaced(const struct plugin_load *l)
{
    return &l->replaced;
}

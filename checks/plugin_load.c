#include "checks/plugin_load.h"

#include "core/base/buffer.h"
#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/base/text.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SYMBOL "yomawari_check_plugin"

struct plugin_load {
    void *handles[PLUGIN_FILES_MAX];
    size_t count;
    struct string_list replaced;
};

/* ---- what may be loaded ---- */

static bool is_ours_alone(const char *path, const struct stat *st, struct error *err)
{
    if (st->st_uid != geteuid() && st->st_uid != 0)
        return error_set(err, ERROR_CONFIG,
                         "%s: belongs to user %u; plugins must be ours or root's", path,
                         (unsigned)st->st_uid);
    return (st->st_mode & (S_IWGRP | S_IWOTH)) == 0 ||
           error_set(err, ERROR_CONFIG,
                     "%s: others may write there; plugins are loaded only where nobody else can "
                     "change them (chmod go-w)",
                     path);
}

static bool folder_is_safe(const char *folder, struct error *err)
{
    struct stat st;
    if (stat(folder, &st) != 0)
        return error_set(err, ERROR_CONFIG, "%s: %s", folder, strerror(errno));
    return (S_ISDIR(st.st_mode) || error_set(err, ERROR_CONFIG, "%s: is no folder", folder)) &&
           is_ours_alone(folder, &st, err);
}

static bool file_is_safe(const char *path, struct error *err)
{
    struct stat st;
    if (lstat(path, &st) != 0)
        return error_set(err, ERROR_CONFIG, "%s: %s", path, strerror(errno));
    return (S_ISREG(st.st_mode) || error_set(err, ERROR_CONFIG, "%s: is no regular file", path)) &&
           is_ours_alone(path, &st, err);
}

/* ---- one file ---- */

static bool digest_file(const char *path, char out[DIGEST_HEX_MAX], struct error *err)
{
    struct buffer bytes;
    struct error why = ERROR_INIT;
    buffer_init(&bytes, PLUGIN_FILE_MAX);
    bool ok = file_read(path, &bytes, &why);
    if (ok)
        digest_sha256_hex(buffer_text(&bytes), out);
    buffer_release(&bytes);
    return ok || error_set(err, ERROR_CONFIG, "%s", why.message);
}

/* dlerror() may begin with the path, or not. */
static bool say_why_not(const char *path, struct error *err)
{
    const char *why = dlerror();
    if (why == NULL)
        why = "cannot be loaded";
    if (text_starts_with(text_of(why), path))
        return error_set(err, ERROR_CONFIG, "%s", why);
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

static bool load_file(struct plugin_load *l, struct plugin_table *table, const char *path,
                      struct error *err)
{
    struct plugin_entry entry = { .file = path };
    if (l->count == PLUGIN_FILES_MAX)
        return error_set(err, ERROR_CONFIG, "%s: there are more than %d plugins", path,
                         PLUGIN_FILES_MAX);
    if (!file_is_safe(path, err) || !digest_file(path, entry.sha256, err))
        return false;
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL)
        return say_why_not(path, err);
    l->handles[l->count++] = handle;
    return take_symbol(l, table, &entry, err);
}

/* ---- the folder ---- */

static int is_shared_object(const struct dirent *entry)
{
    return text_ends_with(text_of(entry->d_name), ".so") && entry->d_name[0] != '.';
}

static bool load_all(struct plugin_load *l, struct plugin_table *table, const char *folder,
                     struct error *err)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_shared_object, alphasort);
    if (count < 0)
        return errno == ENOENT || error_set(err, ERROR_CONFIG, "%s: %s", folder, strerror(errno));
    bool ok = count == 0 || folder_is_safe(folder, err);
    for (int i = 0; i < count; i++) {
        char *path = memory_format("%s/%s", folder, entries[i]->d_name);
        ok = ok && load_file(l, table, path, err);
        free(path);
        free(entries[i]);
    }
    free(entries);
    return ok;
}

struct plugin_load *plugin_load_folder(const char *folder, struct plugin_table *table,
                                       struct error *err)
{
    struct plugin_load *l = memory_new(1, sizeof *l);
    /* A name without a slash would be looked for where the system keeps its libraries. */
    char *path =
        strchr(folder, '/') == NULL ? memory_format("./%s", folder) : memory_string(folder);
    bool ok = load_all(l, table, path, err);
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
    for (size_t i = l->count; i > 0; i--)
        dlclose(l->handles[i - 1]);
    string_list_release(&l->replaced);
    free(l);
}

const struct string_list *plugin_load_replaced(const struct plugin_load *l)
{
    return &l->replaced;
}

#include "reports/attach.h"

#include "core/base/file.h"
#include "core/base/memory.h"
#include "reports/folder.h"
#include "reports/output.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool copy(struct folder *f, const char *path, const char *relative, struct error *err)
{
    struct buffer bytes;
    buffer_init(&bytes, ATTACH_FILE_MAX);
    struct output *out = file_read(path, &bytes, err) ? folder_output(f, relative, err) : NULL;
    bool ok =
        out != NULL && output_write(out, buffer_text(&bytes), err) && output_finish(out, NULL, err);
    output_free(out);
    buffer_release(&bytes);
    return ok;
}

static bool attach_file(struct folder *f, const char *from, const char *as, const char *name,
                        struct error *err)
{
    struct stat st;
    char *path = memory_format("%s/%s", from, name), *relative = memory_format("%s/%s", as, name);
    bool is_file = lstat(path, &st) == 0 && S_ISREG(st.st_mode);
    bool ok = !is_file || copy(f, path, relative, err);
    free(path);
    free(relative);
    return ok;
}

static int is_shown(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

bool attach_files(struct folder *f, const char *from, const char *as, struct error *err)
{
    struct dirent **entries = NULL;
    int count = scandir(from, &entries, is_shown, alphasort);
    if (count < 0)
        return error_set(err, ERROR_IO, "cannot read the folder %s: %s", from, strerror(errno));
    bool ok = count <= ATTACH_FILES_MAX ||
              error_set(err, ERROR_LIMIT, "the folder %s holds more than %d files", from,
                        ATTACH_FILES_MAX);
    for (int i = 0; i < count; i++) {
        ok = ok && attach_file(f, from, as, entries[i]->d_name, err);
        free(entries[i]);
    }
    free(entries);
    return ok;
}

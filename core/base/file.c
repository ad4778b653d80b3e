#include "core/base/file.h"

#include "core/base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool read_all(int fd, const char *path, struct buffer *out, struct error *err)
{
    char chunk[65536];
    for (;;) {
        ssize_t got = read(fd, chunk, sizeof chunk);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_set(err, ERROR_IO, "cannot read %s: %s", path, strerror(errno));
        if (got == 0)
            return true;
        buffer_append(out, chunk, (size_t)got);
        if (!buffer_ok(out))
            return error_set(err, ERROR_LIMIT, "%s is larger than %zu bytes", path, out->max);
    }
}

bool file_read(const char *path, struct buffer *out, struct error *err)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return error_set(err, ERROR_IO, "cannot open %s: %s", path, strerror(errno));
    bool ok = fstat(fd, &st) == 0 && !S_ISDIR(st.st_mode);
    if (!ok)
        error_set(err, ERROR_IO, "cannot read %s: is a directory", path);
    else
        ok = read_all(fd, path, out, err);
    close(fd);
    return ok;
}

static bool write_all(int fd, struct text content)
{
    while (content.len > 0) {
        ssize_t put = write(fd, content.data, content.len);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return false;
        content.data += put;
        content.len -= (size_t)put;
    }
    return true;
}

bool file_write_atomic(const char *path, struct text content, struct error *err)
{
    char *beside = memory_format("%s.tmp", path);
    int fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool ok = fd >= 0 && write_all(fd, content) && fsync(fd) == 0;
    int saved = errno;
    if (fd >= 0 && close(fd) != 0 && ok) {
        ok = false;
        saved = errno;
    }
    if (ok && rename(beside, path) != 0) {
        ok = false;
        saved = errno;
    }
    if (!ok) {
        unlink(beside);
        error_set(err, ERROR_IO, "cannot write %s: %s", path, strerror(saved));
    }
    free(beside);
    return ok;
}

static bool make_one(const char *path, struct error *err)
{
    struct stat st;
    if (mkdir(path, 0700) == 0 || (errno == EEXIST && stat(path, &st) == 0 && S_ISDIR(st.st_mode)))
        return true;
    return error_set(err, ERROR_IO, "cannot make the folder %s: %s", path, strerror(errno));
}

bool file_make_folder(const char *path, struct error *err)
{
    char *part = memory_string(path);
    bool ok = true;
    for (char *at = part + 1; ok && *part != '\0' && *at != '\0'; at++) {
        if (*at != '/')
            continue;
        *at = '\0';
        ok = make_one(part, err);
        *at = '/';
    }
    ok = ok && make_one(part, err);
    free(part);
    return ok;
}

static int remove_entry(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st;
    (void)flag;
    (void)ftw;
    return remove(path);
}

bool file_remove_tree(const char *path, struct error *err)
{
    struct stat st;
    if (lstat(path, &st) != 0 && errno == ENOENT)
        return true;
    if (nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS) == 0)
        return true;
    return error_set(err, ERROR_IO, "cannot remove %s: %s", path, strerror(errno));
}

static int sync_file_system(int fd)
{
    return (int)syscall(SYS_syncfs, fd);
}

static bool sync_folder(const char *path, int (*flush)(int fd), struct error *err)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && flush(fd) == 0;
    if (!ok)
        error_set(err, ERROR_IO, "cannot sync the folder %s: %s", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    return ok;
}

bool file_sync_folder(const char *path, struct error *err)
{
    return sync_folder(path, fsync, err);
}

bool file_sync_all(const char *path, struct error *err)
{
    return sync_folder(path, sync_file_system, err);
}

bool file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

char *file_beside(const char *base, const char *relative)
{
    const char *slash = strrchr(base, '/');
    if (relative[0] == '/' || slash == NULL)
        return memory_string(relative);
    while (relative[0] == '.' && relative[1] == '/')
        relative += 2;
    return memory_format("%.*s/%s", (int)(slash - base), base, relative);
}

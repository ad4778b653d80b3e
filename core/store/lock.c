#include "core/store/lock.h"

#include "core/base/timestamp.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { HOLDER_MAX = 400 };

static bool refuse(const char *path, int fd, struct error *err)
{
    char holder[HOLDER_MAX];
    ssize_t got = pread(fd, holder, sizeof holder - 1, 0);
    holder[got > 0 ? got : 0] = '\0';
    /* The holder may be between taking the lock and writing who it is. */
    return error_set(err, ERROR_BUSY, "%s is held by %s; wait until it has ended", path,
                     got > 0 ? holder : "another process");
}

static bool write_holder(int fd, int64_t now_unix_s)
{
    char host[256] = "", since[TIMESTAMP_MAX], text[HOLDER_MAX];
    if (gethostname(host, sizeof host - 1) != 0)
        snprintf(host, sizeof host, "this host");
    timestamp_iso(now_unix_s, since);
    int len = snprintf(text, sizeof text, "pid %ld on %s since %s", (long)getpid(), host, since);
    return ftruncate(fd, 0) == 0 && pwrite(fd, text, (size_t)len, 0) == len;
}

bool lock_take(const char *path, int64_t now_unix_s, int *out_fd, struct error *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return error_set(err, ERROR_IO, "cannot open %s: %s", path, strerror(errno));
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK)
            refuse(path, fd, err);
        else
            error_set(err, ERROR_IO, "cannot lock %s: %s", path, strerror(errno));
        close(fd);
        return false;
    }
    if (!write_holder(fd, now_unix_s)) {
        error_set(err, ERROR_IO, "cannot write %s: %s", path, strerror(errno));
        close(fd);
        return false;
    }
    *out_fd = fd;
    return true;
}

void lock_release(int fd)
{
    if (fd < 0)
        return;
    /* An old text would only mislead; the lock itself goes with the descriptor. */
    if (ftruncate(fd, 0) != 0)
        errno = 0;
    close(fd);
}

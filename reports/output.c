#include "reports/output.h"

#include "core/base/encode.h"
#include "core/base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OUTPUT_CHUNK = 64 * 1024 };

struct output {
    char *path, *beside; /* NULL for a stream */
    char *earlier_path;
    FILE *file;
    FILE *earlier; /* open as long as everything was the same; NULL else */
    struct digest *digest;
    int64_t bytes;
    size_t held;
    char chunk[OUTPUT_CHUNK];
};

static struct output *output_new(FILE *file)
{
    struct output *o = memory_new(1, sizeof *o);
    o->file = file;
    o->digest = digest_new();
    return o;
}

struct output *output_stream(FILE *stream)
{
    return output_new(stream);
}

static FILE *open_fresh(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "wb");
    if (fd >= 0 && file == NULL)
        close(fd);
    return file;
}

struct output *output_file(const char *path, const char *earlier, struct error *err)
{
    char *beside = memory_format("%s.tmp", path);
    FILE *file = open_fresh(beside);
    if (file == NULL) {
        error_set(err, ERROR_IO, "cannot write %s: %s", path, strerror(errno));
        free(beside);
        return NULL;
    }
    struct output *o = output_new(file);
    o->path = memory_string(path);
    o->beside = beside;
    o->earlier_path = memory_string(earlier);
    o->earlier = earlier == NULL ? NULL : fopen(earlier, "rbe");
    return o;
}

static void forget_earlier(struct output *o)
{
    if (o->earlier != NULL)
        fclose(o->earlier);
    o->earlier = NULL;
}

static bool is_same_as_earlier(struct output *o)
{
    char chunk[4096];
    for (size_t at = 0; at < o->held;) {
        size_t want = o->held - at < sizeof chunk ? o->held - at : sizeof chunk;
        if (fread(chunk, 1, want, o->earlier) != want || memcmp(chunk, o->chunk + at, want) != 0)
            return false;
        at += want;
    }
    return true;
}

static bool failed(const struct output *o, struct error *err)
{
    const char *name = o->path == NULL ? "the output" : o->path;
    return error_set(err, ERROR_IO, "cannot write %s: %s", name, strerror(errno));
}

static bool flush(struct output *o, struct error *err)
{
    if (o->earlier != NULL && !is_same_as_earlier(o))
        forget_earlier(o);
    digest_add(o->digest, (struct text){ o->chunk, o->held });
    if (fwrite(o->chunk, 1, o->held, o->file) != o->held)
        return failed(o, err);
    o->bytes += (int64_t)o->held;
    o->held = 0;
    return true;
}

bool output_write(struct output *o, struct text t, struct error *err)
{
    while (t.len > 0) {
        size_t room = OUTPUT_CHUNK - o->held, len = t.len < room ? t.len : room;
        memcpy(o->chunk + o->held, t.data, len);
        o->held += len;
        t.data += len;
        t.len -= len;
        if (o->held == OUTPUT_CHUNK && !flush(o, err))
            return false;
    }
    return true;
}

/* Gives our name to the earlier file. False when it is not the same, or the file system cannot (too many
 * links, none at all, another device): then the bytes that were written will do. */
static bool link_earlier(struct output *o)
{
    return o->earlier != NULL && fgetc(o->earlier) == EOF && !ferror(o->earlier) &&
           link(o->earlier_path, o->path) == 0;
}

/* Closes our file whatever happens. */
static bool close_file(struct output *o, struct error *err)
{
    bool ok = fflush(o->file) == 0 || failed(o, err);
    if (fclose(o->file) != 0 && ok)
        ok = failed(o, err);
    o->file = NULL;
    return ok;
}

static bool name_file(struct output *o, bool *linked, struct error *err)
{
    *linked = link_earlier(o);
    if (*linked)
        return true; /* output_free() throws ours away */
    if (!close_file(o, err))
        return false;
    if (rename(o->beside, o->path) != 0)
        return failed(o, err);
    free(o->beside);
    o->beside = NULL;
    return true;
}

bool output_finish(struct output *o, struct output_result *out, struct error *err)
{
    struct output_result result = { 0 };
    unsigned char sum[DIGEST_BYTES];
    if (!flush(o, err))
        return false;
    if (o->path == NULL && fflush(o->file) != 0)
        return failed(o, err);
    if (o->path != NULL && !name_file(o, &result.linked, err))
        return false;
    digest_finish(o->digest, sum);
    result.bytes = o->bytes;
    encode_hex(sum, sizeof sum, result.sha256);
    if (out != NULL)
        *out = result;
    return true;
}

void output_free(struct output *o)
{
    if (o == NULL)
        return;
    forget_earlier(o);
    if (o->path != NULL && o->file != NULL)
        fclose(o->file);
    if (o->beside != NULL)
        unlink(o->beside);
    digest_free(o->digest);
    free(o->path);
    free(o->beside);
    free(o->earlier_path);
    free(o);
}

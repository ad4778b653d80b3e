#include "scanner/probing/probe_picture.h"

#include "core/base/file.h"
#include "core/base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SAID_MAX = 16 * 1024, SAID_SHOWN = 160, ARGUMENTS_MAX = 48, REMOVE_MS = 30 * 1000 };

/* Where a profile is made: Chromium puts a socket below it, whose path must be short. */
#define PROFILE "/tmp/yomawari-chromium-XXXXXX"
#define PICTURE "picture.png"

/* Nobody listens there, and nothing reaches it from outside. */
#define NO_PROXY_AT_ALL "http://127.0.0.1:9"

struct taking {
    const struct picture_options *o;
    const struct picture_subject *subject;
    char profile[sizeof PROFILE];
    int folder; /* the profile, opened before Chromium can do anything to it */
};

char *probe_picture_name(const struct picture_subject *s)
{
    char *name = memory_format("%s_%d.png", s->address, s->port);
    for (char *c = name; *c != '\0'; c++)
        if (*c == ':')
            *c = '-';
    return name;
}

/* ---- the program ---- */

/* What keeps it to the one address, and quiet. */
static const char no_proxy_at_all[] = "--proxy-server=" NO_PROXY_AT_ALL;
static const char features_off[] =
    "--disable-features=OptimizationHints,MediaRouter,Translate,AutofillServerCommunication,DialMediaRouteProvider,"
    "CertificateTransparencyComponentUpdater,SafeBrowsing,InterestFeedContentSuggestions";
static const char *const fixed[] = {
    "--headless",
    "--disable-gpu",
    "--hide-scrollbars",
    "--mute-audio",
    "--window-size=1280,960",
    "--virtual-time-budget=8000",
    "--ignore-certificate-errors", /* it is looked at, not trusted; nothing of ours is sent */
    no_proxy_at_all,
    "--disable-quic",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--dns-prefetch-disable",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-plugins",
    "--disable-sync",
    "--disable-breakpad",
    "--disable-crash-reporter",
    "--disable-notifications",
    "--deny-permission-prompts",
    "--block-new-web-contents",
    "--metrics-recording-only",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-pings",
    "--password-store=basic",
    features_off,
};
_Static_assert(sizeof fixed / sizeof *fixed + 8 <= ARGUMENTS_MAX, "all arguments have room");

/* All but the address; <-loopback> takes away that 127.0.0.1 and link-local addresses go past every proxy, and the
 * later entry counts more. */
static void add_own(const struct taking *t, char *out[], size_t *count)
{
    const struct picture_subject *s = t->subject;
    bool v6 = strchr(s->address, ':') != NULL;
    const char *open = v6 ? "[" : "", *close = v6 ? "]" : "";
    out[(*count)++] = memory_format("--proxy-bypass-list=<-loopback>;%s%s%s:%d", open, s->address,
                                    close, s->port);
    out[(*count)++] =
        v6 ? memory_format("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE %s, EXCLUDE [%s]",
                           s->address, s->address)
           : memory_format("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE %s", s->address);
    out[(*count)++] = memory_format("--user-data-dir=%s", t->profile);
    out[(*count)++] = memory_format("--screenshot=%s/" PICTURE, t->profile);
    out[(*count)++] = memory_format("%s://%s%s%s:%d/", s->tls ? "https" : "http", open, s->address,
                                    close, s->port);
}

static int64_t time_of(const struct picture_options *o)
{
    return o->time_ms == 0 ? PICTURE_MS : o->time_ms;
}

/* With `to_its_end` an interruption does not count. */
static bool run(const struct taking *t, const char *const *argv, bool to_its_end,
                struct buffer *said, struct process_outcome *out, struct error *err)
{
    char *home = memory_format("HOME=%s", t->profile),
         *tmp = memory_format("TMPDIR=%s", t->profile);
    const char *const environment[] = { "PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8", home,
                                        tmp, NULL };
    const struct process p = { .argv = argv,
                               .environment = environment,
                               .folder = t->profile,
                               .user = t->o->user,
                               .clock = t->o->clock,
                               .time_ms = to_its_end ? REMOVE_MS : time_of(t->o),
                               .file_max_bytes = PICTURE_FILES_MAX,
                               .interrupted = to_its_end ? NULL : t->o->interrupted,
                               .interrupted_ctx = t->o->interrupted_ctx };
    bool ok = process_run(&p, said, out, err);
    free(home);
    free(tmp);
    return ok;
}

/* The last line that it said, cut, of printable characters alone: as ": …"; free(). */
static char *last_words(const struct buffer *said)
{
    struct text rest = buffer_text(said), last = text_of("");
    char shown[SAID_SHOWN + 1];
    size_t len = 0;
    while (rest.data != NULL) {
        struct text line = text_trim(text_cut(&rest, '\n'));
        if (line.len > 0)
            last = line;
    }
    for (; len < last.len && len < SAID_SHOWN; len++)
        shown[len] = (char)(last.data[len] < 0x20 || last.data[len] > 0x7e ? '?' : last.data[len]);
    shown[len] = '\0';
    return len == 0 ? memory_string("") : memory_format(": %s", shown);
}

static bool judge_end(const struct taking *t, const struct process_outcome *end,
                      const struct buffer *said, struct error *err)
{
    char *words = last_words(said);
    switch (end->end) {
    case PROCESS_EXITED:
        if (end->code != 0)
            error_set(err, ERROR_DATA, "%s ended with status %d%s", t->o->program, end->code,
                      words);
        break;
    case PROCESS_KILLED:
        error_set(err, ERROR_DATA, "%s was ended by signal %d%s", t->o->program, end->code, words);
        break;
    case PROCESS_LATE:
        error_set(err, ERROR_LIMIT, "%s took longer than %lld s", t->o->program,
                  (long long)(time_of(t->o) / 1000));
        break;
    case PROCESS_INTERRUPTED:
        error_set(err, ERROR_IO, "interrupted");
        break;
    }
    free(words);
    return end->end == PROCESS_EXITED && end->code == 0;
}

static bool run_chromium(const struct taking *t, struct error *err)
{
    const char *argv[ARGUMENTS_MAX] = { t->o->program };
    char *own[ARGUMENTS_MAX] = { NULL };
    size_t count = 1, own_count = 0;
    struct process_outcome end;
    struct buffer said;
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        argv[count++] = fixed[i];
    add_own(t, own, &own_count);
    for (size_t i = 0; i < own_count; i++)
        argv[count++] = own[i];
    buffer_init(&said, SAID_MAX);
    bool ok = run(t, argv, false, &said, &end, err) && judge_end(t, &end, &said, err);
    buffer_release(&said);
    for (size_t i = 0; i < own_count; i++)
        free(own[i]);
    return ok;
}

/* ---- the picture ---- */

static bool refuse(struct error *err, const char *why)
{
    return error_set(err, ERROR_DATA, "what was made is no picture: %s", why);
}

static unsigned side(const char *at)
{
    const unsigned char *b = (const unsigned char *)at;
    return (unsigned)b[0] << 24 | (unsigned)b[1] << 16 | (unsigned)b[2] << 8 | b[3];
}

/* PNG (ISO/IEC 15948): signature, IHDR first with width and height, IEND last. */
static bool check_png(struct text png, struct error *err)
{
    static const char head[] = "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR",
                      tail[] = "\0\0\0\0IEND\xae\x42\x60\x82";
    const size_t head_len = sizeof head - 1, tail_len = sizeof tail - 1;
    if (png.len < head_len + 8 + tail_len || memcmp(png.data, head, head_len) != 0)
        return refuse(err, "it is no PNG");
    if (memcmp(png.data + png.len - tail_len, tail, tail_len) != 0)
        return refuse(err, "its end is missing");
    unsigned width = side(png.data + head_len), height = side(png.data + head_len + 4);
    return (width > 0 && height > 0 && width <= PICTURE_SIDE_MAX && height <= PICTURE_SIDE_MAX) ||
           error_set(err, ERROR_LIMIT, "the picture has %u times %u pixels", width, height);
}

static bool read_open(int fd, struct buffer *png, struct error *err)
{
    struct stat st;
    char chunk[16 * 1024];
    ssize_t got = 0;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return refuse(err, "it is no regular file");
    if (st.st_size > PICTURE_MAX)
        return error_set(err, ERROR_LIMIT, "the picture has %lld bytes, and %d are allowed",
                         (long long)st.st_size, PICTURE_MAX);
    size_t before = png->len;
    while (png->len - before <= PICTURE_MAX && (got = read(fd, chunk, sizeof chunk)) > 0)
        buffer_append(png, chunk, (size_t)got);
    if (got < 0 || !buffer_ok(png))
        return refuse(err, got < 0 ? strerror(errno) : "it grew while it was read");
    struct text all = buffer_text(png);
    return check_png((struct text){ all.data + before, all.len - before }, err);
}

static bool read_picture(const struct taking *t, struct buffer *png, struct error *err)
{
    int fd = openat(t->folder, PICTURE, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? error_set(err, ERROR_DATA, "%s made no picture", t->o->program)
                               : refuse(err, strerror(errno));
    bool ok = read_open(fd, png, err);
    close(fd);
    return ok;
}

/* ---- the profile ---- */

static bool make_profile(struct taking *t, struct error *err)
{
    const struct process_user *user = t->o->user;
    memcpy(t->profile, PROFILE, sizeof PROFILE);
    if (mkdtemp(t->profile) == NULL)
        return error_set(err, ERROR_IO, "cannot make %s: %s", PROFILE, strerror(errno));
    t->folder = open(t->profile, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (t->folder >= 0 && (user == NULL || fchown(t->folder, user->uid, user->gid) == 0))
        return true;
    error_set(err, ERROR_IO, "%s: %s", t->profile, strerror(errno));
    (void)rmdir(t->profile);
    if (t->folder >= 0)
        close(t->folder);
    return false;
}

/* Another user's folder is removed with that user's rights alone: who owns it could lead us elsewhere. */
static void remove_profile(const struct taking *t)
{
    struct error ignored =
        ERROR_INIT; /* what stays is in /tmp, and nobody's but ours or that user's */
    struct process_outcome end;
    struct buffer said;
    const char *const argv[] = { "/bin/rm", "-rf", "--", t->profile, NULL };
    close(t->folder);
    buffer_init(&said, SAID_MAX);
    if (t->o->user == NULL)
        (void)file_remove_tree(t->profile, &ignored);
    else
        (void)run(t, argv, true, &said, &end, &ignored);
    buffer_release(&said);
}

bool probe_picture_take(const struct picture_options *o, const struct picture_subject *s,
                        struct buffer *png, struct error *err)
{
    struct taking t = { .o = o, .subject = s, .folder = -1 };
    if (!make_profile(&t, err))
        return false;
    bool ok = run_chromium(&t, err) && read_picture(&t, png, err);
    remove_profile(&t);
    return ok;
}

#include "scanner/probing/probe_pictures.h"

#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/base/text.h"

#include <pwd.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DAY_S = 24 * 3600 };

struct taking {
    const struct pictures_options *o;
    struct picture_options picture;
    struct process_user user;
    char *program;
    size_t taken, failed_in_a_row;
};

/* ---- whether there can be any ---- */

static void say_none(const struct taking *t, const char *why)
{
    log_say(t->o->log, LOG_WARNING, "probe_no_screenshots", NULL, "no screenshots: %s", why);
}

static bool is_program(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

/* In the folders of PATH that have a whole name; free(). */
static char *find_on_path(const char *path, const char *name)
{
    struct text rest = text_of(path == NULL ? "" : path);
    while (rest.data != NULL) {
        struct text folder = text_cut(&rest, ':');
        char *found = memory_format("%.*s/%s", (int)folder.len, folder.data, name);
        if (folder.len > 0 && folder.data[0] == '/' && is_program(found))
            return found;
        free(found);
    }
    return NULL;
}

static bool find_program(struct taking *t)
{
    static const char *const names[] = { "chromium", "chromium-browser", "google-chrome" };
    if (t->o->program != NULL) {
        if (is_program(t->o->program))
            t->program = memory_string(t->o->program);
        else
            say_none(t, "probe.chromium of the config names no program");
        return t->program != NULL;
    }
    for (size_t i = 0; t->program == NULL && i < sizeof names / sizeof *names; i++)
        t->program = find_on_path(t->o->path, names[i]);
    if (t->program == NULL)
        say_none(t, "no chromium, chromium-browser or google-chrome is installed");
    return t->program != NULL;
}

/* Chromium's sandbox is off for root, and what root runs may do everything. */
static bool find_user(struct taking *t)
{
    bool root = geteuid() == 0;
    const char *name = t->o->user;
    const struct passwd *found = name == NULL ? NULL : getpwnam(name);
    if (name == NULL && !root)
        return true;
    if (name == NULL)
        say_none(t, "Chromium is not run as root. Run yomawari as an ordinary user, or name one by"
                    " `probe: {chromium_user: NAME}`");
    else if (found == NULL)
        say_none(t, "the system knows no user of the name that probe.chromium_user gives");
    else if (found->pw_uid == 0)
        say_none(t, "probe.chromium_user is root, as whom Chromium is not run");
    else if (!root && found->pw_uid != geteuid())
        say_none(t, "only root can run Chromium as another user (probe.chromium_user)");
    else if (root) {
        t->user = (struct process_user){ found->pw_uid, found->pw_gid };
        t->picture.user = &t->user;
        return true;
    } else
        return true;
    return false;
}

/* ---- one after the other ---- */

static bool keep(struct taking *t, const char *name, const struct buffer *png, struct error *err)
{
    char *path = memory_format("%s/%s", t->o->folder, name);
    bool ok = file_write_atomic(path, buffer_text(png), err);
    free(path);
    t->taken += ok;
    return ok;
}

static bool is_interrupted(const struct taking *t)
{
    return t->picture.interrupted != NULL && t->picture.interrupted(t->picture.interrupted_ctx);
}

static bool take_one(struct taking *t, const struct picture_subject *s, struct error *err)
{
    struct error why = ERROR_INIT;
    struct buffer png;
    char *name = probe_picture_name(s);
    buffer_init(&png, PICTURE_MAX + 1);
    bool made = probe_picture_take(&t->picture, s, &png, &why), ok = true;
    t->failed_in_a_row = made ? 0 : t->failed_in_a_row + 1;
    if (made)
        ok = keep(t, name, &png, err);
    else if (is_interrupted(t))
        ok = error_set(err, ERROR_IO, "interrupted");
    else
        fprintf(t->o->out, "%s port %d: no screenshot: %s\n", s->address, s->port, why.message);
    buffer_release(&png);
    free(name);
    return ok;
}

/* Begins on another day elsewhere, where not all have room. */
static bool take_all(struct taking *t, const struct picture_subject *subjects, size_t count,
                     struct error *err)
{
    size_t now = count < PICTURES_MAX ? count : PICTURES_MAX;
    size_t first = (size_t)(t->o->at_unix_s / DAY_S) % (count == 0 ? 1 : count) * PICTURES_MAX;
    fprintf(t->o->out, "taking %zu %s\n", now, now == 1 ? "screenshot" : "screenshots");
    fflush(t->o->out);
    for (size_t i = 0; i < now; i++) {
        if (!take_one(t, &subjects[(first + i) % count], err))
            return false;
        if (t->failed_in_a_row == PICTURES_FAILED_MAX) {
            say_none(t, "given up, as none came about several times in a row");
            return true;
        }
    }
    if (count > now)
        log_say(t->o->log, LOG_WARNING, "probe_screenshots_left_out", NULL,
                "of %zu pages %zu were looked at; the others have their turn on other days", count,
                now);
    return true;
}

bool probe_pictures_take(const struct pictures_options *o, const struct picture_subject *subjects,
                         size_t count, size_t *out_taken, struct error *err)
{
    struct taking t = { .o = o, .picture = o->picture };
    *out_taken = 0;
    if (count == 0 || !find_program(&t) || !find_user(&t)) {
        free(t.program);
        return true;
    }
    t.picture.program = t.program;
    bool ok = file_remove_tree(o->folder, err) && file_make_folder(o->folder, err) &&
              take_all(&t, subjects, count, err);
    free(t.program);
    if (ok)
        *out_taken = t.taken;
    return ok;
}

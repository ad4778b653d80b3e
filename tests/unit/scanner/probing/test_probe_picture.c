/* Pictures by a Chromium that is a script: what it is told, and what becomes of what it makes, or does not make. */
#include "core/base/file.h"
#include "core/base/memory.h"
#include "scanner/probing/probe_pictures.h"
#include "tests/unit/unit.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { QUICKLY_MS = 20000, SOON_MS = 300, SCRIPT_MAX = 4096, NOON = 1800000000 };

/* One pixel. */
#define PNG_HEAD                                                                                   \
    "\\211PNG\\r\\n\\032\\n\\000\\000\\000\\015IHDR\\000\\000\\000\\001\\000\\000\\000\\001\\010\\000\\000\\000\\000"
#define PNG_TAIL "\\000\\000\\000\\000IEND\\256B`\\202"

/* `picture` is where it is to be, `notes` a folder of ours that it may write to. */
#define SCRIPT_HEAD                                                                                \
    "#!/bin/sh\n"                                                                                  \
    "for a in \"$@\"; do case $a in --screenshot=*) picture=${a#--screenshot=};; esac; done\n"     \
    "notes=$(dirname \"$0\")/notes; echo \"$HOME\" >\"$notes/home\"\n"
#define PAINT "printf '" PNG_HEAD "%s" PNG_TAIL "' pixels >\"$picture\"\n"

static char folder[40];
static struct process_user nobody;
static char *program;

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/yomawari-test-XXXXXX");
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chmod(folder, 0755), 0);
    char *notes = memory_format("%s/notes", folder);
    assert_int_equal(mkdir(notes, 0777), 0);
    assert_int_equal(chmod(notes, 0777), 0);
    free(notes);
    const struct passwd *found = getpwnam("nobody");
    assert_non_null(found);
    nobody = (struct process_user){ found->pw_uid, found->pw_gid };
    program = memory_format("%s/chromium", folder);
    return 0;
}

static int tear_down(void **state)
{
    struct error err = ERROR_INIT;
    (void)state;
    free(program);
    return file_remove_tree(folder, &err) ? 0 : -1;
}

static void script(const char *body)
{
    struct error err = ERROR_INIT;
    char *text = memory_format("%s%s", SCRIPT_HEAD, body);
    assert_true(file_write_atomic(program, text_of(text), &err));
    assert_int_equal(chmod(program, 0755), 0);
    free(text);
}

static char *note(const char *name)
{
    struct error err = ERROR_INIT;
    struct buffer bytes;
    char *path = memory_format("%s/notes/%s", folder, name);
    buffer_init(&bytes, SCRIPT_MAX);
    if (!file_read(path, &bytes, &err))
        fail_msg("%s", err.message);
    free(path);
    return buffer_detach(&bytes);
}

static struct picture_options options(int64_t time_ms)
{
    return (struct picture_options){ .program = program,
                                     .user = geteuid() == 0 ? &nobody : NULL,
                                     .clock = clock_system(),
                                     .time_ms = time_ms };
}

static const struct picture_subject subject = { "203.0.113.1", 8443, true };

static void assert_profile_is_gone(void)
{
    char *home = note("home");
    home[strcspn(home, "\n")] = '\0';
    assert_true(text_starts_with(text_of(home), "/tmp/yomawari-chromium-"));
    assert_false(file_exists(home));
    free(home);
}

/* ---- one picture ---- */

static void a_picture_is_what_chromium_made(void **state)
{
    struct error err = ERROR_INIT;
    struct buffer png;
    const struct picture_options o = options(QUICKLY_MS);
    (void)state;
    script("printf '%s\\n' \"$@\" >\"$notes/arguments\"; env | sort >\"$notes/environment\"\n"
           "id -u >\"$notes/user\"; echo mine >other\n" PAINT);
    assert_int_equal(setenv("AWS_SECRET_ACCESS_KEY", "seeded", 1), 0);
    buffer_init(&png, PICTURE_MAX);
    if (!probe_picture_take(&o, &subject, &png, &err))
        fail_msg("%s", err.message);
    assert_true(text_starts_with(buffer_text(&png), "\x89PNG"));
    buffer_release(&png);
    char *arguments = note("arguments"), *environment = note("environment"), *user = note("user");
    assert_non_null(strstr(arguments, "--headless\n"));
    assert_non_null(strstr(arguments, "--proxy-server=http://127.0.0.1:9\n"));
    assert_non_null(strstr(arguments, "--proxy-bypass-list=<-loopback>;203.0.113.1:8443\n"));
    assert_non_null(
        strstr(arguments, "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 203.0.113.1\n"));
    assert_non_null(strstr(arguments, "\nhttps://203.0.113.1:8443/\n"));
    assert_null(strstr(arguments, "no-sandbox"));
    assert_null(strstr(environment, "seeded"));
    assert_string_not_equal(user, "0\n");
    assert_profile_is_gone();
    assert_int_equal(unsetenv("AWS_SECRET_ACCESS_KEY"), 0);
    free(arguments);
    free(environment);
    free(user);
}

static void an_address_of_version_6_stands_in_brackets(void **state)
{
    static const struct picture_subject six = { "2001:db8::1", 80, false };
    struct error err = ERROR_INIT;
    struct buffer png;
    const struct picture_options o = options(QUICKLY_MS);
    (void)state;
    script("printf '%s\\n' \"$@\" >\"$notes/arguments\"\n" PAINT);
    buffer_init(&png, PICTURE_MAX);
    assert_true(probe_picture_take(&o, &six, &png, &err));
    buffer_release(&png);
    char *arguments = note("arguments"), *name = probe_picture_name(&six);
    assert_non_null(strstr(arguments, "<-loopback>;[2001:db8::1]:80\n"));
    assert_non_null(strstr(arguments, "EXCLUDE 2001:db8::1, EXCLUDE [2001:db8::1]\n"));
    assert_non_null(strstr(arguments, "\nhttp://[2001:db8::1]:80/\n"));
    assert_string_equal(name, "2001-db8--1_80.png");
    free(arguments);
    free(name);
}

/* Nothing stays behind, whatever it did; `words` follow the program's name, or are all of it. */
static void assert_none(const char *body, int64_t time_ms, enum error_kind kind, const char *words)
{
    struct error err = ERROR_INIT;
    struct buffer png;
    const struct picture_options o = options(time_ms);
    script(body);
    buffer_init(&png, PICTURE_MAX);
    assert_false(probe_picture_take(&o, &subject, &png, &err));
    assert_int_equal(err.kind, kind);
    const char *said = text_starts_with(text_of(err.message), program)
                           ? err.message + strlen(program)
                           : err.message;
    assert_string_equal(said, words);
    assert_profile_is_gone();
    buffer_release(&png);
}

static void what_is_no_picture_is_refused(void **state)
{
    (void)state;
    assert_none("exit 0\n", QUICKLY_MS, ERROR_DATA, " made no picture");
    assert_none("echo no such display; echo 'No usable sandbox!\033' >&2; exit 1\n", QUICKLY_MS,
                ERROR_DATA, " ended with status 1: No usable sandbox!?");
    assert_none("kill -TRAP $$\n", QUICKLY_MS, ERROR_DATA, " was ended by signal 5");
    assert_none("echo '<html>' >\"$picture\"\n", QUICKLY_MS, ERROR_DATA,
                "what was made is no picture: it is no PNG");
    assert_none("printf '" PNG_HEAD "half a picture and no more' >\"$picture\"\n", QUICKLY_MS,
                ERROR_DATA, "what was made is no picture: its end is missing");
    assert_none(
        "printf '\\211PNG\\r\\n\\032\\n\\000\\000\\000\\015IHDR\\000\\001\\000\\000\\000\\001\\000\\000" PNG_TAIL
        "' >\"$picture\"\n",
        QUICKLY_MS, ERROR_LIMIT, "the picture has 65536 times 65536 pixels");
    assert_none("ln -s /etc/hostname \"$picture\"\n", QUICKLY_MS, ERROR_DATA,
                "what was made is no picture: Too many levels of symbolic links");
    assert_none("mkfifo \"$picture\"\n", QUICKLY_MS, ERROR_DATA,
                "what was made is no picture: it is no regular file");
}

static void what_is_too_large_is_refused(void **state)
{
    (void)state;
    assert_none("head -c 9M /dev/zero >\"$picture\"\n", QUICKLY_MS, ERROR_LIMIT,
                "the picture has 9437184 bytes, and 8388608 are allowed");
    assert_none("exec head -c 200M /dev/zero >\"$picture\"\n", QUICKLY_MS, ERROR_DATA,
                " was ended by signal 25");
}

static void what_hangs_is_killed(void **state)
{
    (void)state;
    assert_none(PAINT "sleep 600 & trap '' TERM; sleep 600\n", SOON_MS, ERROR_LIMIT,
                " took longer than 0 s");
}

/* ---- those of a night ---- */

struct night {
    struct pictures_options o;
    char *out, *err, *pictures;
    size_t out_len, err_len;
    struct log log;
    size_t taken;
};

static void night_begin(struct night *n)
{
    memset(n, 0, sizeof *n);
    n->pictures = memory_format("%s/pictures", folder);
    n->log = (struct log){ open_memstream(&n->err, &n->err_len), false, clock_system() };
    n->o = (struct pictures_options){ .picture = options(QUICKLY_MS),
                                      .program = program,
                                      .user = geteuid() == 0 ? "nobody" : NULL,
                                      .folder = n->pictures,
                                      .at_unix_s = NOON,
                                      .log = &n->log,
                                      .out = open_memstream(&n->out, &n->out_len) };
    n->o.picture.user = NULL;
    n->o.picture.program = NULL;
}

static bool night_take(struct night *n, const struct picture_subject *subjects, size_t count)
{
    struct error err = ERROR_INIT;
    bool ok = probe_pictures_take(&n->o, subjects, count, &n->taken, &err);
    fflush(n->o.out);
    fflush(n->log.out);
    return ok;
}

static void night_end(struct night *n)
{
    fclose(n->o.out);
    fclose(n->log.out);
    free(n->out);
    free(n->err);
    free(n->pictures);
}

static void each_page_has_its_file(void **state)
{
    static const struct picture_subject pages[] = { { "203.0.113.1", 443, true },
                                                    { "203.0.113.2", 80, false } };
    struct night n;
    (void)state;
    script("case $* in *203.0.113.2*) exit 9;; esac\n" PAINT);
    night_begin(&n);
    assert_true(night_take(&n, pages, 2));
    assert_int_equal(n.taken, 1);
    char *file = memory_format("%s/203.0.113.1_443.png", n.pictures);
    char *words = memory_format(
        "taking 2 screenshots\n203.0.113.2 port 80: no screenshot: %s ended with status 9\n",
        program);
    struct stat st;
    assert_int_equal(stat(file, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_string_equal(n.out, words);
    free(words);
    free(file);
    night_end(&n);
}

static void a_chromium_that_never_works_is_given_up(void **state)
{
    static const struct picture_subject page = { "203.0.113.1", 443, true };
    struct picture_subject pages[10];
    struct night n;
    (void)state;
    script("echo x >>\"$notes/tries\"; exit 1\n");
    for (size_t i = 0; i < 10; i++)
        pages[i] = page;
    night_begin(&n);
    assert_true(night_take(&n, pages, 10));
    char *tries = note("tries");
    assert_string_equal(tries, "x\nx\nx\n");
    assert_string_equal(
        n.err, "yomawari: no screenshots: given up, as none came about several times in a row\n");
    free(tries);
    night_end(&n);
}

static void without_chromium_one_line_says_so(void **state)
{
    struct night n;
    (void)state;
    night_begin(&n);
    n.o.program = NULL;
    n.o.path = ":relative:/nowhere::/tmp";
    assert_true(night_take(&n, &subject, 1));
    assert_int_equal(n.taken, 0);
    assert_string_equal(
        n.err,
        "yomawari: no screenshots: no chromium, chromium-browser or google-chrome is installed\n");
    night_end(&n);
}

static void it_is_found_on_the_path(void **state)
{
    struct night n;
    (void)state;
    script(PAINT);
    night_begin(&n);
    n.o.program = NULL;
    char *path = memory_format("/nowhere:%s", folder);
    n.o.path = path;
    assert_true(night_take(&n, &subject, 1));
    assert_int_equal(n.taken, 1);
    night_end(&n);
    free(path);
}

static void assert_refused(const char *user, const char *words)
{
    struct night n;
    script("echo x >\"$notes/tries\"\n" PAINT);
    night_begin(&n);
    n.o.user = user;
    assert_true(night_take(&n, &subject, 1));
    assert_int_equal(n.taken, 0);
    assert_true(text_starts_with(text_of(n.err), "yomawari: no screenshots: "));
    assert_string_equal(n.err + strlen("yomawari: no screenshots: "), words);
    night_end(&n);
}

static void root_names_another_or_has_none(void **state)
{
    (void)state;
    assert_refused("no-such-user",
                   "the system knows no user of the name that probe.chromium_user gives\n");
    assert_refused("root", "probe.chromium_user is root, as whom Chromium is not run\n");
    if (geteuid() == 0)
        assert_refused(
            NULL, "Chromium is not run as root. Run yomawari as an ordinary user, or name one by"
                  " `probe: {chromium_user: NAME}`\n");
    else
        assert_refused("nobody",
                       "only root can run Chromium as another user (probe.chromium_user)\n");
}

#define PICTURE_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PICTURE_TEST(a_picture_is_what_chromium_made),
        PICTURE_TEST(an_address_of_version_6_stands_in_brackets),
        PICTURE_TEST(what_is_no_picture_is_refused),
        PICTURE_TEST(what_is_too_large_is_refused),
        PICTURE_TEST(what_hangs_is_killed),
        PICTURE_TEST(each_page_has_its_file),
        PICTURE_TEST(a_chromium_that_never_works_is_given_up),
        PICTURE_TEST(without_chromium_one_line_says_so),
        PICTURE_TEST(it_is_found_on_the_path),
        PICTURE_TEST(root_names_another_or_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

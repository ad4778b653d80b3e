#include "core/base/memory.h"
#include "core/base/text.h"
#include "tests/bench/bare.h"
#include "tests/bench/ours.h"
#include "tests/bench/pages.h"

#include <curl/curl.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

/*
 * CPU a call of three clients over the same bytes by TLS, in turn, round after round:
 *   bare    libcurl, which throws the answer away
 *   parsed  libcurl and the parsers
 *   ours    yomawari's call, signed, limited, decoded
 * Writes one line a round: round, then microseconds of CPU a call of each, and the bytes of an answer, tab-separated. The
 * last argument leaves only one of them at work, for a profiler; the others' columns are 0.
 */

#define USAGE "usage: bench_calls URL CA_FILE PAGE CALLS ROUNDS [bare|parsed|ours]\n"

enum { CONNECTIONS = 16, CALLS_MAX = 1000000, ROUNDS_MAX = 1000 };

struct bench {
    const struct page_kind *kind;
    size_t items, calls, rounds;
    const char *only; /* NULL: all three */
    struct bare *bare, *parsed;
    struct ours *ours;
};

static double cpu_us(void)
{
    struct rusage used;
    (void)getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e6 +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

static bool run_bare(struct bare *b, size_t calls, double *out_us, struct error *err)
{
    double before = cpu_us();
    if (!bare_run(b, calls, err))
        return false;
    *out_us = (cpu_us() - before) / (double)calls;
    return true;
}

static bool run_ours(const struct bench *b, size_t calls, double *out_us, struct error *err)
{
    bool ok = ours_enter(b->ours, calls, err);
    double before = cpu_us();
    ok = ok && ours_run(b->ours, calls, err);
    *out_us = (cpu_us() - before) / (double)calls;
    uint64_t items = ours_leave(b->ours);
    if (ok && items != (uint64_t)calls * b->items)
        ok = error_set(err, ERROR_DATA, "%llu items of %zu calls for %zu each",
                       (unsigned long long)items, calls, b->items);
    return ok;
}

static bool has_turn(const struct bench *b, const char *name)
{
    return b->only == NULL || strcmp(b->only, name) == 0;
}

static bool run_round(const struct bench *b, size_t calls, double us[3], struct error *err)
{
    return (!has_turn(b, "bare") || run_bare(b->bare, calls, &us[0], err)) &&
           (!has_turn(b, "parsed") || run_bare(b->parsed, calls, &us[1], err)) &&
           (!has_turn(b, "ours") || run_ours(b, calls, &us[2], err));
}

/* The first round opens the connections and is not counted. */
static bool run(const struct bench *b, struct error *err)
{
    for (size_t round = 0; round <= b->rounds; round++) {
        size_t calls = round == 0 && b->calls > 4 * CONNECTIONS ? 4 * CONNECTIONS : b->calls;
        double us[3] = { 0, 0, 0 };
        if (!run_round(b, calls, us, err))
            return false;
        if (round > 0)
            printf("%zu\t%.2f\t%.2f\t%.2f\t%llu\n", round, us[0], us[1], us[2],
                   (unsigned long long)(bare_bytes(b->bare) / calls));
        fflush(stdout);
    }
    return true;
}

static bool read_count(const char *text, size_t most, size_t *out)
{
    int64_t n = 0;
    if (!text_to_int64(text_of(text), &n) || n < 1 || n > (int64_t)most)
        return false;
    *out = (size_t)n;
    return true;
}

static bool measure(struct bench *b, const char *url, const char *ca_file, struct error *err)
{
    struct bare_options plain = { url, ca_file, b->kind, CONNECTIONS, false };
    struct bare_options parsing = { url, ca_file, b->kind, CONNECTIONS, true };
    struct ours_options ours = { ca_file, b->kind };
    b->ours = ours_new(&ours, err);
    if (b->ours == NULL)
        return false;
    b->bare = bare_new(&plain);
    b->parsed = bare_new(&parsing);
    bool ok = run(b, err);
    bare_free(b->bare);
    bare_free(b->parsed);
    ours_free(b->ours);
    return ok;
}

int main(int argc, char **argv)
{
    struct bench b = { .kind = NULL };
    struct error err = ERROR_INIT;
    if ((argc != 6 && argc != 7) || !pages_find(text_of(argv[3]), &b.kind, &b.items) ||
        !read_count(argv[4], CALLS_MAX, &b.calls) || !read_count(argv[5], ROUNDS_MAX, &b.rounds)) {
        fputs(USAGE, stderr);
        return 2;
    }
    b.only = argc == 7 ? argv[6] : NULL;
    (void)mallopt(M_MXFAST, 0); /* for all three, as scanner/main.c has it */
    (void)curl_global_init(CURL_GLOBAL_DEFAULT);
    bool ok = measure(&b, argv[1], argv[2], &err);
    if (!ok)
        fprintf(stderr, "bench_calls: %s\n", err.message);
    curl_global_cleanup();
    return ok ? 0 : 1;
}

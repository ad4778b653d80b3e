#include "scanner/progress.h"

#include "core/base/memory.h"
#include "scanner/loop.h"
#include "scanner/walk.h"

#include <stdlib.h>
#include <unistd.h>

struct progress *progress_new(FILE *out, struct clock clock)
{
    if (!isatty(fileno(out)))
        return NULL;
    struct progress *p = memory_new(1, sizeof *p);
    p->out = out;
    p->clock = clock;
    p->began_ms = clock_mono_ms(&clock);
    return p;
}

void progress_free(struct progress *p)
{
    progress_clear(p);
    free(p);
}

void progress_expect(struct progress *p, size_t accounts)
{
    if (p == NULL)
        return;
    p->accounts = accounts;
    p->began_ms = clock_mono_ms(&p->clock);
}

/* Time left by the pace of the accounts that are done: rough, and only once a few are. */
static void write_left(const struct progress *p, int64_t done, int64_t now)
{
    if (done < 3 || (size_t)done >= p->accounts)
        return;
    int64_t left_s = (now - p->began_ms) * ((int64_t)p->accounts - done) / done / 1000;
    fprintf(p->out, ", about %lld:%02lld left", (long long)(left_s / 60), (long long)(left_s % 60));
}

void progress_show(struct progress *p, const struct loop *loop, const struct walk_totals *totals)
{
    if (p == NULL)
        return;
    int64_t now = clock_mono_ms(&p->clock);
    if (p->shown && now - p->shown_ms < PROGRESS_EVERY_MS)
        return;
    struct http_engine_stats stats;
    http_engine_stats(loop->engine, &stats);
    fprintf(p->out, "\r\033[K%lld of %zu accounts, %llu calls, %llu throttled, %zu under way",
            (long long)totals->accounts, p->accounts, (unsigned long long)stats.attempts,
            (unsigned long long)stats.throttled, stats.running + stats.queued);
    write_left(p, totals->accounts, now);
    fflush(p->out);
    p->shown = true;
    p->shown_ms = now;
}

void progress_clear(struct progress *p)
{
    if (p == NULL || !p->shown)
        return;
    fputs("\r\033[K", p->out);
    fflush(p->out);
    p->shown = false;
}

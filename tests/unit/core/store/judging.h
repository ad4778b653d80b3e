#ifndef TESTS_UNIT_CORE_STORE_JUDGING_H
#define TESTS_UNIT_CORE_STORE_JUDGING_H

/* One check `c` over scope (r, t), judged by hand: what it says is what the test gives. */
#include "tests/unit/core/store/world.h"

#define SSH { "a", "tcp/22", VERDICT_FAIL, "high", "{\"open\":1}", "{}", 0 }
#define ROWS(...)                                                                                  \
    (const struct finding_row[]){ __VA_ARGS__ },                                                   \
        sizeof((const struct finding_row[]){ __VA_ARGS__ }) / sizeof(struct finding_row)
#define NO_ROWS NULL, 0

static inline struct finding_batch judging_batch(struct world *w, const char *check,
                                                 const char *digest, const struct finding_row *rows,
                                                 size_t count)
{
    return (struct finding_batch){ .check_id = check,
                                   .check_digest = digest,
                                   .account = w->account,
                                   .rows = rows,
                                   .count = count,
                                   .passed = 1,
                                   .failed = (int64_t)count,
                                   .reason = "" };
}

/* Ends the night with this being all that the check `c` says. */
static inline void judging_publish(struct world *w, const char *digest,
                                   const struct finding_row *rows, size_t count)
{
    struct finding_batch b = judging_batch(w, "c", digest, rows, count);
    world_must(w, store_begin(w->s, &w->err));
    world_must(w, findings_put(w->s, &w->run, &b, &w->err));
    world_must(w, findings_publish(w->s, &w->run, &w->counts, &w->err));
    world_must(w, store_run_publish(w->s, &w->run, w->now + 600, &w->err));
    world_must(w, store_commit(w->s, &w->err));
}

/* A night on which resource a is seen with this config, and judged. */
static inline void judging_night(struct world *w, const char *config, enum outcome outcome,
                                 const struct finding_row *rows, size_t count)
{
    world_night(w);
    if (config == NULL)
        world_read(w, "t", NULL, outcome);
    else
        world_read(w, "t", WORLD_ITEMS({ "a", config, 0, 0 }), outcome);
    judging_publish(w, "d1", rows, count);
}

/* All states as "[from,to)VERDICT:cause", finding by finding. */
static inline void judging_expect_history(struct world *w, const char *wanted)
{
    world_expect(
        w,
        "SELECT '[' || n.from_run || ',' || coalesce(n.to_run, '') || ')' || n.verdict || ':' || n.cause"
        " FROM finding_state n ORDER BY n.finding, n.from_run",
        wanted);
}

static inline void judging_expect_alerts(struct world *w, const char *wanted)
{
    char *sql =
        memory_format("SELECT kind FROM alert WHERE run = %lld ORDER BY id", (long long)w->run.id);
    world_expect(w, sql, wanted);
    free(sql);
}

static inline void judging_expect_counts(const struct world *w, struct finding_counts c)
{
    assert_memory_equal(&w->counts, &c, sizeof c);
}

#endif

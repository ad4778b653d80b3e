#ifndef TESTS_UNIT_CORE_STORE_HAPPENING_H
#define TESTS_UNIT_CORE_STORE_HAPPENING_H

/* One check over what happens to resource a of scope (r, t), night by night. */
#include "core/store/occurrence.h"
#include "tests/unit/core/store/judging.h"

static struct world w;

static inline int set_up(void **state)
{
    (void)state;
    world_init(&w);
    return 0;
}

static inline int tear_down(void **state)
{
    (void)state;
    world_release(&w);
    return 0;
}

enum { QUIET = 3, HOUR = 3600 };

static const char *const types[] = { "t", "events", NULL };

static inline void put(const char *check, const struct finding_row *rows, size_t count)
{
    struct finding_batch b = judging_batch(&w, check, "d1", rows, count);
    b.occurrence = true;
    b.quiet_days = QUIET;
    b.types = types;
    b.passed = count == 0;
    world_must(&w, findings_put(w.s, &w.run, &b, &w.err));
}

static inline void publish(const struct finding_row *rows, size_t count)
{
    world_must(&w, store_begin(w.s, &w.err));
    put("c", rows, count);
    world_must(&w, findings_publish(w.s, &w.run, &w.counts, &w.err));
    world_must(&w, store_run_publish(w.s, &w.run, w.now + 600, &w.err));
    world_must(&w, store_commit(w.s, &w.err));
}

static inline void look(enum outcome outcome)
{
    world_read(&w, "t", WORLD_ITEMS({ "a", "{}", 0, 0 }), outcome);
}

/* A night on which the resource is seen, and judged by these rows. */
static inline void night(const struct finding_row *rows, size_t count)
{
    world_night(&w);
    look(OUTCOME_COMPLETE);
    publish(rows, count);
}

#define EVENT(severity, evidence, at)                                                              \
    {                                                                                              \
        "a", "key", VERDICT_FAIL, severity, evidence, "{}", at                                     \
    }
#define CANNOT                                                                                     \
    {                                                                                              \
        "a", "", VERDICT_UNKNOWN, "high", "{}", "{}", 0                                            \
    }

/* Verdict, severity, evidence and detail of each finding as of now. */
static inline void expect(const char *wanted)
{
    world_expect(
        &w,
        "SELECT n.verdict, n.severity, n.evidence, n.detail FROM finding_state n WHERE n.to_run IS NULL"
        " ORDER BY n.finding",
        wanted);
}

static inline void expect_known(const char *wanted)
{
    world_expect(&w, "SELECT at, quiet_nights FROM occurrence ORDER BY finding", wanted);
}

static inline void expect_counts(const char *wanted)
{
    world_expect(&w, "SELECT passed, failed, unknown FROM evaluation", wanted);
}

#endif

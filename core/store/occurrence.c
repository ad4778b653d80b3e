#include "core/store/occurrence.h"

#include "core/base/memory.h"
#include "core/store/internal.h"

#include <stdlib.h>
#include <string.h>

enum { DAY_S = 24 * 3600 };

/* What the table says of a finding. */
struct known {
    bool is_there;
    int64_t at, quiet_nights, last_night;
};

/* Its state; the texts are owned. */
struct standing {
    char *verdict, *cause, *severity, *evidence, *detail; /* "" where there is none */
};

static bool read_known(struct store *s, int64_t finding, struct known *out, struct error *err)
{
    *out = (struct known){ false, 0, 0, 0 };
    sqlite3_stmt *st =
        sql_start(&s->sql, "SELECT at, quiet_nights, last_night FROM occurrence WHERE finding = ?1",
                  SQL_VALUES(sql_int(finding)), err);
    enum sql_step step = st == NULL ? SQL_FAILED : sql_next(&s->sql, st, err);
    if (step != SQL_ROW)
        return step == SQL_END;
    *out = (struct known){ true, sqlite3_column_int64(st, 0), sqlite3_column_int64(st, 1),
                           sqlite3_column_int64(st, 2) };
    sql_stop(st);
    return true;
}

static bool write_known(struct store *s, int64_t finding, const struct known *k, struct error *err)
{
    return sql_run(
        &s->sql,
        "INSERT INTO occurrence(finding, at, quiet_nights, last_night) VALUES (?1, ?2, ?3, ?4)"
        " ON CONFLICT (finding) DO UPDATE SET at = excluded.at, quiet_nights = excluded.quiet_nights,"
        " last_night = excluded.last_night",
        SQL_VALUES(sql_int(finding), sql_int(k->at), sql_int(k->quiet_nights),
                   sql_int(k->last_night)),
        err);
}

static void standing_release(struct standing *n)
{
    char *const texts[] = { n->verdict, n->cause, n->severity, n->evidence, n->detail };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        free(texts[i]);
}

/* standing_release() in any case. */
static bool read_standing(struct store *s, int64_t finding, struct standing *out, struct error *err)
{
    char **const texts[] = { &out->verdict, &out->cause, &out->severity, &out->evidence,
                             &out->detail };
    sqlite3_stmt *st =
        sql_start(&s->sql,
                  "SELECT verdict, cause, severity, evidence, detail FROM finding_state"
                  " WHERE finding = ?1 AND to_run IS NULL",
                  SQL_VALUES(sql_int(finding)), err);
    enum sql_step step = st == NULL ? SQL_FAILED : sql_next(&s->sql, st, err);
    for (int i = 0; i < (int)(sizeof texts / sizeof *texts); i++)
        *texts[i] = memory_string(step == SQL_ROW ? sql_string(st, i) : "");
    if (step == SQL_ROW)
        sql_stop(st);
    return step != SQL_FAILED;
}

static bool is_verdict(const struct standing *n, const char *verdict)
{
    return strcmp(n->verdict, verdict) == 0;
}

static int64_t day_of(const struct store_run *run)
{
    return run->started_unix_s / DAY_S;
}

/* ---- a row ---- */

static int rank(const char *severity)
{
    static const char *const words[] = { "info", "low", "medium", "high", "critical" };
    int i = 0;
    while (i < (int)(sizeof words / sizeof *words) && strcmp(words[i], severity) != 0)
        i++;
    return i;
}

/* What the finding says after a row, where it is not told anew. */
static struct finding_fail merged(const struct standing *now, const struct finding_fail *row,
                                  bool newer)
{
    struct finding_fail fail = *row;
    bool empty = strcmp(row->detail, "{}") == 0;
    if (!newer || rank(row->severity) < rank(now->severity))
        fail.severity = now->severity;
    if (!newer && !(row->other_check && finding_state_is_alike(now->evidence, row->evidence)))
        fail.evidence = now->evidence;
    if (empty)
        fail.detail = now->detail;
    return fail;
}

bool occurrence_fail(struct store *s, const struct occurrence_night *night,
                     const struct occurrence_row *row, bool *out_open, struct error *err)
{
    struct known known = { false, 0, 0, 0 };
    struct standing now = { NULL, NULL, NULL, NULL, NULL };
    struct finding_fail fail = row->fail;
    bool ok = read_known(s, row->finding, &known, err) && read_standing(s, row->finding, &now, err);
    bool newer = ok && (!known.is_there || row->at_unix_s > known.at);
    bool open = ok && (newer || !is_verdict(&now, "PASS") || strcmp(now.cause, "quiet") != 0);
    if (ok && (is_verdict(&now, "FAIL") || is_verdict(&now, "UNKNOWN")))
        fail = merged(&now, &row->fail, newer);
    if (ok && open)
        ok = finding_state_fail(s, row->finding, night->run->id, &fail, &row->cause, err);
    if (ok && newer) {
        known = (struct known){ true, row->at_unix_s, 0, day_of(night->run) };
        ok = write_known(s, row->finding, &known, err);
    }
    if (ok)
        *out_open = open;
    standing_release(&now);
    return ok;
}

/* ---- a night ---- */

static void count_night(const struct occurrence_night *night, struct known *k)
{
    if (!night->counts || day_of(night->run) <= k->last_night)
        return;
    k->quiet_nights++;
    k->last_night = day_of(night->run);
}

/* Nobody looked while it was out of scope: how long ago it happened has to do for the nights. */
static bool is_over(const struct occurrence_night *night, const struct known *k, bool was_watched)
{
    int64_t age_s = night->run->started_unix_s - k->at;
    return k->quiet_nights >= night->quiet_days ||
           (!was_watched && age_s > (int64_t)night->quiet_days * DAY_S);
}

bool occurrence_judged(struct store *s, const struct occurrence_night *night, int64_t finding,
                       bool *out_open, struct error *err)
{
    struct known known = { false, 0, 0, 0 };
    struct standing now = { NULL, NULL, NULL, NULL, NULL };
    bool ok = read_known(s, finding, &known, err) && read_standing(s, finding, &now, err);
    bool open = ok && now.verdict[0] != '\0' && !is_verdict(&now, "PASS");
    if (open) {
        bool was_watched = !is_verdict(&now, "NA");
        count_night(night, &known);
        open = !is_over(night, &known, was_watched);
        ok = write_known(s, finding, &known, err) &&
             finding_state_set(s, finding, night->run->id, open ? "FAIL" : "PASS",
                               !open         ? "quiet"
                               : was_watched ? "coverage"
                                             : "config",
                               err);
    }
    if (ok)
        *out_open = open;
    standing_release(&now);
    return ok;
}

bool occurrence_is_counting(struct store *s, const char *check_id, int64_t account)
{
    struct error ignored = ERROR_INIT; /* at worst it is judged once more */
    int64_t open = 1;
    sql_number(&s->sql,
               "SELECT EXISTS (SELECT 1 FROM finding f JOIN finding_state n ON n.finding = f.id"
               " AND n.to_run IS NULL AND n.verdict IN ('FAIL', 'UNKNOWN') WHERE f.check_id = ?1"
               /* A range, so that the index serves for one account as it does for all. */
               " AND f.account BETWEEN ?2 AND iif(?2 = 0, 9223372036854775807, ?2))",
               SQL_VALUES(sql_text(check_id), sql_int(account)), &open, &ignored);
    return open != 0;
}

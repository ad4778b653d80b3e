#include "scanner/logs/flow_logs_athena_work.h"

#include "core/base/memory.h"
#include "scanner/logs/flow_logs_held.h"
#include "scanner/logs/log_door.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REASON_MAX = 512 };

void flow_logs_athena_sums_init(struct flow_logs_athena_sums *s, struct flow_logs *l,
                                const struct found *found)
{
    *s = (struct flow_logs_athena_sums){ .logs = l, .found = found };
    s->groups = flow_groups_new(FLOW_LOGS_GROUPS_MAX, l->o->seed);
}

void flow_logs_athena_sums_release(struct flow_logs_athena_sums *s)
{
    flow_groups_free(s->groups);
    free(s->table);
}

__attribute__((format(printf, 3, 4))) static void note(struct flow_logs_athena_sums *s,
                                                       enum outcome outcome, const char *format,
                                                       ...)
{
    char reason[REASON_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    log_outcomes_note(&s->logs->told, s->account, s->region, outcome, reason);
}

/* ---- the end of an account's region ---- */

static bool is_old(const struct flow_logs_athena_sums *s)
{
    return s->last_unix_s < s->logs->o->started_unix_s - FLOW_LOGS_ATHENA_OLD_S;
}

static void note_gaps(struct flow_logs_athena_sums *s, uint64_t lost)
{
    const struct flow_counts *c = &s->counts;
    note(s, OUTCOME_COMPLETE, "%s", "");
    if (lost > 0)
        note(s, OUTCOME_FAILED,
             "too many pairs of source and destination: %llu flows were left out",
             (unsigned long long)lost);
    if (c->malformed > 0)
        note(s, OUTCOME_FAILED, "%llu of %llu lines in Athena's table %s cannot be read",
             (unsigned long long)c->malformed, (unsigned long long)c->lines, s->table);
    if (is_old(s))
        note(s, OUTCOME_SKIPPED,
             "Athena's table %s has no line of the last twelve hours: are partitions missing?",
             s->table);
    else if (c->skipdata > 0)
        note(s, OUTCOME_SKIPPED, FLOW_LOGS_SKIPDATA);
    if (lost == 0 && c->malformed == 0 && c->skipdata == 0 && !is_old(s)) {
        log_outcomes_settle(&s->logs->told, s->account, s->region, FLOW_LOGS_PARQUET);
        log_outcomes_settle(&s->logs->told, s->account, s->region, FLOW_LOGS_NO_FILE);
    }
}

/* Of lines that say neither whose they are nor where, any account may have had some. */
static void note_nobodys(struct flow_logs_athena_sums *s)
{
    char reason[REASON_MAX];
    snprintf(reason, sizeof reason,
             "%llu lines in Athena's table %s do not say which account and region they are of",
             (unsigned long long)s->counts.lines, s->table);
    log_outcomes_note(&s->logs->told, NULL, NULL, OUTCOME_FAILED, reason);
}

static void forget(struct flow_logs_athena_sums *s)
{
    flow_counts_add(&s->logs->counts, &s->counts);
    flow_groups_clear(s->groups);
    s->counts = (struct flow_counts){ 0 };
    s->last_unix_s = 0;
    s->begun = false;
}

bool flow_logs_athena_sums_end(struct flow_logs_athena_sums *s, struct error *err)
{
    uint64_t lost = 0;
    bool ok = true;
    if (!s->begun)
        return true;
    if (s->account[0] == '\0' || s->region[0] == '\0') {
        note_nobodys(s);
    } else if (log_door_is_walked(s->found, s->account)) {
        ok = flow_logs_held_join(s->logs, s->account, s->region, s->groups, &lost, err);
        if (ok)
            note_gaps(s, lost);
    }
    forget(s);
    return ok;
}

/* ---- rows ---- */

static uint64_t *counter(struct flow_counts *c, enum athena_row_is is)
{
    switch (is) {
    case ATHENA_ROW_FLOWS:
        return &c->watched;
    case ATHENA_ROW_PASSED:
        return &c->passed;
    case ATHENA_ROW_NODATA:
        return &c->nodata;
    case ATHENA_ROW_SKIPDATA:
        return &c->skipdata;
    case ATHENA_ROW_MALFORMED:
        break;
    }
    return &c->malformed;
}

bool flow_logs_athena_sums_add(struct flow_logs_athena_sums *s, const struct athena_row *row,
                               struct error *err)
{
    bool is_next =
        s->begun && (strcmp(s->account, row->account) != 0 || strcmp(s->region, row->region) != 0);
    if (is_next && !flow_logs_athena_sums_end(s, err))
        return false;
    if (!s->begun) {
        memcpy(s->account, row->account, sizeof s->account);
        memcpy(s->region, row->region, sizeof s->region);
        s->begun = true;
    }
    s->counts.lines += row->lines;
    *counter(&s->counts, row->is) += row->lines;
    if (row->last_unix_s > s->last_unix_s)
        s->last_unix_s = row->last_unix_s;
    if (row->is == ATHENA_ROW_FLOWS)
        (void)flow_groups_add(s->groups, &row->group); /* what does not fit is counted there */
    return true;
}

#ifndef CORE_STORE_FINDINGS_H
#define CORE_STORE_FINDINGS_H

#include "core/store/store.h"

/*
 * What the checks say, turned into findings with a history. Called between store_begin() and
 * store_commit() of a publish: check by check and account by account findings_put(), unless
 * findings_unchanged() says that it would give what stands; findings_drop() for checks that are off or gone,
 * after all findings_put() since those may rename; then findings_publish() once. What is done again after a
 * crash or within one publish leaves the last word alone.
 */

enum verdict { VERDICT_PASS, VERDICT_FAIL, VERDICT_UNKNOWN };

struct finding_row {
    const char *key;       /* the subject resource's */
    const char *subject;   /* "" when the check has none */
    enum verdict verdict;  /* FAIL, or UNKNOWN: cannot be judged (subject "" then says: any subject) */
    const char *severity;  /* critical, high, medium, low, info */
    const char *evidence;  /* canonical JSON object */
    const char *detail;    /* JSON object */
    int64_t at_unix_s;     /* of an occurrence: when it last happened */
};

struct finding_batch {
    const char *check_id;
    const char *const *formerly; /* NULL-ended list of earlier check ids, or NULL */
    const char *check_digest;
    int64_t account;             /* account row id; also for checks that reach over the estate */
    const struct finding_row *rows;
    size_t count;
    int64_t passed, failed, unknown; /* subject resources by verdict */
    const char *reason;              /* why UNKNOWN, or "" */
    bool occurrence;                 /* its rows tell of what happened: occurrence.h says how they move */
    /* Of an occurrence: after how many quiet nights it ends (0: OCCURRENCE_QUIET_DAYS), and the NULL-ended list of
     * types that the check reads: a run with filters that left out one of them in the account is no such night; nor is one
     * that left out one of `owned` with an account in whose things this one lives, or of `tenanted` with one that lives in
     * its things (lending.h; NULL: none) */
    int quiet_days;
    const char *const *types, *const *owned, *const *tenanted;
};

/* SHA-256 of check id, provider's account id, key and subject, each ended by a NUL byte; "f" + hex. */
void finding_fingerprint(const char *check_id, const char *account, const char *key, const char *subject,
                         char out[66]);

/*
 * Applies one evaluation. At most IDSET_MAX findings (idset.h). A row's key must be a resource of that
 * account: ERROR_DATA. PASS rows say what no row says.
 * A row FAIL opens (new), reopens or keeps a finding; it is changed when severity or evidence differ (of a check
 * whose digest is another than when it was last judged: in what both texts of evidence say, finding_state.h). An open
 * finding that has no row: resolved when its resource was seen tonight (its scope's outcome is complete, or its version is
 * of this run) and has no UNKNOWN row, or when the resource's last version was closed; UNKNOWN when an UNKNOWN row names
 * its resource; else it keeps its state (unverified is a matter of coverage). UNKNOWN keeps severity and evidence, so that
 * FAIL with the same again is no change. Causes: cause.h.
 * Occurrences move otherwise (occurrence.h); a resource that has one open counts as failed.
 */
bool findings_put(struct store *s, const struct store_run *run, const struct finding_batch *batch, struct error *err);

/* Whether nothing the check reads in this account changed since its last published evaluation with the
 * same digest: `types` is the NULL-ended list of types it needs and uses. Estate-wide: account 0. */
bool findings_unchanged(struct store *s, const struct store_run *run, const char *check_id,
                        const char *check_digest, int64_t account, const char *const *types);

/* The check is off or gone: its open findings become NA with cause config (off) or check (gone). What is
 * FAIL after NA is reopened: nobody watched meanwhile. UNKNOWN after NA stays NA. */
bool findings_drop(struct store *s, const struct store_run *run, const char *check_id, const char *cause, struct error *err);

/* `body` is the JSON of schema.sql. Its member `types`, where it has one, lists the types that the check needs: the
 * view `controls` counts their unread scopes, else those of its `subject` alone. */
struct check_info_row {
    const char *check_id, *digest, *state, *reason, *body;
};
bool findings_check_info(struct store *s, const struct check_info_row *row, struct error *err);

/* The first four: transitions of this run as seen from its baseline. Then all that stand: open ones, and
 * those that are UNKNOWN or whose resource's scope is not complete. */
struct finding_counts {
    int64_t opened, reopened, changed, resolved, open, unverified;
};

/* Ends the findings of closed accounts (PASS, account closed), takes those out of scope whose account or scope
 * is (NA, config), writes an alert row for every
 * finding that opened, reopened, changed or resolved in this run (kinds finding_new, finding_reopened,
 * finding_changed, finding_resolved; subject: the fingerprint; payload: JSON), and counts. The payload holds evidence, and
 * detail of at most 16 KB; in place of a longer one it says {"left_out_bytes": N}. */
bool findings_publish(struct store *s, const struct store_run *run, struct finding_counts *out, struct error *err);

#endif

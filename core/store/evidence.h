#ifndef CORE_STORE_EVIDENCE_H
#define CORE_STORE_EVIDENCE_H

#include "core/store/scopes.h"

/*
 * Events, not things: what `kind: evidence` reads. An event is kept once a scope under the id that the cloud
 * gives it, for its type's window; it is no resource, has no versions and is no change.
 *
 * Events are written while the read goes on, and stay whatever becomes of the read or its run: the same
 * event again is nothing new. Where the next read has to begin moves only with a scope that ends complete,
 * in the savepoint that records the outcome. So a read that breaks off, a run that is killed, resumed or
 * abandoned reads some events twice and loses none. That checks have something new to judge (table `input`)
 * is noted with the event itself, since a later run finds it there already.
 */

enum { EVIDENCE_EVENTS_MAX = 1000 * 1000 }; /* that one read brings; ERROR_LIMIT beyond */

struct evidence_reading {
    int64_t window_s;           /* how long an event counts; above 0 */
    const unsigned char *asked; /* 32 bytes: a digest over what is asked for and how it is kept */
};

/*
 * Makes an open scope, that has taken nothing yet, one of evidence. *out_since_unix_s is when the events begin
 * that the read must bring for the scope to be complete: where the last complete read began, less
 * TYPE_EVIDENCE_OVERLAP_S for events that come late; never before the window. The whole window where nothing
 * was read to its end yet, or where something else was asked for then.
 */
bool evidence_begin(struct store *s, struct store_scope *scope, const struct evidence_reading *reading,
                    int64_t *out_since_unix_s, struct error *err);

/* A scope by its names; it need not exist. */
struct evidence_scope {
    const char *provider, *account, *region, *type;
};

/* What evidence_begin() would say of it; with `done` this run has ended it already, as store_scope_is_done() means. */
struct evidence_need {
    int64_t since_unix_s;
    bool done;
};

/* Opens, makes and changes nothing. */
bool evidence_ask(struct store *s, const struct store_run *run, const struct evidence_scope *of,
                  const struct evidence_reading *reading, struct evidence_need *out, struct error *err);

struct evidence_event { /* borrowed */
    const char *id;
    int64_t at_unix_s;
    const char *body;            /* JSON text, redacted and normalised */
    const unsigned char *digest; /* 32 bytes over its comparable fields */
};

/* Another scope of the same type, of another account or region, that is planned: made where it does not exist
 * yet. */
struct evidence_home {
    const char *account; /* the provider's id, of the same provider */
    const char *region;
};

/*
 * Takes an event: into the open scope, or into `home` (NULL: none). One from before the window is passed over. An
 * id that is there already is brought up to date; where two accounts tell of one event (an administrator and its
 * member), the later time counts, then the word of the one that it is not about. What differs in volatile
 * values only is no news for checks.
 */
bool evidence_put(struct store *s, struct store_scope *scope, const struct evidence_home *home,
                  const struct evidence_event *event, struct error *err);

/* The stored body of an event in the open scope or in `home`, free(); NULL when there is none. */
char *evidence_body(struct store *s, const struct store_scope *scope, const struct evidence_home *home,
                    const char *id);

/* The read is not going to be complete, but brings all that there is of before `until_unix_s`: its end moves where the next read
 * begins as far as that, never back. */
void evidence_reached(struct store_scope *scope, int64_t until_unix_s);

/* Within store_scope_end(): after a complete read the next one begins where this run began, after another where it reached. Does
 * nothing for a scope of resources. */
bool evidence_end(struct store *s, const struct store_scope *scope, bool complete, struct error *err);

/* Forgets events whose window lies before the run, which checks are to see: before they judge. */
bool evidence_prune(struct store *s, const struct store_run *run, struct error *err);

#endif

#ifndef SCANNER_ACCOUNT_H
#define SCANNER_ACCOUNT_H

#include "scanner/account_regions.h"
#include "scanner/read.h"

/*
 * The walk of one account. States:
 *   ENTER    waits at its gate
 *   REGIONS  asks which regions are switched on (or takes the config's)
 *   READS    its plan is read, WALK_READS_AT_ONCE at a time
 *   DONE     everything planned has an outcome; `done` was called
 * The credentials and the region list are reads too: scopes (account, global, credentials) and
 * (account, global, regions).
 */
enum { WALK_READS_AT_ONCE = 32 };

/* What is the same for all accounts of a target. Owned by targets.c. */
struct walk_target {
    const struct config_target *config; /* borrowed */
    const struct provider *provider;
    struct provider_session *session;
    struct gate_group *group;
    struct plan_types *types;
    struct shape **shapes; /* these three beside types->items */
    int64_t *shape_ids;
    bool *with_checks;
    /* Of things that a list over many accounts tells of; NULL, 0 for types that none has. */
    struct shape **bulk_shapes;
    int64_t *bulk_shape_ids;
};

struct account_walk {
    const struct walk_target *target;
    const struct read_context *context;
    struct loop *loop;
    struct account_spec spec;     /* owned */
    struct store_account account; /* its row; owned */
    struct gate gate;
    struct task entered;
    struct ask regions_ask;
    enum account_regions regions;
    struct string_list enabled, disabled;    /* regions */
    size_t enabled_before, disabled_before;  /* the page under way */
    struct store_stats region_calls;
    struct plan plan;
    struct planned_walk *reads; /* beside plan.reads */
    size_t next, running, ended;
    bool filtered; /* leaves alone what it did not plan */
    bool left_out; /* another target has it: nothing was done */
    /* for the line that people see */
    int64_t calls, resources, changed, scopes_incomplete, parts_unread;
    enum outcome worst;
    struct error error; /* the first that made a scope incomplete */
    char note[PROVIDER_NOTE_MAX]; /* of the first refusal that had one */
    /* Whether the session's own account, now known, is this target's to walk; NULL: it is. */
    bool (*claim)(void *ctx, struct account_walk *a, const char *account);
    void (*done)(void *ctx, struct account_walk *a);
    void *ctx;
    struct list link;
};

/* `spec` is taken over. The account's row is written (or found); when its id is only known once inside,
 * later. */
struct account_walk *account_walk_new(const struct walk_target *target,
                                      const struct read_context *context, struct loop *loop,
                                      struct account_spec *spec);
void account_walk_free(struct account_walk *a);
void account_walk_start(struct account_walk *a);

/* ---- for account*.c ---- */

/* Records a scope that no read walks: credentials, regions, one that could not be reached. False after a
 * fault of the store, which has been told. */
bool account_record(struct account_walk *a, const char *region, const char *type,
                    const char *service, enum outcome outcome, const char *reason);
/* Counts an outcome for the account's line. */
void account_note(struct account_walk *a, enum outcome outcome, const char *reason);
void account_broken(struct account_walk *a, const struct error *why);
/* Its own read says what it is called; where the config or discovery do, that stands. */
void account_called(struct account_walk *a, const char *name);
void account_finish(struct account_walk *a);

#endif

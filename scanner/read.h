#ifndef SCANNER_READ_H
#define SCANNER_READ_H

#include "core/model/item.h"
#include "core/model/shape.h"
#include "core/store/scopes.h"
#include "scanner/ask.h"
#include "scanner/plan.h"

struct map;

/*
 * One read: a scope from its first call to its recorded outcome. States, in order:
 *   POLL   a report is being made: asked again after a pause until it is ready
 *   LISTS  its lists are under way, READ_LISTS_AT_ONCE at a time: one for each parent (children_of) and each
 *          word (each), most reads have just one
 *   END    the outcome is recorded; `done` was called
 * One list that is refused does not stop the others: the read ends with the worst outcome of all.
 */

/* What all reads of one run share. */
struct read_context {
    struct store *store;
    struct holding *holding; /* what lists over many accounts brought, and logs; NULL: nothing */
    const struct flow_logs *flow_logs; /* what became of these; NULL: none are named */
    const struct trails *trails;       /* likewise */
    const struct central_logs *central_logs; /* likewise of log views */
    const char *resolvers;     /* what {resolvers} stands for (providers/gcp/flow_resolver.h) */
    size_t resolvers_left_out; /* that did not fit there */
    const char *central_words; /* what is named of these; NULL: none. A view that is new is read from the window's start */
    const struct store_run *run;
    struct text redact_key;
    /* Whether an account's own scopes are in this config's plan: a shared thing is then kept there. */
    bool (*is_home)(void *ctx, const char *account, const struct resource_type *type,
                    const char *region);
    void *home_ctx;
    /* A fault of the store: nothing can be recorded any more; the scan stops. */
    void (*broken)(void *ctx, const struct error *why);
    void *broken_ctx;
};

struct read_options {
    const struct read_context *context;
    const struct provider *provider;
    struct gate *gate;
    const struct resource_type *type;
    const struct shape *shape;
    int64_t shape_id;
    const char *region, *account, *partition; /* borrowed, outlive the read */
    int64_t account_id;
    bool
        with_checks; /* an enabled check uses the type: details that are only for checks are read */
    struct provider_session *session; /* for lists over many accounts */
    /* Of what such a list tells of the type; NULL: none does. */
    const struct shape *bulk_shape;
    int64_t bulk_shape_id;
    bool held; /* its list is in the holding: it is not asked for, and `shape` is that of its source */
    const char *held_as; /* by which name in place of the account's; NULL: the account's. Outlives read_init() */
    const char *held_too; /* rows beside those of its list, by which name; NULL: none. Outlives read_init() */
    const struct map *referenced; /* ids that something refers to; NULL: take all for referred to */
    const struct plan *plan;      /* the account's; NULL: nothing beside this read */
    /* children_of: the region of the parents' scope (NULL: spread, all), and how its read ended */
    const char *parents_region;
    enum outcome parents_outcome;
};

enum read_state { READ_POLL, READ_LISTS, READ_END };

/* GATHERED: elements of a detail's list, over all its pages. */
enum {
    READ_LISTS_AT_ONCE = 4,
    READ_DETAILS_AT_ONCE = 8, /* calls of one list */
    READ_ITEMS_HELD_MAX = 20000,
    READ_GATHERED_MAX = 100000
};

struct held_item; /* an item that waits for its details */

/* What came, what of it is kept here, and what of that differs from the store. */
struct read_counts {
    int64_t items, resources, changed;
};

/* One list: its pages, one after the other; of each page the items, then their details. */
struct read_list {
    struct read *read;
    struct ask ask;
    struct json_object *copied;  /* members of the parent for each item; NULL: none */
    struct json_object *waiting; /* items that need members of the whole answer (from_answer) */
    struct read_counts page;     /* what the page under way has brought to the read's counts */
    struct list held;            /* struct held_item.link: items of this page to be gone on with */
    struct list calls;           /* for their details: being made up (a batch), or under way */
    size_t held_count;           /* items that are not stored yet, those in calls too */
    size_t calls_running;
    int pages;
    bool more;
    struct error error; /* of the first item that could not be stored */
    struct list link;   /* in read->lists */
    /* The next of its things come from what is held by this name, borrowed of the read; NULL: the cloud is asked */
    const char *held_as;
    struct task step;
    int64_t cursor;
    /* One thing is asked for by itself: is it still there? 0: none */
    int64_t asked_for;
    struct store_scope *asked_in;
};

struct read {
    struct read_options o;
    enum read_state state;
    struct store_scope *scope;
    struct ask ask;    /* POLL */
    struct task retry; /* POLL: the pause is over. LISTS: there is nothing to ask */
    int polls;
    char **rounds; /* what lists are to be asked with: read_rounds.c */
    size_t round_count, next_round;
    struct list lists; /* struct read_list.link, under way */
    size_t lists_running;
    char *held_as;   /* `held`: by which name */
    char *held_too;  /* NULL: there is nothing beside its list */
    bool borrowing;  /* blocked: a list over many accounts is asked instead */
    bool confirming; /* held: what the list did not show is being asked for */
    int64_t since_unix_s, until_unix_s; /* evidence: what is read; else 0 */
    /* How the rows beside its list were brought (read_routed()) */
    enum outcome routed;
    struct error routed_why;
    int64_t routed_until_unix_s;
    enum outcome outcome;               /* the worst so far */
    struct error error;                 /* of an outcome other than complete */
    char note[PROVIDER_NOTE_MAX];       /* of the first refusal that had one */
    struct store_stats stats;           /* items at the end only */
    struct read_counts counts;
    int64_t parts_unread;
    /* spread (read_places.c): the scopes of places that things were seen in, and the places that answers left out */
    struct map *places;
    struct json_object *left_out;
    int64_t places_left_out;      /* at the end only */
    struct error left_out_reason; /* of the first of them */
    /* Sees each item's tree before it is stored; NULL: none. */
    void (*on_stored)(void *ctx, struct json_object *tree);
    void (*done)(void *ctx, struct read *r);
    void *ctx;
};

/* The caller then sets on_stored, done and ctx, and starts. False with a fault of the store. */
bool read_init(struct read *r, const struct read_options *options, struct error *err);
void read_start(struct read *r);
void read_release(struct read *r);

/* ---- for read*.c ---- */

/* Ends it now with an outcome, nothing under way. */
void read_end(struct read *r, enum outcome outcome, const struct error *why);

/* Tells of a fault of the store, which is not the read's: nobody can record anything any more. */
void read_check_store(struct read *r, const struct error *why);

/* Counts a call. */
void read_count_call(struct read *r, const struct ask_result *result);

/* One of the lists went wrong. `code` is the cloud's own, "" for none. */
void read_note(struct read *r, enum outcome outcome, const char *code, const struct error *why);

/* Before it starts: its list ends well, yet the rows beside it were not all brought. `until_unix_s`: those from before then
 * were, and where all else is complete the next read begins there; 0: nobody knows which. */
void read_routed(struct read *r, enum outcome outcome, int64_t until_unix_s, const struct error *why);

/* What templates may name in this read. */
struct item_place read_place(const struct read *r);

/* read_places.c, for spread types: the scope that keeps what is in `region`; NULL with a fault, or where there is no
 * room for another place. */
struct store_scope *read_place_scope(struct read *r, const char *region, struct error *err);
/* Opens the scopes of all places that were ever seen; false with a fault. */
bool read_places_open(struct read *r, struct error *err);
/* An answer could not tell of these places: {region: reason}; NULL: it told of all. A type that is not spread
 * ends as failed then: its one scope lacks them. */
void read_leave_out(struct read *r, struct json_object *places);
/* Ends the scopes of all places that are known, as the read did, those left out as failed. */
bool read_places_end(struct read *r, enum outcome outcome, const char *reason, struct error *err);
void read_places_release(struct read *r); /* forgets what is not ended */

/* read_item.c: makes a resource of an item and stores it. `unread` may be NULL. Takes over `tree`. */
bool read_store_item(struct read *r, struct json_object *tree, struct json_object *unread,
                     struct error *err);

/* read_borrow.c: asks a list over many accounts for what was blocked; false when there is none. */
bool read_borrow(struct read *r);
/* Makes the thing of such a list's item. */
bool read_borrowed_item(struct read *r, struct json_object **item, struct error *err);
/* A page of it: says where things come from. */
void read_borrowed(struct read *r, const struct ask_result *result, const char *service);
void read_list_borrow(struct read *r, const struct provider_listing *listing); /* read_list.c */

/* read_confirm.c, for held types: begins to ask for what the list did not show; false when there is nothing to ask. */
bool read_confirm(struct read *r);
/* How that went: it is there, or is not, or nobody can tell. */
void read_confirmed(struct read_list *l, const struct ask_result *result);

/* read_home.c: the account that it belongs to, where that is another one, free(); NULL: none. */
char *read_owner(const struct read *r, struct json_object *tree);
/* Whether that is the cloud itself: its things are references. */
bool read_is_reference(const struct read *r, const char *owner);
/* Whether its own scope in its home region is planned: it is kept there, and here the sharing is noted. */
bool read_is_owners(const struct read *r, const char *owner, struct json_object *tree);
/* Whether another scope keeps it, the owner's or one of this account's. */
bool read_is_elsewhere(const struct read *r, struct json_object *tree);

/* read_event.c, for types of evidence: where the read begins, before it is started; and what becomes of an item.
 * One that is no event (no id, no time) or lacks a part is noted, so that the read does not end complete. False
 * with a fault of the store. */
bool read_event_begin(struct read *r, struct error *err);
/* evidence_reading.asked of a type: a digest over what is asked for, and what is kept of it. */
void read_event_asked(const struct resource_type *type, bool with_checks,
                      unsigned char out[DIGEST_BYTES]);
/* The same, over what else the config names for such a type, and over the resolvers where it asks for them. */
void read_event_asked_all(const struct read_context *context, const struct resource_type *type, bool with_checks,
                          unsigned char out[DIGEST_BYTES]);
/* Whether its list asks for {resolvers}. */
bool read_event_asks_resolvers(const struct resource_type *type);
bool read_event_store(struct read *r, struct json_object *tree, struct json_object *unread,
                      struct error *err);

/* Rounds of what is held, by r->held_as and r->held_too. */
#define READ_ROUND_HELD "held"
#define READ_ROUND_TOO "held too"

/* read_rounds.c: makes r->rounds. What cannot be asked for is noted. False after a fault of the store. */
bool read_rounds_make(struct read *r, struct error *err);
void read_rounds_release(struct read *r);

/* read_list.c: starts a list with one of the rounds; read_list_done() comes later, when it has ended. False:
 * noted as failed, and not started. */
bool read_list_start(struct read *r, const char *round);
void read_start_lists(struct read *r); /* as many as may go side by side; read.c */
void read_list_free(struct read_list *l); /* nothing of it under way */
void read_list_done(struct read *r);      /* read.c */

/* read_details.c: takes over an item that needs details; goes on with the details held. */
bool read_hold(struct read_list *l, struct json_object *tree, struct error *err);
void read_details_start(struct read_list *l); /* calls read_details_done() when all held are stored */
void read_details_drop(struct read_list *l);  /* forgets items held; no request of theirs under way */
void read_details_done(struct read_list *l);  /* read_list.c */
bool read_needs_details(const struct read *r);

#endif

#ifndef CHECKS_SANDBOX_H
#define CHECKS_SANDBOX_H

#include "checks/check.h"
#include "checks/guard.h"
#include "core/base/error.h"
#include "core/model/resource_type.h"

#include <stdbool.h>
#include <stdint.h>

struct json_object;
struct sqlite3;
struct sqlite3_stmt;

/*
 * Where checks look: a private SQLite database, apart from the store, that holds one account at a time (all
 * of them for checks that reach over the estate) in one table a resource type. It lives in SQLite's cache
 * and spills to an unnamed temporary file, so that a large account does not need as much memory.
 *
 * A table has these columns, then those of the type's `columns:`
 *   key        the ARN or full resource name
 *   account    the provider's account id; '' for the cloud's own lists (the reference table)
 *   region     the resource's own region, or 'global'
 *   id, name   what people know it by
 *   tags       JSON object; tag(tags, 'Team')
 *   config     its JSON as stored
 *   unread     JSON object part -> reason, or null; unread(unread, 'Entries')
 *   verified   1 when its scope is complete as of this run, else 0: then this is what was last known
 *   at         of evidence only: when the event happened, ISO 8601. Its key is '' and its unread null; a row an event
 *              of the type's window
 * Resources that others share to the account are there too, with their owner's id as `account`.
 *
 * A declared column whose path holds a list is a JSON array of its values; one that holds a single value is that
 * value (true and false as 1 and 0) and is indexed. Only columns that a prepared query reads are filled, the others are null.
 */
struct sandbox;

struct sandbox_row {
    const char *key, *account, *region, *id, *name;
    const char *tags, *config; /* JSON texts */
    const char *unread;        /* JSON text or NULL */
    const char *at;            /* of evidence: ISO 8601; else NULL */
    bool verified;
    bool seen; /* verified, or its version is of this run */
    bool own;  /* a resource to judge; else shared to the account, lent, or a reference */
    bool lent; /* of an account in whose things this one lives: there for checks that need it `where: owner` */
    /* What plugins see beside (check.h); of the account, NULL is "". The team is the account's, whatever the tags say. */
    const char *account_name, *team;
    const char *parent; /* or NULL */
};

/* `types` must live as long as the sandbox. */
struct sandbox *sandbox_new(const struct resource_types *types, struct error *err);
void sandbox_free(struct sandbox *s); /* NULL is fine */
struct sqlite3 *sandbox_db(struct sandbox *s);
struct guard *sandbox_guard(struct sandbox *s);
const struct resource_types *sandbox_types(const struct sandbox *s);

/* Makes the tables of the types that the check reads. */
bool sandbox_open_tables(struct sandbox *s, const struct check *check, struct error *err);
bool sandbox_has_table(const struct sandbox *s, const char *type);

/* The column's values are needed, although no query reads it. */
void sandbox_want_column(struct sandbox *s, const char *type, const char *column);

/* All that a check's tables hold is needed: what plugins see. Over the estate no config. */
void sandbox_want_all(struct sandbox *s, const struct check *check);

/* Empties all tables; `references` also those rows whose account is ''. */
bool sandbox_clear(struct sandbox *s, bool references, struct error *err);

/* One resource or event. Types without a table are passed over. `with_config` false leaves config out. */
bool sandbox_put(struct sandbox *s, const char *type, const struct sandbox_row *row, bool with_config,
                 struct error *err);

/* How the last read of a scope ended (an outcome's name), and whether it was ever complete. */
bool sandbox_put_scope(struct sandbox *s, const char *type, const char *account, const char *region,
                       const char *outcome, bool ever_complete, struct error *err);

/* Takes what is lent of a type, and all scopes of the type but those of `account`. */
bool sandbox_take_lent(struct sandbox *s, const char *type, const char *account, struct error *err);

/* In whose things the account lives, as the check sees it that is judged now. Borrowed; NULL: nobody's. */
void sandbox_set_owners(struct sandbox *s, const struct string_list *owners);
const struct string_list *sandbox_owners(const struct sandbox *s);

struct sandbox_scope {
    bool known, complete, ever_complete;
    char region[64], outcome[32]; /* of the first scope that is not complete */
};

/* The scope of a type, 'global' for a global type whatever `region` says; of a spread one that and the place's, if it
 * has one: the worse of the two. With region NULL all of the type's
 * scopes in the account taken together (known when there is one); account "*": in all accounts. */
struct sandbox_scope sandbox_scope(struct sandbox *s, const char *type, const char *account,
                                   const char *region);
/* Likewise; a scope counts as complete where that of the type `instead` (NULL: none) in its account and region is. */
struct sandbox_scope sandbox_scope_or(struct sandbox *s, const char *type, const char *instead, const char *account,
                                      const char *region);

/* Who holds an address: as check_view.holders is asked. `look` NULL: nobody holds any. */
struct sandbox_holders {
    bool (*look)(void *ctx, const char *address, int64_t at_unix_s, check_holder_fn each, void *each_ctx,
                 struct error *err);
    void *ctx;
};

/* Puts what there is of a type, of those that the check uses, before its plugin sees it. `put` NULL: it is there already. */
struct sandbox_filler {
    bool (*put)(void *ctx, const char *type, struct error *err);
    void *ctx;
};

/* What the checks that run now see; borrowed. */
struct sandbox_run {
    int64_t run_time_unix_s;
    struct json_object *params;
    const char *account; /* that is judged; NULL: all */
    struct sandbox_holders holders;
    struct sandbox_filler filler;
};
void sandbox_set_run(struct sandbox *s, const struct sandbox_run *run);
const struct sandbox_run *sandbox_run(const struct sandbox *s);

/* Sets ERROR_STORE with SQLite's words. Returns false. */
bool sandbox_fault(struct sandbox *s, struct error *err);

#endif

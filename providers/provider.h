#ifndef PROVIDERS_PROVIDER_H
#define PROVIDERS_PROVIDER_H

#include "core/base/error.h"
#include "core/http/http.h"
#include "core/model/log_table.h"
#include "core/model/outcome.h"
#include "core/model/resource_type.h"

#include <stdbool.h>
#include <stdint.h>

struct json_object;
struct config_target;

/*
 * What a cloud must answer so that the walk can read it. A provider builds requests and reads responses;
 * it opens no socket, calls nobody back later and reads no clock: time is passed in as unix seconds. A
 * provider is one const struct, checked for completeness at start (provider_check()).
 *
 *   session   one target of the config: where its accounts come from and the scanner's own identity there
 *   door      the way into one account: the session's credentials, or a role assumed with them
 *   call      one operation with its arguments, in one region, through a door
 *   reader    reads the answer of one call as it arrives
 *   bulk      a list over all accounts of a session at once, where the cloud has one
 */

#define PROVIDER_ABI 2

struct provider_session;
struct provider_door;
struct provider_reader;

/* An account to be walked: from the config's list or from discovery. Strings owned; NULL = not said. */
struct account_spec {
    char *account; /* NULL: whoever the session's own credentials belong to */
    char *name, *state, *team;
    char *role; /* role name or ARN to assume; NULL: the target's */
    char *external_id;
    struct string_list regions; /* empty: the target's */
    /* Set: this way in is for reading the files below this folder of this bucket, too, and only there; no other reads
     * any file. */
    char *log_bucket, *log_prefix;
    struct string_list log_groups; /* likewise of what is logged in log groups of these names, globs of * and ? */
    struct log_table *log_table; /* likewise for a table over logs; owned; NULL: none */
};
void account_spec_release(struct account_spec *a);

struct provider_call {
    const char *service, *operation, *region; /* region: of the scope; "global" for a global type */
    struct json_object *arguments; /* owned by the walk; reader_finish() turns it into the
                                               * arguments of the next page */
    const char *items;             /* path of the items in the answer, "." for the answer itself as
                                               * one item, NULL for none (the rest holds all) */
};

/* What must be done next before a door can be used. */
enum provider_step {
    PROVIDER_READY,
    PROVIDER_REQUEST, /* send the request, then door_accept() */
    PROVIDER_WAIT,    /* another door's request is under way; ask again after any door_accept() */
    PROVIDER_FAILED,  /* the error says why, *out_outcome how to call it */
};

#define PROVIDER_NOTE_MAX 96

/* How an answer reads. */
struct provider_reading {
    enum http_verdict verdict;
    char code[128];  /* the cloud's own error code, "" for none: types' `absent` lists name these */
    int64_t wait_ms; /* pause the cloud asked for; 0: none */
    struct error error; /* one line, unless verdict is OK */
    char note[PROVIDER_NOTE_MAX]; /* by which the cloud's people find this one refusal; another each time. "" : none */
};

/* A list that a session or account is asked for: accounts, regions. */
struct provider_listing {
    const char *service, *operation, *region;
    struct json_object *arguments; /* a new reference for the caller; NULL: none */
    const char *items;
};

/* Who says which accounts a session has. */
enum provider_accounts {
    PROVIDER_ACCOUNTS_NAMED,  /* the config, by configured(); without any the session's own is meant */
    PROVIDER_ACCOUNTS_LISTED, /* the cloud, by discovery() */
    PROVIDER_ACCOUNTS_WHOLE,  /* likewise, and all there are: who is not in a complete list was closed */
};

/* A list over many accounts and types at once. */
struct provider_bulk {
    struct provider_listing listing;
    const struct resource_type *const *types; /* that it holds; among those bulk() was given */
    size_t type_count;
    const char *account; /* the one that it is about; NULL: all of the session's. Borrowed from the session */
};

/* One thing of such a list. Strings owned, free(). */
struct provider_bulk_item {
    char *account;            /* NULL: of none that the session knows */
    char *official;           /* the cloud's name of its type: a resource_type's `official`; of one that says bulk:
                               * only the type's name. NULL: of no type */
    struct json_object *tree; /* a new reference: the thing as its type's own list shows it */
};
void provider_bulk_item_release(struct provider_bulk_item *i);

struct provider_options {
    const char *profile; /* AWS profile, or NULL */
    int64_t now_unix_s;
    /* All types there are, and the config's globs of what is to be listed beyond them (bulk: only). Both outlive the
     * session; NULL: none. */
    const struct resource_types *types;
    const struct string_list *included;
    const struct string_list
        *operations; /* what will be asked, "service:Operation": the session is allowed
                                           * no more than read policies and these */
};

struct provider {
    unsigned abi;     /* PROVIDER_ABI */
    const char *name; /* "aws"; the first part of its types' names */
    const char *directory; /* the service that knows the accounts: "organizations" */
    const char *account_type; /* of the one thing in an account that is the account itself: its name is the account's
                               * where neither config nor discovery say one. NULL: none */

    /* Whether the type's operations (reads only), items and arguments exist; `err` names the fault. Its paths are
     * held against fields() by core/model/type_paths.h. */
    bool (*check_type)(const struct resource_type *type, struct error *err);
    /* Tree of the fields an item of this type can have (core/model/shape.h): its own or the wrapped one, those
     * from the parent, and details under their `as`; a new reference; NULL: anything. */
    struct json_object *(*fields)(const struct resource_type *type);

    struct provider_session *(*open)(const struct config_target *target,
                                     const struct provider_options *options, struct error *err);
    void (*close)(struct provider_session *session);

    enum provider_accounts (*accounts)(const struct provider_session *session);
    /* The accounts that the config names, by number; false: no more. Beside those of discovery() where there are
     * both. */
    bool (*configured)(const struct provider_session *session, size_t index,
                       struct account_spec *out);
    /* The next list to ask for to know the accounts, begun anew by the first call of a run; false: no
     * more. A list may bring further lists (the units of an organization). */
    bool (*discovery)(struct provider_session *session, struct provider_listing *out);
    /* Reads one item of the list last given. *out_wanted false: no account of ours: a unit (then out
     * holds nothing), or excluded by the config (then it says which). */
    bool (*discovered)(struct provider_session *session, struct json_object *item,
                       struct account_spec *out, bool *out_wanted, struct error *err);

    /* The list of regions of an account; false: the cloud has none to ask for. */
    bool (*regions)(struct provider_session *session, struct provider_listing *out);
    /* Reads one item: name and whether it is switched on for this account. */
    bool (*region)(struct json_object *item, const char **out_name, bool *out_enabled);
    /* Whether a service exists in a region; unknown counts as yes. */
    bool (*service_in_region)(const char *service, const char *region);
    /* Whether accounts of this kind (a project, an organization) can have such things. */
    bool (*type_in_account)(const struct resource_type *type, const char *account);

    /* The list over many accounts of number `index`, from 0; false: there are no more. The first makes them; they
     * stay what they are for the session. Never of types that say `bulk: no`. Where discovery() brought nothing
     * tonight there may be none. `types` outlive them. */
    bool (*bulk)(struct provider_session *session, size_t index,
                 const struct resource_type *const *types, size_t count, int64_t now_unix_s,
                 struct provider_bulk *out);
    /* A list of one type in one account, in the words of such a list, also of types that say `bulk: no`: for where the
     * type's own is barred. False: there is none. */
    bool (*bulk_of)(struct provider_session *session, const struct resource_type *type,
                    const char *account, int64_t now_unix_s, struct provider_listing *out);
    /* Reads one item of such a list; whose it is follows from the list that bulk() gave last. */
    bool (*bulked)(struct provider_session *session, struct json_object *item,
                   struct provider_bulk_item *out, struct error *err);

    /* A door. `spec` NULL: the session's own identity (or its discovery role), for discovery. */
    struct provider_door *(*door_open)(struct provider_session *session,
                                       const struct account_spec *spec, struct error *err);
    void (*door_close)(struct provider_door *door);
    /* Credentials: alternate next and accept until READY or FAILED. */
    enum provider_step (*door_next)(struct provider_door *door, int64_t now_unix_s,
                                    struct http_request *out, enum outcome *out_outcome,
                                    struct error *err);
    /* Reads the answer to door_next()'s request. It is told of every end, failures below HTTP too, so that
     * it can fall back or fail by itself at the next door_next(). */
    void (*door_accept)(struct provider_door *door, int64_t now_unix_s,
                        const struct http_response *response);
    /* Whether such an answer is worth another attempt: for the engine. */
    enum http_verdict (*door_classify)(struct provider_door *door,
                                       const struct http_response *response, int64_t *out_wait_ms,
                                       struct error *err);
    /* The cloud called the credentials expired: the next door_next() gets new ones. */
    void (*door_expire)(struct provider_door *door);
    const char *(*door_account)(const struct provider_door *door); /* proven id, valid once READY */
    const char *(*door_partition)(
        const struct provider_door *door); /* for keys; "" where it means nothing */

    /* Builds a call's request with its limit key; unsigned. */
    bool (*request)(struct provider_door *door, const struct provider_call *call,
                    struct http_request *out, struct error *err);
    /* Signs it for `now`, again at each attempt. REFRESH: the door's credentials are about to expire. */
    enum http_verdict (*authorize)(struct provider_door *door, const struct provider_call *call,
                                   int64_t now_unix_s, struct http_request *request,
                                   struct error *err);
    void (*classify)(struct provider_door *door, const struct provider_call *call,
                     int64_t now_unix_s, const struct http_response *response,
                     struct provider_reading *out);

    /* Reads 2xx answers as they arrive, page after page of one call. on_item owns its item. */
    struct provider_reader *(*reader_new)(const struct provider_call *call,
                                          bool (*on_item)(void *ctx, struct json_object *item,
                                                          struct error *err),
                                          void *ctx, struct error *err);
    bool (*reader_begin)(struct provider_reader *r, int status, const struct http_headers *headers,
                         struct error *err);
    bool (*reader_write)(struct provider_reader *r, const char *data, size_t len,
                         struct error *err);
    /* The answer is whole: gives what is not items (a new reference; may be NULL), and whether there is
     * another page; then call->arguments ask for it. */
    bool (*reader_finish)(struct provider_reader *r, struct provider_call *call,
                          struct json_object **out_rest, bool *out_more, struct error *err);
    /* Places that the page just finished could not tell of: {"us-central1-a": "UNREACHABLE"}; NULL: none.
     * Borrowed until reader_free(). */
    struct json_object *(*reader_left_out)(struct provider_reader *r);
    void (*reader_free)(struct provider_reader *r);
};

/* ERROR_INTERNAL naming the first member that is missing, or the ABI that does not fit. */
bool provider_check(const struct provider *p, struct error *err);

/* All providers built in, NULL-ended, in order of name. */
const struct provider *const *providers_all(void);
const struct provider *providers_find(const char *name);

#endif

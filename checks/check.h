#ifndef CHECKS_CHECK_H
#define CHECKS_CHECK_H

#include "core/base/error.h"
#include "core/model/resource_type.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_object;

/*
 * A check is data: one YAML file with its query, its words and its tests. This is that file as a
 * structure; catalog.h reads it. The grammar, member by member (unknown keys, missing keys and wrong
 * values are errors with file and line):
 *
 *   id: aws_security_group_open_admin_port      lower case, digits and '_'; the file's name without .yaml
 *   formerly: [OLD_ID…]                         earlier ids; findings carry on over a rename
 *   subject: TYPE                               the resource type that is judged
 *   occurrence: yes                             a FAIL is something that happened (its rows rest on evidence): a night without
 *                                               a row does not end it (core/store/occurrence.h). Rows then say `at`
 *   needs:                                      what a verdict rests on beside the subject itself
 *     - {type: TYPE, where: region|account|owner|estate, ids: COLUMN, parts: [PART…], or: TYPE}
 *   uses: [TYPE…]                               better evidence; the verdict stands without
 *   uses_of_owners: [TYPE…]                     of uses, those of which what is the owners' is there too, as with where: owner
 *   of_tenants: [TYPE…]                         of needs and uses, those of which what belongs to the accounts is there too
 *                                               that live in this one's things: machines of others in a network it shares
 *   reach: account|estate                       estate: one query over all accounts (default account)
 *   severity: critical|high|medium|low|info     of a row that names none
 *   themes: [WORD…]
 *   controls: {FRAMEWORK: IDS}                  which requirements its findings mean; also by what a finding says:
 *                                               {FRAMEWORK: {MEMBER: {VALUE: IDS}}} (check_controls.h)
 *   params: [NAME…]                             settings that the query reads with param('NAME')
 *   title, summary, why: {en: …, ja: …}         summary is a template: {subject} {name} {id} {account} {account_name}
 *                                               {region} {evidence.PATH} {detail.PATH} {words.MEMBER}
 *   words: {MEMBER: {VALUE: {en: …, ja: …}}}    what {words.MEMBER} says of a value that evidence, or else detail, has in
 *                                               MEMBER (a path), or of each in a list: templates as the summary, that may
 *                                               name words which name no others. A value without a word stands for
 *                                               itself; with a VALUE "*", that is said once of all of it, but of nothing
 *                                               where it is empty (core/decode/wording.h)
 *   fix: {console: {en: …, ja: …}, terraform: …, playbook: URL}
 *   query: |                                    one SELECT: sandbox.h says over what, sql_functions.h with what,
 *                                               query.h what its columns are called; or plugin: NAME
 *   tests: […]                                  check_test.h says their grammar
 *
 * ids: a column of the subject's type that holds the ids (or keys) of the resources of the needed type that
 * this subject refers to. With it a subject that refers to none does not need the type at all, and one
 * that does needs just those: each must be there with all its parts. Without it the whole scope
 * must be complete and every resource in it read, but parts with reason "not_needed".
 * where: owner: as `account`, and also of the accounts in whose things the subject's account lives (core/store/lending.h): those
 * that share to it things of a type that the check reads, and those that its things of such a type name as their
 * `lender` (a shared network's). What is theirs of the needed type is there too, not to be judged; an owner that is not in
 * the state was not read. Where the subject says its region only that region of theirs counts.
 * or: a type of uses that tells the same: in a region where it is complete the needed one need not be.
 * parts: details of the needed type that matter (default: all; [] none). A need of the subject's own type says so of it.
 */

enum {
    CHECK_FILE_MAX = 256 * 1024,       /* bytes of a check file */
    CHECK_FILES_MAX = 10000,           /* checks of a catalogue */
    CHECK_QUERY_MAX = 64 * 1024,       /* bytes of a query */
    CHECK_LIST_MAX = 32,               /* entries of needs, uses, params, themes, formerly */
    CHECK_TESTS_MAX = 200,             /* tests of one check */
    CHECK_ROWS_MAX = 100000,           /* result rows of one check in one account (estate: in all) */
    CHECK_SUBJECT_MAX = 200,           /* bytes of a subject */
    CHECK_EVIDENCE_MAX = 64 * 1024,    /* bytes of evidence, and of detail */
    CHECK_TIME_LIMIT_MS = 60 * 1000,   /* of one check in one account */
    CHECK_MEMORY_MAX = 64 * 1024 * 1024, /* bytes that one query may gather in SQLite */
};

/* Where the needed type must be complete, seen from the subject: its own region ('global' for a global
 * type), all of its account, (with reach: estate only) all accounts, or all of its account and of the owners. */
enum check_where { CHECK_REGION, CHECK_ACCOUNT, CHECK_ESTATE, CHECK_OWNER };

enum check_reach { CHECK_REACH_ACCOUNT, CHECK_REACH_ESTATE };

struct check_need {
    char *type;
    enum check_where where;
    char *ids;                /* or NULL */
    char *instead;            /* or: NULL: nothing stands for it */
    struct string_list parts; /* empty: all, but with no_parts none */
    bool no_parts;
};

struct check_words {
    char *en, *ja;
};

struct check {
    char *id, *file;
    int line;
    char *subject;
    struct string_list formerly, uses, uses_of_owners, of_tenants, themes, params;
    struct check_need *needs;
    size_t need_count;
    enum check_reach reach;
    char *severity;
    struct json_object *controls; /* check_controls.h; NULL: none */
    struct json_object *words;    /* by member, value, language; NULL: none */
    struct check_words title, summary, why, fix_console;
    char *fix_terraform, *fix_playbook; /* or NULL */
    bool occurrence;
    char *query;               /* NULL: it has a plugin */
    int query_line;            /* of the query's first line in the file */
    char *plugin;              /* its name, or NULL */
    int plugin_line;
    struct json_object *tests; /* as in the file; each test also says its "line" */
};

/* Whether the check needs nothing but its subject (at most that the subject's own region was read): then its
 * rows are proven unless they say otherwise. */
bool check_is_alone(const struct check *c);

/* Whether the check reads resources of that type: subject, needs or uses. */
bool check_reads(const struct check *c, const char *type);

/* The types that it reads, NULL-ended, perhaps one of them twice; free() the list alone. `owned`: of those only the ones
 * that it needs `where: owner`, or uses so. */
const char **check_read_types(const struct check *c);
const char **check_owned_types(const struct check *c);

/* Those of which what is its tenants' is there too. */
const char **check_tenanted_types(const struct check *c);

/* Whether the check needs that type `where: owner`, or uses it so. */
bool check_needs_owners(const struct check *c, const char *type);

/* Whether `s` is one of critical, high, medium, low, info. */
bool check_is_severity(const char *s);

void check_free(struct check *c); /* NULL is fine */

/* ---- what judging gives ---- */

/* One FAIL of a check on one resource (or one UNKNOWN, see `unknown`). Borrowed during the call. */
struct check_result {
    const char *account;  /* provider's account id; NULL but for reach: estate */
    const char *key;      /* of a resource of the subject's type */
    const char *subject;  /* "tcp/22"; "" when the check has none. No control bytes */
    const char *severity; /* NULL: the check's own */
    const char *evidence; /* JSON object, compared from night to night; NULL: {} */
    const char *detail;   /* JSON object, never compared: counts, times; NULL: {} */
    int64_t at_unix_s;    /* of an occurrence: when it last happened; 0 else */
    bool proven;          /* rests only on what was seen: FAIL even where a needed scope is unread */
    const char *unknown;  /* not NULL: no FAIL, but why this resource cannot be judged at all */
};
typedef bool (*check_result_fn)(void *ctx, const struct check_result *row, struct error *err);

/* ---- plugins ---- */

/*
 * What SQL cannot say is a plugin: C code that a check names with `plugin: NAME` instead of a query. It sees what a
 * query sees, through struct check_view, and answers with the same rows; needs, uses, params, occurrence, words and tests
 * of the check are as for a query. Built-in ones are folders, checks/plugins/NAME/; others are shared objects of
 * plugins.d/ beside the config (plugin_load.h), which are built from this header alone.
 *
 * Responsibilities of `judge`: no I/O, no clock, no state of its own between calls; the same view gives
 * the same rows, in any order, no (key, subject) twice; it gives only FAILs (and what cannot be judged, as `unknown`), and
 * leaves PASS and UNKNOWN to the caller, who knows what was read. False with an error makes the account's verdicts of
 * this check UNKNOWN with that line as the reason, as does any failure of view or result, which it hands on at once: nothing
 * counts after it. It may take CHECK_TIME_LIMIT_MS, by a clock that is looked at whenever it calls and for each resource.
 * A row's `account` is NULL but for reach: estate; a row is proven by itself where the check needs nothing but its
 * subject, and always where it is an occurrence.
 */
enum { CHECK_PLUGIN_ABI = 2 };

struct check_resource { /* borrowed during the call */
    const char *account, *account_name; /* of its owner, which is another's for what is shared; "" of the cloud's own lists */
    const char *team;                   /* its account's team, else its Team tag, else "": as sheets have it */
    const char *key, *region, *id, *name;
    const char *parent;                 /* of ephemeral members whose they are; else NULL */
    const char *at;                     /* of evidence when it happened, ISO 8601; else NULL */
    struct json_object *tags, *config, *unread; /* unread: part -> reason; NULL when all was read */
    bool verified;                              /* its scope is complete as of this run */
    bool own; /* a resource to judge; else shared to the account, of an owner or tenant, or evidence */
};
typedef bool (*check_resource_fn)(void *ctx, const struct check_resource *r, struct error *err);

/* Who holds an address, or held it: by the paths that types declare as `addresses`, of the whole estate, all clouds. */
struct check_holder { /* borrowed during the call */
    const char *provider, *account, *account_name, *team, *region, *type, *key, *id, *name;
    const char *parent;    /* as above */
    int64_t from_unix_s;   /* the run that first saw it there */
    int64_t until_unix_s;  /* the run that saw it there no more; 0: still there as far as is known */
    bool then;             /* it held it at the time asked for; else shortly after, or at another time */
};
typedef bool (*check_holder_fn)(void *ctx, const struct check_holder *h, struct error *err);

struct check_view {
    void *ctx;
    const char *check;         /* the check's id: several may share one plugin */
    const char *account;       /* that is judged; NULL with reach: estate */
    int64_t run_time_unix_s;   /* 0 for a plugin without uses_run_time */
    struct json_object *params; /* object of the check's params */
    /* Every known resource of a type that the check reads (any other is a fault, here and below), in order of key
     * (evidence: of time and id); in the account with what is shared to it and, for needs with `where: owner`, what belongs
     * to the accounts that share networks to it, for types `of_tenants` what belongs to those that it shares them to; or
     * with reach: estate in all (then config is NULL). */
    bool (*resources)(void *ctx, const char *type, check_resource_fn each, void *each_ctx, struct error *err);
    /* NULL for region: all scopes of the type in the account. */
    bool (*is_complete)(void *ctx, const char *type, const char *account, const char *region);
    /* Likewise, whether it ever was: then what is missing was missing at least then. */
    bool (*was_read)(void *ctx, const char *type, const char *account, const char *region);
    /* Holders of an address (text, IPv4 or IPv6): first those of that time (kinds of things that stand for others last:
     * an interface comes before an address that is associated with it), then others, latest first; of both those in
     * `account` before others', since private addresses are everybody's; at most CHECK_HOLDERS_MAX. `each` must not ask
     * for holders itself. Only for plugins that say uses_holders. */
    bool (*holders)(void *ctx, const char *address, int64_t at_unix_s, check_holder_fn each, void *each_ctx,
                    struct error *err);
};

enum { CHECK_HOLDERS_MAX = 32 };

struct check_plugin {
    unsigned abi;       /* CHECK_PLUGIN_ABI; looked at before anything else */
    const char *name;   /* a-z, 0-9 and '_' */
    unsigned version;   /* of its verdicts: raised when they may change, so that everything is judged anew */
    bool uses_run_time; /* its verdicts may change while nothing else does: then it judges every account each night */
    bool uses_holders;  /* it asks for holders, which may change while nothing else does: likewise */
    bool (*judge)(const struct check_view *view, check_result_fn result, void *result_ctx, struct error *err);
};

/*
 * What a shared object of plugins.d says itself to be, once in one of its files: CHECK_PLUGIN_EXPORT(my_plugin); where
 * my_plugin is a const struct check_plugin. Built-in plugins do not say it. A shared object is linked with nothing of
 * yomawari's: it reads its JSON with json-c, and writes its errors' kind and line itself.
 */
#define CHECK_PLUGIN_EXPORT(plugin)                                                                \
    extern __attribute__((visibility("default"))) const struct check_plugin                        \
        *const yomawari_check_plugin;                                                              \
    const struct check_plugin *const yomawari_check_plugin = &(plugin)

#endif

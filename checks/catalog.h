#ifndef CHECKS_CATALOG_H
#define CHECKS_CATALOG_H

#include "checks/check.h"
#include "core/base/buffer.h"
#include "core/base/digest.h"
#include "core/base/error.h"
#include "core/base/text.h"

#include <stdbool.h>
#include <stddef.h>

struct json_object;
struct plugin_table;
struct resource_types;

/*
 * All checks that there are, built in and the user's own, as equals. Each is read strictly and its query
 * is prepared at once against the resource types, or its plugin found, so that a check that loads can run. A fault is
 * ERROR_CONFIG with "FILE:LINE: "; an SQL error says SQLite's words.
 */
struct catalog;

/* `types` must live as long as the catalogue. Checks may name the built-in plugins. */
struct catalog *catalog_new(const struct resource_types *types);
void catalog_free(struct catalog *c); /* NULL is fine */

/* Checks that are added from now on may name these plugins. The table must live as long as the catalogue. */
void catalog_use_plugins(struct catalog *c, const struct plugin_table *plugins);

/* Adds the checks of one YAML text (one check a file). On failure nothing is added. Ids must be unique,
 * also against what others were formerly called. */
bool catalog_add(struct catalog *c, const char *file, struct text yaml, struct error *err);

/* Adds what is built in: checks/<cloud>/<check>.yaml. */
bool catalog_add_builtin(struct catalog *c, struct error *err);
/* The same without their tests, of which only `check test` has need: they are most of what would have to be read. Nor are
 * their rules tried here, since that takes longer than all else. */
bool catalog_add_builtin_rules(struct catalog *c, struct error *err);

/* Adds every *.yaml of a folder (the user's checks.d), sorted; a folder that does not exist adds nothing. */
bool catalog_add_folder(struct catalog *c, const char *folder, struct error *err);
bool catalog_add_file(struct catalog *c, const char *path, struct error *err);

size_t catalog_count(const struct catalog *c);
const struct check *catalog_at(const struct catalog *c, size_t index); /* in order of id */
const struct check *catalog_find(const struct catalog *c, const char *id);
const struct resource_types *catalog_types(const struct catalog *c);
const struct plugin_table *catalog_plugins(const struct catalog *c);

/*
 * The effective value of a check's parameter: the member of that name in `settings` (what the config
 * says; may be NULL), else the built-in default of checks/shared/params.yaml. Borrowed; NULL when there is
 * none, which catalog_add() refuses for names that have no default.
 */
struct json_object *catalog_param(const struct catalog *c, const char *name, struct json_object *settings);

/* Whether settings are ones that there are, each of the form of its default: an object has no members but the
 * default's, a list only such elements. ERROR_CONFIG, without a file, names what is wrong: a port list that is
 * misspelt must not become an empty one. NULL is fine. */
bool catalog_check_settings(const struct catalog *c, struct json_object *settings, struct error *err);

/* SHA-256 in hex over all that decides verdicts: query or plugin (name, version, its file's bytes), occurrence, needs,
 * uses, subject, reach, severity, formerly, the parameters' effective values, the columns of the types it reads, and the
 * version of the check language. Not over prose. */
void catalog_check_digest(const struct catalog *c, const struct check *check, struct json_object *settings,
                          char out[DIGEST_HEX_MAX]);

/* Over all checks: for store_run_options.checks_digest. */
void catalog_digest(const struct catalog *c, struct json_object *settings, char out[DIGEST_HEX_MAX]);

/* What sheets need of a check, for check_info.body: {severity, subject, types, themes, controls, title, summary,
 * why, fix}; types: the subject's and those it needs. json_object_put() the result. */
struct json_object *catalog_check_body(const struct check *check);

/* ---- words ---- */

enum check_language { CHECK_EN, CHECK_JA };

const char *catalog_words(const struct check_words *w, enum check_language language);

/* What a summary may name. All borrowed. */
struct check_summary_values {
    const char *subject, *name, *id, *account, *account_name, *region;
    struct json_object *evidence, *detail; /* objects; NULL: empty */
};

/* Appends the check's summary in a language. A list in the evidence is joined with ", ". False, with
 * ERROR_DATA, when there is no value for {evidence.PATH} or {detail.PATH}. */
bool catalog_summary(const struct check *check, enum check_language language,
                     const struct check_summary_values *v, struct buffer *out, struct error *err);

#endif

#ifndef CORE_STORE_VIEWS_H
#define CORE_STORE_VIEWS_H

#include "core/store/store.h"

struct resource_types;

/*
 * What readers (reports, `query`) see: temporary SQL views on the store's connection, as of one run.
 *   inventory  provider, account, account_name, region, type, id, name, team, tags, first_seen, last_changed,
 *              unverified_since, shared_from, key, config, unread, parent (of an ephemeral member; null: it is none)
 *   inventory_rows  the same as sheets show it, without unread: all members of one parent in an account, region and
 *              type are one row. Its id and name are the parent, its key "ACCOUNT REGION TYPE PARENT", its dates when the
 *              first member was ever seen; of tags it has Team and Environment where all members that have them agree,
 *              of config nothing: what else members are may be another with each of them
 *   findings   state, change, severity, check_id, title_en, title_ja, provider, account, account_name, region, type,
 *              id, name, tags, team, subject, evidence, detail, cause, first_seen, key, fingerprint, controls (JSON:
 *              {FRAMEWORK: [id…]}, core/decode/controls.h), body (check_info's, '{}' when it is not there); one row a
 *              finding that is open, unverified, out of scope, or was resolved in this run
 *   coverage   one row a scope (provider, account, account_name, region, service, type, outcome, reason, since, details_unread)
 *              and one with type '*' for each (account, region, service) with calls, items, throttled, seconds, and
 *              the worst outcome of its scopes; `since` is when the outcome, whatever its reasons, began. Scopes of
 *              closed accounts are left out, those out of scope have no part in '*'
 *   controls   check_id, severity, state, reason, passed, failed, unknown, scopes_unread, body (as last published)
 *   accounts   provider, account, name, state, team, target
 *   runs       name, state, baseline, started, ended, filtered, tool_version
 *   changes    a temporary table filled by diff.h from the run's baseline, with the columns of struct diff_row
 * Times are ISO 8601 texts of runs' starts; unverified_since is the start of the first run of the unbroken row of
 * runs in which the resource's scope was not complete.
 * With `types` given, one view a resource type is made as well: account, region, key, id, name, tags, config and
 * the type's own columns (type_view.h); of evidence account, region, id, at, its columns and config, a row an event
 * of its window. To be called again for another run; what was made before is replaced.
 * A view hides the table of the same name: SQL that means the table says main.coverage.
 */
bool views_create(struct store *s, const struct store_run *run, const struct resource_types *types, struct error *err);

#endif

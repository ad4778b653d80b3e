#ifndef TESTS_FAKECLOUD_THINGS_H
#define TESTS_FAKECLOUD_THINGS_H

#include "core/base/error.h"
#include "tests/fakecloud/estate.h"

/*
 * Most of what the cloud holds is data: things/<service>.yaml, built in. A file is groups of things that are made
 * together:
 *   GROUP:
 *     where: region | account    made in each region of each account (default), or once an account
 *            tenants             in the first region of each account but the first: those to whom it shares
 *     of: N                      in one place of so many, drawn, and always in the first; 0: in the first alone
 *     things:
 *       - type: aws_rds_instance the truth's word; left out: nothing that yomawari shows
 *         name: orders           {name} (default: the group's)
 *         list: DBInstances      of the estate, and `by`, the member of the body that names it there
 *         by: DBInstanceIdentifier
 *         id: TEXT, key: TEXT    of the truth; the id is what `by` has where it is left out
 *         region: TEXT           of the truth, where a list of the account knows the region
 *         body: {…}              as boto3 gives it; members that begin with _ are for the server alone
 *                                (offer.h)
 *         parts: [{list, by, body, …}]  what further calls tell of it
 *         seen: everywhere       by all accounts in that region; the truth knows it where it was made
 *         comes_and_goes: true   on odd nights it comes or goes in a place drawn anew; then it has no `changes`. Of
 *                                a part: the field that this changes
 *         changes:               on odd nights, in a place drawn anew:
 *           - {path: MEMBER.MEMBER, values: [A, B], field: TEXT}   the other of two (null: none); values of one
 *                                element are made again. `field` (default: path; a list of them; no: none) is what
 *                                the sheet shows; `findings`: as below, as long as it has A, in the place of
 *                                the thing's own of the same check
 *         drift: {PATH: recent | number | [CHOICE…]}  another every night, and no change
 *         nightly: true          another thing every night, by "@night" in its words
 *         findings:              what checks say of it as long as it is there; the truth speaks of these checks (truth.h)
 *           - {check, subject, severity, evidence: {…}, unless: GROUP}   unless: not where that group is, which is made once
 *                                an account, and keeps it from being so
 *         no_finding_of: [CHECK…]   the truth speaks of these checks, too, which find nothing in it whatever it turns into
 *         behind: TEXT           it uses the group of groups.h, whose finding calls it that
 *         parent: TEXT           ephemeral: the truth shows one thing of this name for all of one parent
 * What has neither type nor list, but an id, is there for its findings alone.
 * All texts have the words of words.h. Same rules for a part as for a thing, but its truth is the thing's.
 */
struct embedded_file;
struct things;

/* NULL with the file at fault, and the line or key. The files are borrowed. */
struct things *things_new(const struct embedded_file *files, size_t count, struct error *err);
void things_free(struct things *t);           /* NULL is fine */

/* Whether an account has a group, which is made once an account. */
bool things_has(const struct things *t, struct estate *e, size_t account, const char *group);

/* Everything of one account, as of night 0. */
void things_build(const struct things *t, struct estate *e, size_t account);

/* The night e->night, which has begun: what is another every night, and on odd ones the changes. */
void things_night(const struct things *t, struct estate *e);

/* The drift of the night in one list, in place. `path` names the list for the draw. */
void things_drift(const struct things *t, const struct estate *e, const char *list, struct json_object *items, const char *path);

#endif

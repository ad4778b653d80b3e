#ifndef TESTS_FAKECLOUD_TRUTH_H
#define TESTS_FAKECLOUD_TRUTH_H

#include "core/base/error.h"
#include "tests/fakecloud/estate.h"

#include <stdbool.h>

/*
 * What a scan of the estate must say, told by the code that makes things while it makes them, never
 * worked out from them. Region, type, id, subject and field are words of yomawari's sheets.
 */
#define TRUTH_ADMIN "aws_security_group_open_admin_port"
#define TRUTH_OPEN "aws_security_group_open_to_internet"
#define TRUTH_ROOT_MFA "aws_root_without_mfa"
#define TRUTH_ROOT_KEY "aws_root_access_key_present"
#define TRUTH_ROOT_CERTIFICATE "aws_root_signing_certificate"
#define TRUTH_ROOT_VIRTUAL "aws_root_virtual_mfa"
#define TRUTH_ROOT_REPORT "aws_root_recently_used"
#define TRUTH_ROOT_USED "aws_root_used"
#define TRUTH_ROOT_CENTRAL "aws_root_access_not_centralized"

/* Starts the next night: no change yet, the findings are those of the night before. */
void truth_begin_night(struct estate *e);

/* Something is there, or no more; after night 0 that is a change. One night does one of the two to a thing. */
void truth_there(struct estate *e, struct place at, const char *type, const char *id, const char *key);
void truth_gone(struct estate *e, struct place at, const char *type, const char *id);
/* Something in a place that refuses to be asked: there, but only others tell of it. */
void truth_hidden(struct estate *e, struct place at, const char *type, const char *id, const char *key);
/* A field of something that was there has another value than the night before. */
void truth_changed(struct estate *e, struct place at, const char *type, const char *id, const char *field);

/* What comes and goes by itself: one thing called `parent` stands for all members, and none is a change. */
void truth_folded(struct estate *e, struct place at, const char *type, const char *parent);

/* Something that lies in the answers and must be written down nowhere. */
void truth_secret(struct estate *e, const char *secret);

/* A scope that cannot be complete tonight, by the words of the coverage sheet. */
void truth_outcome(struct estate *e, struct place at, const char *type, const char *outcome);

/* All findings that a check has here are told, if none then none: said by the code that makes what the check looks at.
 * Of other checks the truth is silent, whatever they find. */
void truth_speaks_of(struct estate *e, const char *check);

/* A finding, as the sheet has it, of a check that is spoken of. */
struct truth_finding {
    const char *check, *id, *subject, *severity, *evidence;
};
void truth_open(struct estate *e, struct place at, const struct truth_finding *f);
void truth_closed(struct estate *e, struct place at, const char *check, const char *id, const char *subject);

/* FOLDER/night-N.json of the night just made:
 *   {night, accounts, regions, resources: [[account, region, type, id, key]…],
 *    changes: [[added|removed|changed, account, region, type, id, field]…],
 *    findings, new, resolved: [[check, account, region, id, subject, severity, evidence]…],
 *    checks: [check…] (those that findings are of), outcomes: [[account, region, type, outcome]…], secrets: [text…],
 *    evidence: [[account, region, type, event id, time]…] (evidence.h)}
 * What is folded has "" for a key. All estates' rows stand together: a type's first word is its cloud. Of Google
 *    accounts are `projects`, regions `google_regions`; outcomes may have globs for types; `hidden` has the rows of
 *    resources in projects that refuse to be asked. */
bool truth_write(const struct estate *const *estates, size_t count, const char *folder, struct error *err);

#endif

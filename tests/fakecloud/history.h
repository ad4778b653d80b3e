#ifndef TESTS_FAKECLOUD_HISTORY_H
#define TESTS_FAKECLOUD_HISTORY_H

#include "tests/fakecloud/estate.h"

/*
 * CloudTrail's event history of a place: what root did, in every way in which it can be done (signed in
 * at the console with and without MFA and in vain, in a console session, with an access key, in a session
 * of AssumeRoot, a service on its behalf), what others did, one of them a user whose name is root; and
 * Insights. What AWS logs in us-east-1 alone (sign-in, IAM) is there alone. An event of each form:
 * CloudTrail User Guide, "CloudTrail record contents".
 */
enum history_kind { HISTORY_MANAGEMENT, HISTORY_INSIGHT };

/* Tonight's events in the JSON that boto3 gives for LookupEvents, newest first; json_object_put(). Those
 * older than CloudTrail tells of are among them. */
struct json_object *history_events(const struct estate *e, struct place at, enum history_kind kind);

#define HISTORY_ROOT "root" /* the Username of root, and of a user who is called so */

/* The account's alias, which is the Username of some of what root does at the console; NULL where there is none. */
const char *history_alias(const struct estate *e, const char *account);

#endif

#ifndef TESTS_FAKECLOUD_HISTORY_H
#define TESTS_FAKECLOUD_HISTORY_H

#include "tests/fakecloud/estate.h"

struct event;

/*
 * CloudTrail's event history of a place: what root did, in every way in which it can be done (signed in
 * at the console with and without MFA and in vain, in a console session, with an access key, in a session
 * of AssumeRoot, a service on its behalf), what others did, one of them a user whose name is root; and
 * Insights. Root's key is used by an old script on the first machine of the last account, from its public
 * address, and through an endpoint by a machine of the account's own that goes one night (machines.h). What AWS
 * logs in us-east-1 alone (sign-in, IAM) is there alone. An event of each form:
 * CloudTrail User Guide, "CloudTrail record contents".
 */
enum history_kind { HISTORY_MANAGEMENT, HISTORY_INSIGHT };

/* Tonight's events in the JSON that boto3 gives for LookupEvents, newest first; json_object_put(). Those
 * older than CloudTrail tells of are among them. */
struct json_object *history_events(const struct estate *e, struct place at, enum history_kind kind);

#define HISTORY_ROOT "root" /* the Username of root, and of a user who is called so */

/* The account's alias, which is the Username of some of what root does at the console; NULL where there is none. */
const char *history_alias(const struct estate *e, const char *account);

/* A use of root's as it is told, for whoever must say what follows from it. Borrowed during the call. */
struct history_use {
    const struct event *event;
    const char *way;     /* access-key, console, failed-sign-in, assume-root */
    const char *task;    /* of assume-root: audit, unlock-s3, delete-credentials */
    const char *name;    /* of the call */
    const char *key;     /* of access-key */
    const char *address; /* whence */
    const char *machine; /* whose address that is, by its name (machines.h), and where; NULL: nobody's */
    struct place machine_at;
    int mfa;             /* 1, -1 without, 0 unsaid */
};
typedef void (*history_use_fn)(void *ctx, const struct history_use *use);
void history_uses(const struct estate *e, struct place at, history_use_fn each, void *ctx);

/* Tonight's events of a place as records, as a trail has them. `record` is a new reference. */
typedef void (*history_record_fn)(void *ctx, const struct event *event, struct json_object *record);
void history_records(const struct estate *e, struct place at, history_record_fn each, void *ctx);

#endif

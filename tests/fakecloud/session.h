#ifndef TESTS_FAKECLOUD_SESSION_H
#define TESTS_FAKECLOUD_SESSION_H

#include "providers/aws/credentials/credentials.h"
#include "tests/fakecloud/call.h"

/*
 * Keys. The scanner's own are the ones of AWS's documentation and belong to the first account. Those of a
 * session follow from the seed, the account, role, name and expiry, all of which its token carries under a
 * MAC: nothing is kept, so a session outlives the process and holds on another night too.
 */
#define SESSION_BASE_KEY "AKIAIOSFODNN7EXAMPLE"
#define SESSION_BASE_SECRET "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

struct session {
    const char *account, *role, *name;
    int64_t expires;
};

/* The credentials of a new session; aws_credentials_release(). */
void session_open(const struct estate *e, const struct session *s, struct aws_credentials *out);

/* Whose a key is: fills account, arn and user_id of the call, and the credentials to check its signature
 * with. False with FAULT_UNKNOWN_KEY, or FAULT_EXPIRED by the call's own time. `token` may be NULL. */
bool session_find(struct call *c, const char *key_id, const char *token, struct aws_credentials *out, struct fault *fault);

#endif

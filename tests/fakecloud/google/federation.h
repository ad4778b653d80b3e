#ifndef TESTS_FAKECLOUD_GOOGLE_FEDERATION_H
#define TESTS_FAKECLOUD_GOOGLE_FEDERATION_H

#include "tests/fakecloud/google/fault.h"
#include "tests/fakecloud/serve.h"

struct json_object;

/* Who a token exchange (RFC 8693) is for: the subject token that identity.h names, or a signed GetCallerIdentity
 * whose signature is right by the keys of the AWS side. free(); NULL with the fault. */
char *google_federation_principal(const struct server *s, struct json_object *form, struct google_fault *fault);

/* Who the refresh token that identity.h names is of when a workforce pool gave it out; the client says who it is by
 * HTTP's Basic scheme. free(); NULL with the fault. */
char *google_federation_person(const struct http_request *request, struct json_object *form, struct google_fault *fault);

#endif

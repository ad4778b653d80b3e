#ifndef TESTS_FAKECLOUD_GOOGLE_IDENTITY_H
#define TESTS_FAKECLOUD_GOOGLE_IDENTITY_H

#include "tests/fakecloud/google/fault.h"
#include "tests/fakecloud/google/signer.h"
#include "tests/fakecloud/google/tokens.h"
#include "tests/fakecloud/serve.h"

/*
 * Where tokens come from:
 *   /oauth2/token   a service account's assertion (RFC 7523); a person's refresh token (RFC 6749, 6)
 *   /sts/v1/token   token exchange (RFC 8693) of GOOGLE_IDENTITY_SUBJECT, or of a signed question to AWS
 *                   (GetCallerIdentity) that the fake cloud's AWS side would answer
 *   /sts/v1/oauthtoken  the refresh token of somebody of a workforce pool
 *   /iamcredentials/v1/projects/-/serviceAccounts/EMAIL:generateAccessToken
 *   /computeMetadata/v1/…   the machine's own account, project and universe; identity gives GOOGLE_IDENTITY_SUBJECT
 * There are these principals: scanner@PROJECT, whose key file there is, in the first project; reader@PROJECT
 * of every project, which it may become; stranger@PROJECT of the first project, which may see nothing.
 */
#define GOOGLE_IDENTITY_SUBJECT "subject-token-of-the-fake-cloud"
#define GOOGLE_IDENTITY_CLIENT "fake-client.apps.googleusercontent.com"
#define GOOGLE_IDENTITY_CLIENT_SECRET "fake-client-secret"
#define GOOGLE_IDENTITY_REFRESH "1//fake-refresh-token"
#define GOOGLE_IDENTITY_USER "walker@example.com"
#define GOOGLE_IDENTITY_KEY_ID "f00dfeedf00dfeedf00dfeedf00dfeedf00dfeed"

struct google_identity {
    const struct estate *estate;
    struct google_signer *signer;
    struct google_tokens *tokens;
    int64_t now_s; /* 0: the times of assertions are not looked at */
    bool skewed;   /* by a rule, this once */
};

/* Whether a path is one of these. */
bool google_identity_has(const char *path);

/* Answers it; false with the fault. `operation` gets a name for rules and ledger. */
const char *google_identity_operation(const char *path);
bool google_identity_answer(const struct google_identity *i, const struct server *s, const struct http_request *request,
                            struct http_response *out, struct google_fault *fault);

/* Whose a bearer token is: one given out, or a service account's self-signed one (AIP-4111). free(); NULL: nobody's. */
char *google_identity_bearer(const struct google_identity *i, const struct http_request *request);

/* Whether the principal may ask for anything at all. */
bool google_identity_may(const char *principal);

/* The project of a service account's e-mail, NULL when it is none of ours. Borrowed. */
const char *google_identity_project(const struct google_identity *i, const char *email);

/* The key file's JSON; `url` is where we are. */
bool google_identity_key_file(const struct google_identity *i, const char *url, struct buffer *out, struct error *err);

#endif

#ifndef PROVIDERS_GCP_DOOR_H
#define PROVIDERS_GCP_DOOR_H

#include "providers/provider.h"

struct http_request;

enum gcp_door_state {
    GCP_DOOR_CLOSED, /* a token is missing, or due for renewal */
    GCP_DOOR_READY,
    GCP_DOOR_FAILED,
};

/* The way into one account: the session's token, which every door shares. */
struct provider_door {
    struct provider_session *session;
    char *account; /* NULL: the credentials' own project */
    bool home;     /* for the session's own questions; the account is then whom they are about, as far as known */
    struct log_table *log_table; /* that may be asked through it; NULL: none */
    enum gcp_door_state state;
    bool sent;           /* a request of this door's is under way */
    uint64_t issue;        /* which token it was opened with (gcp_chain_issue()) */
    enum outcome outcome; /* of FAILED */
    struct error error;
};

/* providers/provider.h, the members of these names. The account of a door that nobody gave one is, for the session's
 * own questions, the organization, else the first folder that they are about ("" where there is neither and the
 * credentials belong to no project); else the credentials' project, without which the door fails. */
struct provider_door *gcp_door_open(struct provider_session *s, const struct account_spec *spec,
                                    struct error *err);
void gcp_door_close(struct provider_door *d);
enum provider_step gcp_door_next(struct provider_door *d, int64_t now_unix_s,
                                 struct http_request *out, enum outcome *out_outcome,
                                 struct error *err);
void gcp_door_accept(struct provider_door *d, int64_t now_unix_s,
                     const struct http_response *response);
enum http_verdict gcp_door_classify(struct provider_door *d, const struct http_response *response,
                                    int64_t *out_wait_ms, struct error *err);
void gcp_door_expire(struct provider_door *d);
const char *gcp_door_account(const struct provider_door *d);
const char *gcp_door_partition(const struct provider_door *d);

/* Whether a request may be sent with the token; false when it must be renewed first. */
bool gcp_door_is_open(const struct provider_door *d, int64_t now_unix_s);

#endif

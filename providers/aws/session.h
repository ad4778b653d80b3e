#ifndef PROVIDERS_AWS_SESSION_H
#define PROVIDERS_AWS_SESSION_H

#include "providers/aws/credentials/chain.h"
#include "providers/aws/credentials/sts.h"
#include "providers/aws/sigv4/sign.h"
#include "providers/provider.h"

struct map;

/* Of assumed roles. One for all runs: refusals quote it, and what is said of them must not change nightly. */
#define SESSION_NAME "yomawari"

/*
 * One AWS target at work: the scanner's own credentials (one chain, shared by all doors) and what the
 * config says of its accounts. Doors borrow the session.
 */
struct provider_session {
    const struct config_target *target; /* borrowed */
    struct aws_host host;
    struct aws_chain *chain;
    struct provider_door *asking;  /* the door whose request for all is under way, or NULL */
    char own_account[AWS_ACCOUNT_ID_MAX]; /* whose the chain's credentials are, once STS told; "" */
    struct string_list operations; /* "service:Operation", for the session policy */
    int64_t skew_ms;               /* AWS's clock minus ours, once an answer told */
    struct discovery *discovery;   /* discovery.h; owned */
    struct map *endpoints;         /* "service region" -> struct aws_endpoint, owned: none changes in a session */
    struct digest *digest;         /* for signatures; owned */
};

enum door_state {
    DOOR_BASE,     /* waits for the session's own credentials */
    DOOR_OWN,      /* asks STS, for all doors, whose these are */
    DOOR_ASSUME,   /* asks STS for the role's */
    DOOR_IDENTITY, /* asks STS whose credentials these are */
    DOOR_READY,
    DOOR_FAILED,
};

enum { DOOR_KEYS = 32 }; /* signing keys kept: most regions of an account, for the service in hand */

/* The way into one account. `state` is what comes next; `sent` what is under way. */
struct provider_door {
    struct provider_session *session;
    char *account;                /* wanted; NULL: whoever the credentials belong to */
    char *role_arn, *external_id; /* NULL: the session's own credentials are used */
    char *log_bucket, *log_prefix; /* files of this place may be read; NULL: none at all */
    struct log_table *log_table; /* and this table; NULL: none */
    struct string_list log_groups; /* what is logged in groups of these names (globs) may be read */
    enum door_state state;
    enum door_state sent; /* DOOR_READY: nothing is under way */
    struct aws_credentials role_credentials;
    char proven[AWS_ACCOUNT_ID_MAX];
    char partition[16];
    enum outcome outcome; /* of DOOR_FAILED */
    struct error error;
    struct sigv4_key keys[DOOR_KEYS]; /* wiped when the door is closed */
};

/* providers/provider.h, the members of these names. */
struct provider_session *session_open(const struct config_target *target,
                                      const struct provider_options *options, struct error *err);
void session_close(struct provider_session *s);

struct provider_door *door_open(struct provider_session *s, const struct account_spec *spec,
                                struct error *err);
void door_close(struct provider_door *d);
enum provider_step door_next(struct provider_door *d, int64_t now_unix_s, struct http_request *out,
                             enum outcome *out_outcome, struct error *err);
void door_accept(struct provider_door *d, int64_t now_unix_s, const struct http_response *response);
enum http_verdict door_classify(struct provider_door *d, const struct http_response *response,
                                int64_t *out_wait_ms, struct error *err);
void door_expire(struct provider_door *d);
const char *door_account(const struct provider_door *d);
const char *door_partition(const struct provider_door *d);

/* The credentials to sign with; NULL when they must be refreshed first. */
const struct aws_credentials *door_credentials(const struct provider_door *d, int64_t now_unix_s);

/* Where a signing key of that region and service is kept, or may be. */
struct sigv4_key *door_key(struct provider_door *d, const char *region, const char *service);

/* The region the session is at home in: global services are asked from there. */
const char *session_region(const struct provider_session *s);

#endif

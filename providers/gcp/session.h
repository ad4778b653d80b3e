#ifndef PROVIDERS_GCP_SESSION_H
#define PROVIDERS_GCP_SESSION_H

#include "providers/gcp/credentials/chain.h"
#include "providers/gcp/endpoint.h"
#include "providers/provider.h"

struct gcp_bulk;
struct gcp_discovery;

/*
 * One Google Cloud target at work: one token for all doors, since roles say what it may read in which project. Doors
 * borrow the session. providers/provider.h, the members of these names, follow.
 */
struct provider_session {
    const struct config_target *target; /* borrowed */
    struct gcp_host host;
    struct gcp_endpoints endpoints;
    struct gcp_chain *chain;
    struct provider_door *asking;    /* the door whose request for the token is under way, or NULL */
    struct gcp_discovery *discovery; /* owned */
    struct gcp_bulk *bulk;           /* owned */
    struct map *consumers; /* numbers of projects that refusals named -> the account that was asked, owned */
};

struct provider_session *gcp_session_open(const struct config_target *target,
                                          const struct provider_options *options,
                                          struct error *err);
void gcp_session_close(struct provider_session *s);

/*
 * Whether the project that a refusal names ("projects/123"; "" where it names none) is another than the account that was
 * asked: then an API is off, or the like, where the quota is taken from, and not in the account. Numbers are
 * known from discovery and bulk lists. One that is not is nobody's until a second account meets it: then it is
 * what they share. Organizations and folders use no API on an account of their own.
 */
bool gcp_session_is_elsewhere(struct provider_session *s, const char *account,
                              const char *consumer);

#endif

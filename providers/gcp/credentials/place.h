#ifndef PROVIDERS_GCP_CREDENTIALS_PLACE_H
#define PROVIDERS_GCP_CREDENTIALS_PLACE_H

#include "core/base/error.h"
#include "core/http/http.h"

#include <stdbool.h>

/*
 * Where secrets may go. A credentials file names the URLs that it wants to be asked, and whoever gets us
 * to read a file of theirs could name their own. So signed assertions, refresh tokens, subject tokens
 * and access tokens go only to hosts of the universe (the domain itself, what ends in it, and for
 * googleapis.com accounts.google.com, which old key files name) and to hosts that the config trusts.
 */
#define GCP_UNIVERSE_DEFAULT "googleapis.com"

struct gcp_place {
    const char *universe;             /* NULL: the default one */
    const char *const *trusted_hosts; /* ended by NULL; NULL: none. Names without port */
    bool allow_http;                  /* plain http anywhere, else to local addresses only */
};

/* Whether it can be a domain: letters, digits, '-' and at least one '.'; at most 253 bytes. */
bool gcp_place_is_domain(const char *s);

/* Whether the host belongs to the universe, whatever the config says beside it. */
bool gcp_place_is_own(const struct gcp_place *place, const char *host);

/* Sets the URL of a request that carries a secret. ERROR_CONFIG names `field`, where the URL stands. */
bool gcp_place_set_url(const struct gcp_place *place, const char *field, const char *url,
                       struct http_request *out, struct error *err);

/* Sets a URL that is only read from: https, or http to local addresses. */
bool gcp_place_set_source(const struct gcp_place *place, const char *field, const char *url,
                          struct http_request *out, struct error *err);

/* "https://SERVICE.UNIVERSE" and `path`; free(). */
char *gcp_place_service_url(const struct gcp_place *place, const char *service, const char *path);

#endif

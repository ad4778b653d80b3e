#include "providers/gcp/credentials/place.h"

#include "core/base/memory.h"

#include <string.h>
#include <strings.h>

#define DOMAIN_MAX 253 /* bytes of a name in DNS */

static const char *universe_of(const struct gcp_place *place)
{
    return place->universe == NULL ? GCP_UNIVERSE_DEFAULT : place->universe;
}

bool gcp_place_is_domain(const char *s)
{
    size_t len = strlen(s);
    return len <= DOMAIN_MAX && strchr(s, '.') != NULL && s[0] != '.' && s[len - 1] != '.' &&
           strstr(s, "..") == NULL &&
           strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.") == len;
}

bool gcp_place_is_own(const struct gcp_place *place, const char *host)
{
    const char *universe = universe_of(place);
    size_t own = strlen(universe), len = strlen(host);
    if (strcasecmp(host, universe) == 0)
        return true;
    if (strcasecmp(universe, GCP_UNIVERSE_DEFAULT) == 0 &&
        strcasecmp(host, "accounts.google.com") == 0)
        return true;
    return len > own + 1 && host[len - own - 1] == '.' &&
           strcasecmp(host + len - own, universe) == 0;
}

static bool is_trusted(const struct gcp_place *place, const char *host)
{
    for (const char *const *t = place->trusted_hosts; t != NULL && *t != NULL; t++)
        if (strcasecmp(host, *t) == 0)
            return true;
    return false;
}

static bool set_url(const struct gcp_place *place, const char *field, const char *url,
                    struct http_request *out, struct error *err)
{
    if (!http_request_set_url(out, text_of(url), err)) {
        err->kind = ERROR_CONFIG;
        return error_prefix(err, "%s", field);
    }
    if (strcmp(out->scheme, "http") == 0 && !place->allow_http && !http_host_is_local(out->host))
        return error_set(err, ERROR_CONFIG,
                         "%s: http://%s would carry credentials in the clear: use https", field,
                         out->host);
    return true;
}

bool gcp_place_set_url(const struct gcp_place *place, const char *field, const char *url,
                       struct http_request *out, struct error *err)
{
    if (!set_url(place, field, url, out, err))
        return false;
    if (gcp_place_is_own(place, out->host) || is_trusted(place, out->host))
        return true;
    return error_set(
        err, ERROR_CONFIG,
        "%s: %s does not belong to %s, so credentials are not sent there: correct the file, or "
        "let the config name that host as an endpoint",
        field, out->host, universe_of(place));
}

bool gcp_place_set_source(const struct gcp_place *place, const char *field, const char *url,
                          struct http_request *out, struct error *err)
{
    if (!set_url(place, field, url, out, err))
        return false;
    out->direct = http_host_is_local(out->host);
    return true;
}

char *gcp_place_service_url(const struct gcp_place *place, const char *service, const char *path)
{
    return memory_format("https://%s.%s%s", service, universe_of(place), path);
}

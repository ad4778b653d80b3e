#include "providers/gcp/endpoint.h"

#include "core/base/buffer.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/http/http.h"
#include "providers/gcp/credentials/place.h"
#include "providers/gcp/model/model.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define HOLE "{service}"

enum { URL_MAX = HTTP_URL_MAX };

/* Google's names of the APIs that give tokens. */
static const char *const token_apis[] = { "oauth2", "sts", "iamcredentials" };

static size_t count_of_token_apis(void)
{
    return sizeof token_apis / sizeof *token_apis;
}

/* ---- reading ---- */

static bool check_url(const char *where, const char *url, struct error *err)
{
    struct http_request r;
    http_request_init(&r);
    bool ok = http_request_set_url(&r, text_of(url), err);
    if (!ok)
        err->kind = ERROR_CONFIG;
    else if (r.query != NULL && r.query[0] != '\0')
        ok = error_set(err, ERROR_CONFIG, "a query has no place in %s", url);
    else if (strcmp(r.scheme, "http") == 0 && !http_host_is_local(r.host))
        ok = error_set(err, ERROR_CONFIG,
                       "%s: plain http is for loopback and link-local addresses; use https", url);
    http_request_release(&r);
    return ok || error_prefix(err, "%s", where);
}

static char *variable_of(const char *api)
{
    char *name = memory_format("CLOUDSDK_API_ENDPOINT_OVERRIDES_%s", api);
    for (char *c = name; *c != '\0'; c++)
        *c = (char)toupper((unsigned char)*c);
    return name;
}

static bool read_override(struct gcp_endpoints *e, const struct gcp_host *host, const char *api,
                          const char *called, struct error *err)
{
    char *name = variable_of(called);
    char *url = memory_string(gcp_host_variable(host, name));
    bool ok = url == NULL || check_url(name, url, err);
    if (ok && url != NULL)
        map_set(e->overrides, api, memory_string(url));
    free(url);
    free(name);
    return ok;
}

static bool read_overrides(struct gcp_endpoints *e, const struct gcp_host *host, struct error *err)
{
    size_t count = 0;
    const struct gcp_service *services = gcp_model_services(&count);
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        const char *api = services[i].name;
        ok = read_override(e, host, api, api, err) &&
             (strcmp(api, "sqladmin") != 0 || read_override(e, host, api, "sql", err));
    }
    return ok;
}

/* The config's endpoint as it is for this API. */
static char *fill(const char *config, const char *api)
{
    struct buffer out;
    const char *rest = config, *hole;
    buffer_init(&out, URL_MAX);
    while ((hole = strstr(rest, HOLE)) != NULL) {
        buffer_append(&out, rest, (size_t)(hole - rest));
        buffer_append_string(&out, api);
        rest = hole + sizeof HOLE - 1;
    }
    buffer_append_string(&out, rest);
    while (out.len > 0 && out.data[out.len - 1] == '/')
        buffer_truncate(&out, out.len - 1);
    return buffer_detach(&out);
}

bool gcp_endpoint_init(struct gcp_endpoints *e, const struct gcp_host *host, const char *config,
                       struct error *err)
{
    *e = (struct gcp_endpoints){ memory_string(config), map_new(free) };
    char *sample = gcp_endpoint_of_config(e, "compute");
    bool ok = sample == NULL || check_url("endpoint", sample, err);
    free(sample);
    return ok && read_overrides(e, host, err);
}

void gcp_endpoint_release(struct gcp_endpoints *e)
{
    free(e->config);
    map_free(e->overrides);
    *e = (struct gcp_endpoints){ NULL, NULL };
}

/* ---- URLs ---- */

char *gcp_endpoint_of_config(const struct gcp_endpoints *e, const char *api)
{
    return e->config == NULL ? NULL : fill(e->config, api);
}

/* What gcloud's client of this API has in its own base URL. */
static const char *base_in_gcloud(const struct gcp_service *service)
{
    return strcmp(service->name, "dns") == 0 ? "dns/v1/" : service->base;
}

static bool has_path(const char *url)
{
    const char *host = strstr(url, "://");
    const char *slash = host == NULL ? NULL : strchr(host + 3, '/');
    return slash != NULL && slash[1] != '\0';
}

static char *join(const char *url, const char *path)
{
    size_t len = strlen(url);
    while (len > 0 && url[len - 1] == '/')
        len--;
    return memory_format("%.*s/%s", (int)len, url, path);
}

static char *overridden(const char *url, const struct gcp_service *service, const char *path)
{
    const char *base = base_in_gcloud(service);
    size_t len = strlen(base);
    bool holds_base = has_path(url) && strncmp(path, base, len) == 0;
    return join(url, holds_base ? path + len : path);
}

/* "compute.googleapis.com" in another universe. */
static char *host_in(const char *host, const char *universe)
{
    const char *end = strstr(host, "." GCP_UNIVERSE_DEFAULT);
    size_t len = end == NULL ? strlen(host) : (size_t)(end - host);
    return end == NULL ? memory_string(host) : memory_format("%.*s.%s", (int)len, host, universe);
}

char *gcp_endpoint_url(const struct gcp_endpoints *e, const struct gcp_service *service,
                       const char *universe, const char *path)
{
    const char *override = map_get(e->overrides, service->name);
    if (override != NULL)
        return overridden(override, service, path);
    char *own = gcp_endpoint_of_config(e, service->name);
    if (own == NULL) {
        char *host = host_in(service->host, universe);
        own = memory_format("https://%s", host);
        free(host);
    }
    char *url = join(own, path);
    free(own);
    return url;
}

/* ---- hosts ---- */

struct hosts {
    char **items;
    size_t count;
};

static void add_host(struct hosts *h, const char *url)
{
    struct http_request r;
    struct error ignored = ERROR_INIT; /* what is no URL was refused at the start */
    http_request_init(&r);
    bool known = !http_request_set_url(&r, text_of(url), &ignored);
    for (size_t i = 0; !known && i < h->count; i++)
        known = strcasecmp(h->items[i], r.host) == 0;
    if (!known) {
        h->items = memory_resize(h->items, h->count + 2, sizeof *h->items);
        h->items[h->count++] = memory_string(r.host);
        h->items[h->count] = NULL;
    }
    http_request_release(&r);
}

static bool add_override(void *ctx, const char *api, void *url)
{
    (void)api;
    add_host(ctx, url);
    return true;
}

static void add_config(struct hosts *h, const struct gcp_endpoints *e, const char *api)
{
    char *url = gcp_endpoint_of_config(e, api);
    if (url != NULL)
        add_host(h, url);
    free(url);
}

char **gcp_endpoint_hosts(const struct gcp_endpoints *e)
{
    struct hosts h = { memory_new(1, sizeof(char *)), 0 };
    size_t count = 0;
    const struct gcp_service *services = gcp_model_services(&count);
    for (size_t i = 0; i < count; i++)
        add_config(&h, e, services[i].name);
    for (size_t i = 0; i < count_of_token_apis(); i++)
        add_config(&h, e, token_apis[i]);
    map_each(e->overrides, add_override, &h);
    return h.items;
}

void gcp_endpoint_free_hosts(char **hosts)
{
    for (char **host = hosts; host != NULL && *host != NULL; host++)
        free(*host);
    free(hosts);
}

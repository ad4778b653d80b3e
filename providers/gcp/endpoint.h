#ifndef PROVIDERS_GCP_ENDPOINT_H
#define PROVIDERS_GCP_ENDPOINT_H

#include "core/base/error.h"
#include "providers/gcp/credentials/host.h"

#include <stdbool.h>

struct gcp_service;
struct map;

/*
 * Where an API is asked. The first of these counts:
 *   1. CLOUDSDK_API_ENDPOINT_OVERRIDES_<API>, as gcloud reads it (googlecloudsdk/api_lib/util/apis_internal.py,
 *      _BuildEndpointOverride): a URL without path stands for the host alone; with a path it stands for
 *      all that comes before the path of gcloud's own client, so for compute, storage, bigquery and dns it holds the
 *      version ("https://compute.googleapis.com/compute/v1/"), for the others it does not. What gcloud calls sql is
 *      the API sqladmin; both names are read
 *   2. the config's endpoint: {service} in it becomes the API's name; the API's own path follows
 *   3. https://SERVICE.UNIVERSE
 * Plain http is for loopback and link-local addresses alone: a token is all that it takes.
 */
struct gcp_endpoints {
    char *config;          /* NULL: none */
    struct map *overrides; /* API -> URL, owned */
};

/* Reads the environment. `config` may be NULL. ERROR_CONFIG for a URL that cannot be one, or plain http where it
 * may not be; release it either way. */
bool gcp_endpoint_init(struct gcp_endpoints *e, const struct gcp_host *host, const char *config,
                       struct error *err);
void gcp_endpoint_release(struct gcp_endpoints *e); /* fine on zeroed memory */

/* The URL of a path of the API ("compute/v1/projects/x", already encoded); free(). */
char *gcp_endpoint_url(const struct gcp_endpoints *e, const struct gcp_service *service,
                       const char *universe, const char *path);

/* The config's endpoint for an API that has no model (iamcredentials), without a slash at its end; free(). NULL:
 * the config has none. */
char *gcp_endpoint_of_config(const struct gcp_endpoints *e, const char *api);

/* The hosts that all these lead to, those for tokens too, each once: what the credentials may trust. Ended by NULL;
 * gcp_endpoint_free_hosts(). */
char **gcp_endpoint_hosts(const struct gcp_endpoints *e);
void gcp_endpoint_free_hosts(char **hosts);

#endif

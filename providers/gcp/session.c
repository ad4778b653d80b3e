#include "providers/gcp/session.h"

#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/config.h"
#include "providers/gcp/bulk.h"
#include "providers/gcp/discovery.h"

#include <stdlib.h>
#include <string.h>

/* A list of the config as the chain takes it: ended by NULL, the strings borrowed. */
static const char **names_of(const struct string_list *l)
{
    const char **names = memory_new(l->count + 1, sizeof *names);
    for (size_t i = 0; i < l->count; i++)
        names[i] = l->items[i];
    return names;
}

static struct gcp_chain *open_chain(const struct provider_session *s, struct error *err)
{
    const struct config_gcp *gcp = &s->target->gcp;
    const struct config_gcp_credentials *c = &gcp->credentials;
    const char **delegates = names_of(&c->delegates);
    char **hosts = gcp_endpoint_hosts(&s->endpoints);
    char *iam = gcp_endpoint_of_config(&s->endpoints, "iamcredentials");
    const struct gcp_chain_options o = { .host = &s->host,
                                         .file = c->file,
                                         .impersonate = c->impersonate,
                                         .delegates = delegates,
                                         .quota_project = gcp->quota_project,
                                         .universe = c->universe,
                                         .trusted_hosts = (const char *const *)hosts,
                                         .iam_endpoint = iam,
                                         .self_signed = c->self_signed,
                                         .allow_open_file = c->allow_open_file };
    struct gcp_chain *chain = gcp_chain_new(&o, err);
    free(iam);
    gcp_endpoint_free_hosts(hosts);
    free(delegates);
    return chain;
}

struct provider_session *gcp_session_open(const struct config_target *target,
                                          const struct provider_options *options, struct error *err)
{
    struct provider_session *s = memory_new(1, sizeof *s);
    s->target = target;
    s->host = gcp_host_system();
    s->consumers = map_new(free);
    s->discovery = gcp_discovery_new(&target->gcp);
    s->bulk = gcp_bulk_new(&target->gcp, s->discovery, options);
    if (gcp_endpoint_init(&s->endpoints, &s->host, target->gcp.endpoint, err))
        s->chain = open_chain(s, err);
    if (s->chain != NULL)
        return s;
    gcp_session_close(s);
    return NULL;
}

void gcp_session_close(struct provider_session *s)
{
    if (s == NULL)
        return;
    map_free(s->consumers);
    gcp_bulk_free(s->bulk);
    gcp_discovery_free(s->discovery);
    gcp_chain_free(s->chain);
    gcp_endpoint_release(&s->endpoints);
    free(s);
}

enum { CONSUMERS_KEPT = 1000 };

/* By a number that nobody knows. */
static bool is_shared(struct provider_session *s, const char *account, const char *number)
{
    const char *first = map_get(s->consumers, number);
    if (first == NULL && map_count(s->consumers) < CONSUMERS_KEPT)
        map_set(s->consumers, number, memory_string(account));
    return first != NULL && strcmp(first, account) != 0;
}

bool gcp_session_is_elsewhere(struct provider_session *s, const char *account, const char *consumer)
{
    const char *slash = strchr(consumer, '/');
    const char *project = slash == NULL ? consumer : slash + 1;
    const char *id = gcp_discovery_project(s->discovery, project);
    if (strchr(account, '/') != NULL)
        return true;
    if (project[0] == '\0')
        return false;
    if (project[strspn(project, "0123456789")] != '\0')
        id = project;
    return id != NULL ? strcmp(id, account) != 0 : is_shared(s, account, project);
}

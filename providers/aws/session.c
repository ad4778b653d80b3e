#include "providers/aws/session.h"

#include "core/base/digest.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/config.h"
#include "providers/aws/discovery.h"
#include "providers/aws/endpoint.h"
#include "providers/aws/protocol/model.h"

#include <stdlib.h>
#include <string.h>

static bool check_endpoint(const struct provider_session *s, const char *service_name,
                           struct error *err)
{
    struct aws_endpoint endpoint;
    const struct aws_service *service = aws_model_service(service_name);
    struct aws_endpoint_options o = { .region = session_region(s) };
    if (service == NULL)
        return true;
    o.url = aws_chain_endpoint_url(s->chain, service->id);
    return o.url == NULL || aws_endpoint_resolve(service, &o, &endpoint, err);
}

/* Endpoints that the environment or the profile sets are the same for every account: a wrong one is a
 * fault of the set-up, not of each account. */
static bool check_endpoints(const struct provider_session *s, struct error *err)
{
    for (size_t i = 0; i < s->operations.count; i++) {
        char *service = text_copy(
            (struct text){ s->operations.items[i], strcspn(s->operations.items[i], ":") });
        bool ok = check_endpoint(s, service, err);
        free(service);
        if (!ok)
            return false;
    }
    return check_endpoint(s, "sts", err);
}

struct provider_session *session_open(const struct config_target *target,
                                      const struct provider_options *options, struct error *err)
{
    struct provider_session *s = memory_new(1, sizeof *s);
    s->target = target;
    s->host = aws_host_system();
    s->discovery = discovery_new(&target->aws);
    s->endpoints = map_new(free);
    s->digest = digest_new();
    for (size_t i = 0; options->operations != NULL && i < options->operations->count; i++)
        string_list_add(&s->operations, options->operations->items[i]);
    const char *profile = options->profile != NULL ? options->profile : target->aws.profile;
    struct aws_chain_options chain = { .host = &s->host,
                                       .profile = profile,
                                       .session_name = SESSION_NAME };
    s->chain = aws_chain_new(&chain, err);
    if (s->chain != NULL && check_endpoints(s, err))
        return s;
    session_close(s);
    return NULL;
}

void session_close(struct provider_session *s)
{
    if (s == NULL)
        return;
    discovery_free(s->discovery);
    map_free(s->endpoints);
    digest_free(s->digest);
    aws_chain_free(s->chain);
    string_list_release(&s->operations);
    free(s);
}

const char *session_region(const struct provider_session *s)
{
    const char *region = aws_chain_region(s->chain);
    if (region != NULL)
        return region;
    /* Nothing names one: the first of the target's own, else where most partitions' accounts begin. */
    return s->target->aws.regions.count > 0 ? s->target->aws.regions.items[0] : "us-east-1";
}

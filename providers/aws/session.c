#include "providers/aws/session.h"

#include "core/base/memory.h"
#include "core/config.h"
#include "providers/aws/discovery.h"
#include "providers/aws/endpoint.h"

#include <stdlib.h>
#include <string.h>

struct provider_session *session_open(const struct config_target *target, const struct provider_options *options,
                                      struct error *err)
{
    struct provider_session *s = memory_new(1, sizeof *s);
    s->target = target;
    s->host = aws_host_system();
    s->discovery = discovery_new(&target->aws);
    for (size_t i = 0; options->operations != NULL && i < options->operations->count; i++)
        string_list_add(&s->operations, options->operations->items[i]);
    const char *profile = options->profile != NULL ? options->profile : target->aws.profile;
    struct aws_chain_options chain = { .host = &s->host, .profile = profile, .session_name = SESSION_NAME };
    s->chain = aws_chain_new(&chain, err);
    if (s->chain != NULL)
        return s;
    session_close(s);
    return NULL;
}

void session_close(struct provider_session *s)
{
    if (s == NULL)
        return;
    discovery_free(s->discovery);
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

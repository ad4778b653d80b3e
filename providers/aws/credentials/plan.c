#include "providers/aws/credentials/plan.h"

#include "core/base/memory.h"
#include "providers/aws/credentials/container.h"
#include "providers/aws/credentials/instance.h"
#include "providers/aws/credentials/plan_profile.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

static void release_role(struct aws_plan_role *r)
{
    free(r->role_arn);
    free(r->session_name);
    free(r->external_id);
    free(r->where);
}

void aws_plan_release(struct aws_plan *p)
{
    free(p->origin);
    aws_credentials_release(&p->keys);
    release_role(&p->base);
    free(p->token_file);
    free(p->process);
    for (size_t i = 0; i < p->role_count; i++)
        release_role(&p->roles[i]);
    *p = (struct aws_plan){ .keys = AWS_CREDENTIALS_INIT };
}

static void set_base(struct aws_plan *plan, enum aws_source source, const char *origin)
{
    plan->source = source;
    plan->origin = memory_string(origin);
}

bool aws_plan_resolve(const struct aws_host *host, const struct aws_profiles *profiles,
                      const char *profile, bool named, struct aws_plan *out, struct error *err)
{
    struct plan_profile by_profile = { host, profiles, !named, out };
    *out = (struct aws_plan){ .keys = AWS_CREDENTIALS_INIT };
    if (!named && !plan_profile_environment(host, out, err))
        return false;
    if (out->source == AWS_SOURCE_NONE && !plan_profile_resolve(&by_profile, profile, err))
        return false;
    if (out->source != AWS_SOURCE_NONE)
        return true;
    if (aws_container_is_set(host))
        set_base(out, AWS_SOURCE_CONTAINER, "container");
    else if (!aws_instance_is_disabled(host))
        set_base(out, AWS_SOURCE_INSTANCE, "instance metadata");
    const char *what = aws_profiles_section(profiles, AWS_SECTION_PROFILE, profile) == NULL
                           ? "does not exist"
                           : "did not contain credential information";
    snprintf(out->tried, sizeof out->tried, "%sprofile `%s` %s; no AWS_CONTAINER_CREDENTIALS_ variables",
             named ? "" : "no AWS_ACCESS_KEY_ID; ", profile, what);
    return true;
}

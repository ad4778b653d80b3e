#ifndef PROVIDERS_AWS_CREDENTIALS_PLAN_PROFILE_H
#define PROVIDERS_AWS_CREDENTIALS_PLAN_PROFILE_H

#include "providers/aws/credentials/plan.h"

/* The part of a plan that a profile decides. `env` says whether the environment's web identity counts. */
struct plan_profile {
    const struct aws_host *host;
    const struct aws_profiles *profiles;
    bool env;
    struct aws_plan *plan;
};

/* Fills the plan by the profile; leaves NONE where it holds nothing of credentials or does not exist. */
bool plan_profile_resolve(struct plan_profile *p, const char *profile, struct error *err);

/* The environment's keys; leaves NONE where there are none. Half a pair is an error. */
bool plan_profile_environment(const struct aws_host *host, struct aws_plan *plan, struct error *err);

#endif

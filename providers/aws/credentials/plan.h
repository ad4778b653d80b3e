#ifndef PROVIDERS_AWS_CREDENTIALS_PLAN_H
#define PROVIDERS_AWS_CREDENTIALS_PLAN_H

#include "core/base/error.h"
#include "providers/aws/credentials/credentials.h"
#include "providers/aws/credentials/host.h"
#include "providers/aws/credentials/profile.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Which source of credentials is configured, as chain.h orders them: a base, and roles to assume on it,
 * one after the other. Reads environment and files, fetches nothing.
 */
enum aws_source {
    AWS_SOURCE_NONE,
    AWS_SOURCE_KEYS,         /* `keys` holds them */
    AWS_SOURCE_WEB_IDENTITY, /* `base` and `token_file` */
    AWS_SOURCE_PROCESS,      /* `process` */
    AWS_SOURCE_CONTAINER,
    AWS_SOURCE_INSTANCE,
};

#define AWS_PLAN_ROLES_MAX 8
#define AWS_PLAN_TRIED_MAX 512 /* bytes of the note of where nothing was found */

/* A role and how to ask for it; NULL for what is not set. All owned. */
struct aws_plan_role {
    char *role_arn, *session_name, *external_id;
    int64_t duration_s; /* 0: not set */
    char *where;        /* FILE:LINE of the role, or the variable's name */
};

struct aws_plan {
    enum aws_source source;
    char *origin; /* of the base, for people: "environment", "profile x (FILE:LINE)" */
    struct aws_credentials keys;
    struct aws_plan_role base; /* of a web identity */
    char *token_file;
    char *process;
    char account_id[AWS_ACCOUNT_ID_MAX]; /* the profile's, where the process tells none */
    struct aws_plan_role roles[AWS_PLAN_ROLES_MAX]; /* the first is assumed with the base */
    size_t role_count;
    char tried[AWS_PLAN_TRIED_MAX]; /* "environment: no AWS_ACCESS_KEY_ID; profile …" */
};

/* Fine on zeroed memory. */
void aws_plan_release(struct aws_plan *p);

/* The whole search. `named`: the profile was named by the caller, so the environment's keys and web
 * identity are left out. NONE is no error; wrong settings are (ERROR_CONFIG). Release it either way. */
bool aws_plan_resolve(const struct aws_host *host, const struct aws_profiles *profiles,
                      const char *profile, bool named, struct aws_plan *out, struct error *err);

#endif

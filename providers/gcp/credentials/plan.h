#ifndef PROVIDERS_GCP_CREDENTIALS_PLAN_H
#define PROVIDERS_GCP_CREDENTIALS_PLAN_H

#include "providers/gcp/credentials/host.h"
#include "providers/gcp/credentials/iam.h"
#include "providers/gcp/credentials/jwt.h"
#include "providers/gcp/credentials/subject.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Which way in is configured: a source of a token, and service accounts to become with it, one after the
 * other. Reads environment and files, fetches nothing. chain.h has the order of the search.
 */
enum gcp_source_kind {
    GCP_SOURCE_NONE,
    GCP_SOURCE_KEY,           /* a service account's key */
    GCP_SOURCE_USER,          /* a person's sign-in by gcloud */
    GCP_SOURCE_EXTERNAL,      /* workload or workforce identity federation */
    GCP_SOURCE_EXTERNAL_USER, /* a person's sign-in by workforce identity federation */
    GCP_SOURCE_METADATA,
};

#define GCP_PLAN_STEPS_MAX 4             /* service accounts in a row; also files within each other */
#define GCP_PLAN_FILE_MAX (1024 * 1024)  /* bytes of a credentials file; real ones have 3 KB */
#define GCP_PLAN_TRIED_MAX 512           /* bytes of the note of where nothing was found */

/* All owned; what the kind does not have is NULL or empty. */
struct gcp_source {
    enum gcp_source_kind kind;
    char *token_url;           /* NULL: the universe's own */
    char *email, *key_id;      /* KEY */
    struct gcp_jwt_key *key;   /* KEY */
    char *client_id;           /* both users; EXTERNAL: or NULL */
    struct secret client_secret, refresh_token;
    char *audience, *token_type, *user_project; /* EXTERNAL */
    struct gcp_subject_plan subject;            /* EXTERNAL */
};

struct gcp_plan {
    struct gcp_source source;
    struct gcp_impersonation steps[GCP_PLAN_STEPS_MAX]; /* the first is reached with the source's token */
    size_t step_count;
    char *universe;      /* as the file says; NULL: it does not */
    char *project;       /* the environment's or the file's; NULL: neither */
    char *file_quota_project; /* as the file says */
    char *quota_project; /* the environment's, else the file's; NULL: neither */
    char *where;         /* the file's path, or "metadata server" */
    bool holds_secret;   /* the file has a key, a refresh token, a client's secret or headers */
    char tried[GCP_PLAN_TRIED_MAX];
};

struct gcp_plan_options {
    const struct gcp_host *host;
    const char *file;            /* read this one; NULL: search */
    const char *impersonate;     /* e-mail of a service account to become last; or NULL */
    const char *const *delegates; /* of that; ended by NULL; or NULL */
    bool allow_open_file;        /* a file with a secret may be readable by everybody */
};

/* Fine on zeroed memory; wipes. */
void gcp_plan_release(struct gcp_plan *p);

/* The whole search. NONE is no error; files that are wrong or cannot be read are (ERROR_CONFIG, the line
 * begins with the file). Release it either way. */
bool gcp_plan_resolve(const struct gcp_plan_options *options, struct gcp_plan *out, struct error *err);

/* Adds a service account to become; the one that it returns may be filled further. NULL: too many. */
struct gcp_impersonation *gcp_plan_add_step(struct gcp_plan *p, struct error *err);

#endif

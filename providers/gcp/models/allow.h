#ifndef PROVIDERS_GCP_MODELS_ALLOW_H
#define PROVIDERS_GCP_MODELS_ALLOW_H

#include <stdbool.h>
#include <stddef.h>

/* The rule behind gcp_model_allows() (model/model.h), over given lists. */

/* A line of posts.txt or refused.txt: globs. */
struct gcp_pair {
    const char *service, *method;
};

struct gcp_rules {
    const struct gcp_pair *posts, *refused;
    size_t post_count, refused_count;
};

bool gcp_allow(const struct gcp_rules *rules, const char *service, const char *method,
               const char *http_method);

#endif

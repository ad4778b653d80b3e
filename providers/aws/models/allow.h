#ifndef PROVIDERS_AWS_MODELS_ALLOW_H
#define PROVIDERS_AWS_MODELS_ALLOW_H

#include <stdbool.h>
#include <stddef.h>

/* The rule behind aws_model_allows() (protocol/model.h), over a given list. */

/* A line of refused.txt: globs. */
struct aws_refusal {
    const char *service, *operation;
};

bool aws_allow(const struct aws_refusal *refused, size_t count, const char *service,
               const char *operation);

#endif

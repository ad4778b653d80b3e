#ifndef PROVIDERS_GCP_MODEL_ARGUMENTS_H
#define PROVIDERS_GCP_MODEL_ARGUMENTS_H

#include "core/base/error.h"
#include "providers/gcp/model/model.h"

struct json_object;

/*
 * Arguments as type files write them, held against a method: what is no parameter of it is a member of its
 * body; each is of the right kind; what is required is there; the way that a resource's name goes can be one
 * that the method takes. A text with a template's holes may become anything, of any kind that a value of the
 * cloud's can have.
 */

#define GCP_ARGUMENTS_TEXT_MAX 1024 /* bytes of one argument that goes into the path */

/* `with` NULL: none. `accounts`: what accounts are called, as "my-project" or "folders/1", NULL-ended: of {account}
 * one of these is known to be the value. ERROR_CONFIG naming the argument. */
bool gcp_arguments_check(const struct gcp_method *m, struct json_object *with,
                         const char *const *accounts, struct error *err);

/* Whether a template could become a text that fits the pattern (model.h; a star is one segment). False for a
 * template that is malformed or longer than GCP_ARGUMENTS_TEXT_MAX. */
bool gcp_arguments_fit(const char *pattern, const char *template, const char *account);

#endif

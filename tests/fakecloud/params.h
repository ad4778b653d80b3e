#ifndef TESTS_FAKECLOUD_PARAMS_H
#define TESTS_FAKECLOUD_PARAMS_H

#include "tests/fakecloud/call.h"

/*
 * Parameters of a call, from its wire form to the JSON that boto3 was given: names, lists, maps and
 * types of the model. What the model does not know, and what is not of its type, is refused (FAULT_VALUE):
 * boto3 sends none, so it is yomawari's or a test's mistake.
 */
#define PARAMS_DEPTH_MAX 32 /* values within each other, and dots in a name of a form */

/* Text as it stands in forms and queries, '+' a blank; free(). */
char *params_decoded(struct text t);

/* "name=value&…" as an object of lists of strings. */
struct json_object *params_pairs(struct text query);

/* A scalar of a form, path, query or header; NULL when it is not of the shape's type. */
struct json_object *params_scalar(const struct aws_shape *shape, const char *text);

/* From a form of ec2 or query: fills c->params. `pairs` are those of params_pairs(), without Action and Version. */
bool params_form(struct call *c, struct json_object *pairs, struct fault *fault);

/* From JSON, for the reference `m`: a new tree at *out. */
bool params_json(const struct aws_service *s, const struct aws_member *m, struct json_object *from,
                 struct json_object **out, struct fault *fault);

#endif

#ifndef CHECKS_PLUGINS_EXPOSURE_AWS_READING_H
#define CHECKS_PLUGINS_EXPOSURE_AWS_READING_H

#include "checks/check.h"
#include "checks/plugins/exposure/aws_network.h"

/* A network while it is being read: the ctx of every check_resource_fn of aws_read.c, aws_guards.c and aws_fronts.c. */
struct aws_reading {
    const struct check_view *view;
    struct aws_network *network;
    struct json_object *lists; /* region -> {id of a prefix list -> its ranges}, without the cloud's own */
};

/* The ranges of a prefix list; NULL: not read. Borrowed. */
struct json_object *aws_reading_list(const struct aws_reading *in, const char *region, const char *id);

/* The network's copy of a member that is a text; NULL: absent. */
const char *aws_reading_text(struct aws_reading *in, struct json_object *o, const char *member);

/* Adds the texts at `path` to a list of ids. */
void aws_reading_ids(struct aws_reading *in, struct json_object *o, const char *path, struct aws_ids *out);

#endif

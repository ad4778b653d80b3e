#ifndef TESTS_FAKECLOUD_THING_H
#define TESTS_FAKECLOUD_THING_H

#include "tests/fakecloud/words.h"

/* One thing of things.h in one place: made, changed, replaced, drifting. */
struct thing {
    struct words words;
    struct json_object *data; /* its YAML; borrowed */
    /* Whether its account has a group, made once an account. */
    bool (*has_group)(const void *ctx, struct estate *e, size_t account, const char *group);
    const void *ctx;
};

/* Without groups that could be asked for. */
void thing_init(struct thing *t, struct estate *e, struct place at, size_t account, const char *group, struct json_object *data);

void thing_build(const struct thing *t);
void thing_renew(const struct thing *t); /* does nothing to what is not nightly */

/* How many changes a thing of this YAML and its parts declare; the n-th of them happens. */
size_t thing_change_count(struct json_object *data);
void thing_change(const struct thing *t, size_t n);

/* What `drift` says of one item. */
void thing_drift(const struct estate *e, struct json_object *drift, struct json_object *item, const char *path);

#endif

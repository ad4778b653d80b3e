#ifndef TESTS_FAKECLOUD_GOOGLE_PUT_H
#define TESTS_FAKECLOUD_GOOGLE_PUT_H

#include "tests/fakecloud/estate.h"

struct json_object;

/* What is made of a thing by code: where, in which list, and the truth's words for it. */
struct google_put {
    struct estate *e;
    size_t project;
    const char *region; /* where its list is kept: one of e->regions, or ESTATE_GLOBAL */
    const char *place;  /* the truth's region; NULL: `region` */
    const char *list, *type;
    const char *id;     /* the truth's */
    const char *key;    /* Cloud Asset's full resource name */
};

/* Puts a thing, taken over, into its list and tells the truth of it. */
void google_put_thing(const struct google_put *p, struct json_object *thing);

/* Takes it away again, known by its key; false when it is not there. */
bool google_put_drop(const struct google_put *p);

#endif

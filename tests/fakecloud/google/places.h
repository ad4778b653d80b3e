#ifndef TESTS_FAKECLOUD_GOOGLE_PLACES_H
#define TESTS_FAKECLOUD_GOOGLE_PLACES_H

#include "tests/fakecloud/google/call.h"

/* Where Google's things are: zones, regions, locations. Every region has two zones here, REGION-b and REGION-c,
 * which all of Google's have. */
#define GOOGLE_PLACES_ZONES 2

/* The zone, region or location of a thing, "global" where it says none; free(). */
char *google_places_of(struct json_object *thing);

/* The names of all scopes ("global", "regions/R", "zones/Z") of the kinds wanted (enum google_scopes): a new array. */
struct json_object *google_places_scopes(const struct estate *e, unsigned kinds);

/* Whether a rule makes the place one that does not answer to this call. */
bool google_places_dead(const struct google_call *c, const char *place);

#endif

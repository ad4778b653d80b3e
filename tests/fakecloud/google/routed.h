#ifndef TESTS_FAKECLOUD_GOOGLE_ROUTED_H
#define TESTS_FAKECLOUD_GOOGLE_ROUTED_H

#include "tests/fakecloud/estate.h"

struct google_call;
struct google_fault;

/*
 * Flow logs that are routed: a sink of the organization copies those of all ordinary projects to a log bucket of its own, whose
 * view _AllLogs shows them; the sink _Default of the second project leaves them out, so that they are to be seen nowhere else.
 */
#define GOOGLE_ROUTED_BUCKET "flows"
#define GOOGLE_ROUTED_VIEW "_AllLogs"

/* Once the things of all projects are made. */
void google_routed_build(struct estate *e);

/* Whether flows of the project are not among its own entries. */
bool google_routed_away(const struct estate *e, size_t project);

/* Whether a name is that of a view; and the entries of the estate's, a new array. NULL with a fault for any other. */
bool google_routed_is_view(const char *name);
struct json_object *google_routed_entries(const struct estate *e, const char *view, struct google_fault *fault);

/* Takes the flows out of an array of entries; with `all_but` keeps them alone. */
void google_routed_strip(struct json_object *entries, bool all_but);

#endif

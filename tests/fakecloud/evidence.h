#ifndef TESTS_FAKECLOUD_EVIDENCE_H
#define TESTS_FAKECLOUD_EVIDENCE_H

#include "tests/fakecloud/estate.h"

/* The truth about events, for truth.h: what whoever has read every night until tonight knows, each type
 * within its window, in the account and region to which it belongs:
 *   [[account, region, type, event id, time]…], the time as 2026-11-21T03:00:00Z. json_object_put(). */
struct json_object *evidence_truth(const struct estate *e);

#endif

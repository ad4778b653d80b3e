#ifndef TESTS_FAKECLOUD_HUB_H
#define TESTS_FAKECLOUD_HUB_H

#include "tests/fakecloud/estate.h"

/*
 * Security Hub: on in every region of the delegated administrator (detectors.h) and in three of four
 * places of the others, all of which the administrator sees. List: "Hub", of one.
 */
void hub_build(struct estate *e, size_t account);

/* Whether the hub adds findings by new controls itself: the other way each time. */
void hub_toggle(struct estate *e, struct place at);

/* The findings that a hub shows as they stand tonight, as boto3 gives them; json_object_put(). Some are
 * archived, some have passed since. */
struct json_object *hub_findings(const struct estate *e, size_t account, size_t region);
struct json_object *hub_findings_of(const struct estate *e, size_t account, size_t region); /* its own alone */

#endif

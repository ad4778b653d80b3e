#ifndef TESTS_FAKECLOUD_DETECTORS_H
#define TESTS_FAKECLOUD_DETECTORS_H

#include "tests/fakecloud/estate.h"

/*
 * GuardDuty. The organization has delegated it to its second account (the first, where it is the only
 * one), which has a detector in every region; five in six of the others have one each, and most of those
 * belong to the organization's administrator of the region. Lists: "Detectors" and their
 * "Administrators".
 */
void detectors_build(struct estate *e, size_t account);

/* A detector is suspended, or goes on: the other way each time. Nothing where there is none. */
void detectors_toggle(struct estate *e, struct place at);

/* The account to which the organization has delegated its watch; Security Hub's and Access Analyzer's too. */
size_t detectors_administrator(const struct estate *e);

/* The id of a detector; borrowed. NULL where there is none. */
const char *detectors_id(const struct estate *e, size_t account, size_t region);

/* Whether the administrator of the region sees its findings. */
bool detectors_is_member(const struct estate *e, size_t account, size_t region);

/* The members of a region as ListMembers has them; json_object_put(). */
struct json_object *detectors_members(const struct estate *e, size_t region);

#endif

#ifndef TESTS_FAKECLOUD_GOOGLE_HISTORY_H
#define TESTS_FAKECLOUD_GOOGLE_HISTORY_H

#include "tests/fakecloud/estate.h"

struct json_object;

/*
 * What happened in projects, drawn anew at every question (../events.h): log entries of Admin Activity, VPC flows and
 * DNS queries, of which some are what yomawari asks for (`_told`: the type that tells them) and some are not; findings of
 * Security Command Center. json_object_put() the array.
 */
struct json_object *google_history_entries(const struct estate *e, size_t project);
struct json_object *google_history_findings(const struct estate *e, size_t project); /* listFindingsResults */

/* The truth about them, as in ../evidence.h. */
struct json_object *google_history_truth(const struct estate *e);

/* What a check that looks for names that are asked outside must say of the flows that can be seen tonight: findings of the
 * network "main". What was said on nights before stands. */
void google_history_tell_asked(struct estate *e, size_t project, const char *check);

#endif

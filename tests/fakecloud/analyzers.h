#ifndef TESTS_FAKECLOUD_ANALYZERS_H
#define TESTS_FAKECLOUD_ANALYZERS_H

#include "tests/fakecloud/estate.h"

/*
 * IAM Access Analyzer: one for the organization in every region of the delegated administrator
 * (detectors.h), one for unused access in its first region, and one for the account in about half of all
 * places. List: "Analyzers".
 */
void analyzers_build(struct estate *e, size_t account);

/* The analyzer of the account is disabled, or active again: the other way each time. Nothing where there is none. */
void analyzers_toggle(struct estate *e, struct place at);

/* The findings of an analyzer as they stand tonight, as boto3 gives them for ListFindingsV2;
 * json_object_put(). The organization's speaks of resources of all accounts. */
struct json_object *analyzers_findings(const struct estate *e, size_t account, size_t region, const char *name);

/* Its volatile members, as of tonight; `analyzer` is changed. */
void analyzers_drift(const struct estate *e, struct json_object *analyzer);

#define ANALYZERS_ORGANIZATION "organization"
#define ANALYZERS_UNUSED "unused"
#define ANALYZERS_ACCOUNT "account"

#endif

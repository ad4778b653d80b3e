#ifndef TESTS_FAKECLOUD_GOOGLE_BASICS_H
#define TESTS_FAKECLOUD_GOOGLE_BASICS_H

#include "tests/fakecloud/estate.h"

/* What every project has, of whatever role: Compute Engine's word on it, with metadata for all machines
 * ("compute.projects"); the locations of KMS and Cloud Run (locations.h), of the truth alone. */
void google_basics_build(struct estate *e, size_t project);

/* Metadata for all machines get another secret. */
void google_basics_change(struct estate *e, size_t project);

/* Quotas are used otherwise every night. */
void google_basics_drift(struct estate *e, size_t project);

#endif

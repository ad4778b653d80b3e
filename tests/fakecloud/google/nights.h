#ifndef TESTS_FAKECLOUD_GOOGLE_NIGHTS_H
#define TESTS_FAKECLOUD_GOOGLE_NIGHTS_H

#include "core/base/error.h"
#include "tests/fakecloud/estate.h"

/* Google's estate, night by night, as ../nights.h says; of an estate without projects nothing happens. */
struct google_nights;

struct google_nights *google_nights_new(struct estate *e, struct error *err); /* the estate is borrowed */
void google_nights_free(struct google_nights *n);                            /* NULL is fine */

const struct estate *google_nights_estate(const struct google_nights *n);

void google_nights_first(struct google_nights *n);
void google_nights_next(struct google_nights *n);
void google_nights_drift(struct google_nights *n);

#endif

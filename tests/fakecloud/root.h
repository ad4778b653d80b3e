#ifndef TESTS_FAKECLOUD_ROOT_H
#define TESTS_FAKECLOUD_ROOT_H

#include "tests/fakecloud/estate.h"

/* What a check must say of who used root, as of the estate's night and of all nights before: told into the truth
 * (truth.h), to be called before it is written. Uses are those of history.h and findings.h. */
void root_tell(struct estate *e);

#endif

#include "tests/fakecloud/caller.h"

#include "tests/fakecloud/estate.h"

#include <string.h>

size_t caller_account(const struct call *c)
{
    size_t i = 0;
    while (i + 1 < c->estate->o.accounts && strcmp(estate_account(c->estate, i), c->account) != 0)
        i++;
    return i;
}

size_t caller_region(const struct call *c)
{
    size_t i = 0;
    while (i + 1 < c->estate->o.regions && strcmp(estate_region(i), c->region) != 0)
        i++;
    return i;
}

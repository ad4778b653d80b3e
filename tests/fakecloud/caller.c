#include "tests/fakecloud/caller.h"

#include "core/base/map.h"
#include "tests/fakecloud/estate.h"

#include <string.h>

size_t caller_account(const struct call *c)
{
    return (size_t)(uintptr_t)map_get(c->estate->numbers, c->account) - 1;
}

size_t caller_region(const struct call *c)
{
    size_t i = 0;
    while (i + 1 < c->estate->o.regions && strcmp(estate_region(i), c->region) != 0)
        i++;
    return i;
}

bool caller_refused(struct fault *fault, const char *size_code, const char *token_code)
{
    if (fault->kind != FAULT_VALUE && fault->kind != FAULT_TOKEN)
        return false;
    fault->code = fault->kind == FAULT_TOKEN ? token_code : size_code;
    fault->kind = FAULT_OWN_CODE;
    fault->status = 400;
    return false;
}

#include "tests/fakecloud/call.h"

#include "tests/fakecloud/estate.h"
#include "tests/fakecloud/paging.h"

#include <string.h>

bool service_organizations(const struct call *c, struct json_object **out, struct fault *fault)
{
    static const char *const known[] = { NULL };
    static const struct paging paging = { "Accounts", 1, 20, 20 };
    if (strcmp(c->op->name, "ListAccounts") != 0)
        return fault_set(fault, FAULT_UNKNOWN_ACTION, "the fake cloud has no %s", c->op->name);
    if (strcmp(c->account, estate_account(c->estate, 0)) != 0)
        return fault_set(fault, FAULT_DENIED,
                         "You don't have permissions to access this resource.");
    return call_knows(c, known, fault) &&
           paging_answer(c, c->estate->accounts, &paging, out, fault);
}

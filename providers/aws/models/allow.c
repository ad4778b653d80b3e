#include "providers/aws/models/allow.h"

#include "core/base/text.h"

#include <string.h>

static const char *const read_verbs[] = { "BatchGet", "Describe", "Get",   "Head",
                                          "List",     "Lookup",   "Search" };

/* Not reads by name, and a walk cannot do without: they change nothing that anyone keeps. */
static const struct aws_refusal others[] = {
    { "athena", "StartQueryExecution" }, /* a query of ours; where they may go call.c says */
    { "athena", "StopQueryExecution" },
    { "iam", "GenerateCredentialReport" },
    { "logs", "FilterLogEvents" }, /* of what is stored: where these three may go call.c says */
    { "logs", "StartQuery" },
    { "logs", "StopQuery" },
    { "sts", "AssumeRole" },
    { "sts", "AssumeRoleWithWebIdentity" },
};

static bool is_other(const char *service, const char *operation)
{
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (strcmp(others[i].service, service) == 0 && strcmp(others[i].operation, operation) == 0)
            return true;
    }
    return false;
}

/* The verb is a whole word: "Listen…" and "Getaway…" are none of ours. */
static bool is_read_by_name(const char *operation)
{
    for (size_t i = 0; i < sizeof read_verbs / sizeof read_verbs[0]; i++) {
        size_t len = strlen(read_verbs[i]);
        if (strncmp(operation, read_verbs[i], len) == 0 && operation[len] >= 'A' &&
            operation[len] <= 'Z')
            return true;
    }
    return false;
}

/* Every call asks, thrice, and few of the list are of its service: a first byte tells most apart. */
static bool may_match(const char *glob, const char *s)
{
    return glob[0] == s[0] || strchr("*?[\\", glob[0]) != NULL;
}

bool aws_allow(const struct aws_refusal *refused, size_t count, const char *service,
               const char *operation)
{
    if (is_other(service, operation))
        return true;
    for (size_t i = 0; i < count; i++) {
        if (may_match(refused[i].service, service) && text_glob(refused[i].service, service) &&
            text_glob(refused[i].operation, operation))
            return false;
    }
    return is_read_by_name(operation);
}

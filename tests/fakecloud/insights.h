#ifndef TESTS_FAKECLOUD_INSIGHTS_H
#define TESTS_FAKECLOUD_INSIGHTS_H

#include "tests/fakecloud/call.h"

/*
 * The little of the language of CloudWatch Logs Insights that a summary of flow logs takes, and not a word more:
 *
 *   parse @message /REGEX/ | filter CONDITION | fields floor(N / 3600) as NAME | stats FUNCTION(FIELD) as NAME, … by FIELD, … | limit N
 *
 * REGEX names its groups (?<name>\S+), FUNCTION is count, sum, min or max, N a field or toMillis(@timestamp) / 1000.
 * CONDITION is made of and, or, not, parentheses, ispresent(F), F like /REGEX/, F not like /REGEX/, F in ["a", …],
 * isIpv4InSubnet(F, "…") and isIpv6InSubnet(F, "…"). Lines that REGEX does not match have none of its fields.
 */

/* The rows, [[{"field", "value"}…]…], of events (log_lines.h). NULL with the fault: MalformedQueryException. */
struct json_object *insights_run(const char *query, struct json_object *events, struct fault *fault);

#endif

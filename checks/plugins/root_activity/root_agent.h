#ifndef CHECKS_PLUGINS_ROOT_ACTIVITY_ROOT_AGENT_H
#define CHECKS_PLUGINS_ROOT_ACTIVITY_ROOT_AGENT_H

#include <stdbool.h>

/*
 * User agents, which whoever calls writes as he likes, reduced to the product that they name: "aws-cli", "boto3",
 * "terraform", "console" (of browsers, and of AWS's own words for it); "other" for what names none, "none" for
 * nothing. Versions are left out: they change without anybody else coming.
 */
enum { ROOT_AGENT_MAX = 41 }; /* bytes, NUL included */

void root_agent_product(const char *agent, char out[ROOT_AGENT_MAX]);

/* Whether a program that people run or write by themselves names itself: a command line, a library, no browser. */
bool root_agent_is_program(const char *agent);

#endif

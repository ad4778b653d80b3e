#ifndef PROVIDERS_AWS_LIMITS_H
#define PROVIDERS_AWS_LIMITS_H

#include "core/http/http.h"

/*
 * Which bucket a call draws from, and how large AWS says it is. EC2 counts by action, account and region
 * ("Request throttling for the Amazon EC2 API"), Organizations by action and account ("Quotas for AWS
 * Organizations"), STS by calling account and region ("IAM and STS quotas"), IAM has one unpublished
 * bucket an account. Services that publish nothing get a modest one by account and region.
 */
void aws_limit_of(const char *service, const char *operation, const char *account,
                  const char *region, struct http_limit *out);

#endif

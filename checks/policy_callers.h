#ifndef CHECKS_POLICY_CALLERS_H
#define CHECKS_POLICY_CALLERS_H

#include <stdbool.h>

struct json_object;

/*
 * Whether a condition of a policy (AWS) says who is meant. Its key must be one of those by which AWS itself calls a bucket's
 * policy not public (Amazon S3 User Guide, "The meaning of public"): aws:PrincipalOrgID, -OrgPaths, -Account, -Arn,
 * aws:SourceArn, -Account, -Owner, -OrgID, -OrgPaths, -Vpc, -Vpce, -IP, aws:VpcSourceIp, aws:userid, kms:CallerAccount,
 * s3:DataAccessPointArn and -Account; or aws:PrincipalIsAWSService that is true. Each of its values must be fixed: no
 * variable, no wildcard but behind the account in an ARN or behind the id in a userid. Addresses must be none that are
 * public and wider than /8, or /32 of IPv6, as AWS has it; nor may all ranges of a list together be open to the internet
 * (cidr.h), however narrow each of them is.
 */
bool policy_callers_fixed(const char *name, struct json_object *values);

/* Calls for each text of a list, or for the one text; false once `each` is. What is no text is passed over, and
 * makes it false in the end. */
bool policy_callers_each(struct json_object *texts, bool (*each)(void *ctx, const char *text), void *ctx);

#endif

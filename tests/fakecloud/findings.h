#ifndef TESTS_FAKECLOUD_FINDINGS_H
#define TESTS_FAKECLOUD_FINDINGS_H

#include "tests/fakecloud/estate.h"

#define FINDINGS_ROOT_REMOTE "192.52.193." /* whence root is used, elsewhere than history.h tells of */

/*
 * GuardDuty's findings of one detector as they stand tonight, in the JSON that boto3 gives for
 * GetFindings; json_object_put(). Root used, DNS by other ways than AWS's resolver, names of bad repute,
 * probed ports. One in four is archived; what is seen again has the same id, a higher count and a later
 * UpdatedAt.
 */
struct json_object *findings_of(const struct estate *e, size_t account, size_t region);

/* What a detector of `account` shows: its own, and its members' where it is the administrator's. */
struct json_object *findings_seen_by(const struct estate *e, size_t account, size_t region);

/* What a check that looks for names that are asked outside must say of those that can be seen tonight: findings of the
 * account's own network there. What was said on nights before stands. */
void findings_tell(struct estate *e, size_t account, size_t region, const char *check);

#endif

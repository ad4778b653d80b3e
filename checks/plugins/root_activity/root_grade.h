#ifndef CHECKS_PLUGINS_ROOT_ACTIVITY_ROOT_GRADE_H
#define CHECKS_PLUGINS_ROOT_ACTIVITY_ROOT_GRADE_H

#include "checks/plugins/root_activity/root_event.h"

#include <stdbool.h>

/*
 * How bad a use is:
 *   critical  an access key of root's; without MFA, or to take the account over (root_grade_is_grave());
 *             the password's recovery done
 *   high      with MFA, or where nothing is said of it; AssumeRoot to make or delete root's credentials; a
 *             service account's key
 *   medium    AssumeRoot to unlock a bucket's or queue's policy; sign-ins that failed; a recovery asked for
 *   low       what cannot be read
 *   info      AssumeRoot to look at credentials: routine
 */
enum root_grade { ROOT_INFO, ROOT_LOW, ROOT_MEDIUM, ROOT_HIGH, ROOT_CRITICAL };

enum root_grade root_grade_of(const struct root_event *e);

/* Whether it is a call that takes over the account, hides tracks or opens a back door, and was not refused. */
bool root_grade_is_grave(const struct root_event *e);

const char *root_grade_word(enum root_grade g);

#endif

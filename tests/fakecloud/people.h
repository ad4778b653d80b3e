#ifndef TESTS_FAKECLOUD_PEOPLE_H
#define TESTS_FAKECLOUD_PEOPLE_H

#include "tests/fakecloud/estate.h"

/*
 * IAM of an account: root with or without MFA and access key, users, roles, what the summary counts and
 * what the credential report says. Beside the lists that IAM shows there are "SummaryMap", of one element,
 * and "Report", of one object a row (PEOPLE_REPORT_COLUMNS).
 */
#define PEOPLE_REPORT_COLUMNS                                                                              \
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,"              \
    "password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,"                    \
    "access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,"           \
    "access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,"                          \
    "access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,"     \
    "cert_2_active,cert_2_last_rotated"

void people_build(struct estate *e, size_t account);

/* Someone comes; someone goes, or nothing when there is nobody of that name. */
void people_hire(struct estate *e, size_t account, const char *name);
void people_leave(struct estate *e, size_t account, const char *name);

/* Root's virtual MFA device is taken off, or put on: the other way each time. */
void people_toggle_root_mfa(struct estate *e, size_t account);

#define PEOPLE_EVERYWHERE "alice" /* a user whom every account has */

#endif

#ifndef CHECKS_PLUGINS_ROOT_ACTIVITY_ROOT_EVENT_H
#define CHECKS_PLUGINS_ROOT_ACTIVITY_ROOT_EVENT_H

#include "checks/check.h"

#include <stdint.h>

/*
 * What an event says of the use of an account's strongest identity: of AWS's root user (CloudTrail User Guide,
 * "CloudTrail userIdentity element"), of a service account's key of Google's (Cloud Logging, AuditLog).
 *
 * Root's events are told as CIS tells them: type Root, nobody's invokedBy, no AwsServiceEvent. What a service does on
 * root's behalf, an IAM user whose name is root, and Insights are not root's.
 */
enum root_kind {
    ROOT_KEY,         /* a long-term access key of root's */
    ROOT_SESSION,     /* temporary credentials of root's in a program's hands: by aws login, GetSessionToken */
    ROOT_CONSOLE,     /* a person at the console */
    ROOT_TASK,        /* a session of AssumeRoot: somebody of the organization, for one task */
    ROOT_FAILED,      /* sign-in that did not succeed */
    ROOT_RECOVERY,    /* the password's recovery was asked for, or done */
    ROOT_UNREADABLE,  /* listed as root's, and lacking what says whose it is */
    ROOT_ACCOUNT_KEY, /* a key of a service account */
};

/* What a session of AssumeRoot is for, by what it does (IAM User Guide, "Perform a privileged task"). */
enum root_task { ROOT_AUDIT, ROOT_UNLOCK_S3, ROOT_UNLOCK_SQS, ROOT_CREATE, ROOT_DELETE, ROOT_OTHER_TASK };

enum root_mfa { ROOT_MFA_UNSAID, ROOT_MFA_YES, ROOT_MFA_NO };

struct root_event { /* borrowed from what it was read from */
    enum root_kind kind;
    enum root_task task; /* of ROOT_TASK */
    enum root_mfa mfa;
    int64_t at_unix_s;
    const char *id, *name, *region; /* "" where they are missing, and so below */
    const char *address;            /* an address, a service's name, words such as "AWS Internal" */
    const char *near_account;       /* whose network a private address is of, where that is said */
    const char *agent, *error;
    const char *key;                /* id of the access key, or of the service account's key */
    const char *of;                 /* the account whose root it was, where that is another one; the service account */
    bool signed_in;                 /* a sign-in that succeeded */
};

enum root_reading { ROOT_READ, ROOT_NOT_ROOTS };

/* An event of CloudTrail's history in `account`. What lacks its record or identity is ROOT_UNREADABLE. */
enum root_reading root_event_of_trail(const struct check_resource *r, const char *account, struct root_event *out);

/* An entry of Admin Activity that a service account's key signed; all others are ROOT_NOT_ROOTS. */
enum root_reading root_event_of_log(const struct check_resource *r, struct root_event *out);

/* A finding of GuardDuty's about root's credentials, as the event that it tells of: its members may all be missing. */
enum root_reading root_event_of_finding(const struct check_resource *r, struct root_event *out);

#endif

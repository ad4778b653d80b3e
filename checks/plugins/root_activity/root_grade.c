#include "checks/plugins/root_activity/root_grade.h"

#include <string.h>

const char *root_grade_word(enum root_grade g)
{
    static const char *const words[] = { "info", "low", "medium", "high", "critical" };
    return words[g];
}

bool root_grade_is_grave(const struct root_event *e)
{
    static const char *const calls[] = {
        "CreateAccessKey",
        "DeactivateMFADevice",
        "DeleteVirtualMFADevice",
        "EmailUpdated",
        "PasswordUpdated",
        "PasswordRecoveryCompleted",
        "UploadSigningCertificate",
        "StopLogging",
        "DeleteTrail",
        "UpdateTrail",
        "PutEventSelectors",
        "DeleteDetector",
        "DeleteConfigurationRecorder",
        "StopConfigurationRecorder",
        "DeleteFlowLogs",
        "LeaveOrganization",
        "CloseAccount",
        "DisableRegion",
        "PutContactInformation",
        "PutAlternateContact",
    };
    if (e->kind == ROOT_TASK || e->kind == ROOT_FAILED || *e->error != '\0')
        return false;
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (strcmp(e->name, calls[i]) == 0)
            return true;
    return false;
}

static enum root_grade grade_of_task(enum root_task task)
{
    switch (task) {
    case ROOT_AUDIT:
        return ROOT_INFO;
    case ROOT_UNLOCK_S3:
    case ROOT_UNLOCK_SQS:
        return ROOT_MEDIUM;
    case ROOT_CREATE:
    case ROOT_DELETE:
    case ROOT_OTHER_TASK:
        break;
    }
    return ROOT_HIGH;
}

enum root_grade root_grade_of(const struct root_event *e)
{
    bool grave = root_grade_is_grave(e);
    switch (e->kind) {
    case ROOT_KEY:
        return ROOT_CRITICAL;
    case ROOT_SESSION:
    case ROOT_CONSOLE:
        return grave || e->mfa == ROOT_MFA_NO ? ROOT_CRITICAL : ROOT_HIGH;
    case ROOT_TASK:
        return grade_of_task(e->task);
    case ROOT_FAILED:
        return ROOT_MEDIUM;
    case ROOT_RECOVERY:
        return grave ? ROOT_CRITICAL : ROOT_MEDIUM;
    case ROOT_UNREADABLE:
        return ROOT_LOW;
    case ROOT_ACCOUNT_KEY:
        break;
    }
    return ROOT_HIGH;
}

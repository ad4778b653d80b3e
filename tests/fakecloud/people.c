#include "tests/fakecloud/people.h"

#include "core/base/memory.h"
#include "core/decode/json.h"
#include "tests/fakecloud/chance.h"
#include "tests/fakecloud/truth.h"

#include <json-c/json.h>
#include <stdlib.h>

#define MFA_TYPE "aws_iam_virtual_mfa_device"
#define ROW_TYPE "aws_iam_credential_report_row"
#define KEY_TYPE "aws_iam_access_key"
#define ROOT "<root_account>"

enum root_kind { ROOT_GUARDED, ROOT_BARE, ROOT_WITH_KEY, ROOT_KINDS };

static char *iam_id(const struct estate *e, const char *prefix, const char *account,
                    const char *name)
{
    char *path = memory_format("%s/%s", account, name), *id = chance_hex(e->o.seed, path, 17);
    for (char *c = id; *c != '\0'; c++)
        *c = *c >= 'a' ? (char)(*c - 'a' + 'A') : *c;
    char *whole = memory_format("%s%s", prefix, id);
    free(id);
    free(path);
    return whole;
}

static struct json_object *trust(const struct estate *e)
{
    return estate_json(
        "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":"
        "{\"AWS\":\"arn:aws:iam::%s:root\"},\"Action\":\"sts:AssumeRole\"}]}",
        estate_account(e, 0));
}

static void add_role(struct estate *e, size_t account, const char *name)
{
    struct place at = estate_global(e, account);
    char *id = iam_id(e, "AROA", at.account, name),
         *arn = memory_format("arn:aws:iam::%s:role/%s", at.account, name);
    struct json_object *role = estate_json(
        "{\"Path\":\"/\",\"RoleName\":\"%s\",\"RoleId\":\"%s\",\"Arn\":\"%s\",\"CreateDate\":\"" ESTATE_MADE
        "\",\"MaxSessionDuration\":3600,\"Description\":\"seeded\"}",
        name, id, arn);
    json_object_object_add(role, "AssumeRolePolicyDocument", trust(e));
    estate_put(e, at, "Roles", role);
    truth_there(e, at, "aws_iam_role", name, arn);
    free(arn);
    free(id);
}

/* A row of the credential report; `more` is what differs from somebody without any credentials. */
static void add_row(struct estate *e, struct place at, const char *user, const char *arn,
                    struct json_object *more)
{
    struct json_object *row = json_object_new_object();
    struct text columns = TEXT_LITERAL(PEOPLE_REPORT_COLUMNS);
    while (columns.data != NULL) {
        char *column = text_copy(text_cut(&columns, ','));
        bool active = text_ends_with(text_of(column), "_active");
        json_object_object_add(row, column, json_object_new_string(active ? "false" : "N/A"));
        free(column);
    }
    json_object_object_add(row, "user", json_object_new_string(user));
    json_object_object_add(row, "arn", json_object_new_string(arn));
    json_object_object_add(row, "user_creation_time",
                           json_object_new_string("2026-01-05T09:00:00+00:00"));
    json_object_object_foreach(more, name, value)
        json_object_object_add(row, name, json_object_get(value));
    json_object_put(more);
    estate_put(e, at, "Report", row);
    char *key = memory_format("%s/credential-report", arn);
    truth_there(e, at, ROW_TYPE, user, key);
    free(key);
}

/* What everybody has: a key, which is used, and a policy that is attached. */
static void add_key(struct estate *e, struct place at, const char *user, const char *user_arn)
{
    char *key = iam_id(e, "AKIA", at.account, user),
         *arn = memory_format("%s/access-key/%s", user_arn, key);
    estate_put(
        e, at, "AccessKeys",
        estate_json(
            "{\"UserName\":\"%s\",\"AccessKeyId\":\"%s\",\"Status\":\"Active\",\"CreateDate\":\"" ESTATE_MADE
            "\"}",
            user, key));
    estate_put(
        e, at, "AccessKeyLastUsed",
        estate_json(
            "{\"_of\":\"%s\",\"_user\":\"%s\",\"UserName\":\"%s\",\"AccessKeyLastUsed\":{\"LastUsedDate\":\"" ESTATE_MADE
            "\",\"ServiceName\":\"s3\",\"Region\":\"us-east-1\"}}",
            key, user, user));
    estate_put(
        e, at, "AttachedUserPolicies",
        estate_json(
            "{\"_of\":\"%s\",\"PolicyName\":\"ReadOnlyAccess\",\"PolicyArn\":\"arn:aws:iam::aws:policy/ReadOnlyAccess\"}",
            user));
    truth_there(e, at, KEY_TYPE, key, arn);
    free(arn);
    free(key);
}

static void drop_key(struct estate *e, struct place at, const char *user)
{
    char *key = iam_id(e, "AKIA", at.account, user);
    estate_drop(e, at, "AccessKeys", "UserName", user);
    estate_drop(e, at, "AccessKeyLastUsed", "_user", user);
    estate_drop(e, at, "AttachedUserPolicies", "_of", user);
    truth_gone(e, at, KEY_TYPE, key);
    free(key);
}

void people_hire(struct estate *e, size_t account, const char *name)
{
    struct place at = estate_global(e, account);
    char *id = iam_id(e, "AIDA", at.account, name),
         *arn = memory_format("arn:aws:iam::%s:user/%s", at.account, name);
    estate_put(
        e, at, "Users",
        estate_json(
            "{\"Path\":\"/\",\"UserName\":\"%s\",\"UserId\":\"%s\",\"Arn\":\"%s\",\"CreateDate\":\"" ESTATE_MADE
            "\"}",
            name, id, arn));
    truth_there(e, at, "aws_iam_user", name, arn);
    add_row(e, at, name, arn,
            estate_json("{\"password_enabled\":\"true\",\"mfa_active\":\"true\"}"));
    add_key(e, at, name, arn);
    free(arn);
    free(id);
}

void people_leave(struct estate *e, size_t account, const char *name)
{
    struct place at = estate_global(e, account);
    if (!estate_drop(e, at, "Users", "UserName", name))
        return;
    estate_drop(e, at, "Report", "user", name);
    truth_gone(e, at, "aws_iam_user", name);
    truth_gone(e, at, ROW_TYPE, name);
    drop_key(e, at, name);
}

static char *root_device(const char *account)
{
    return memory_format("arn:aws:iam::%s:mfa/root-account-mfa-device", account);
}

static void tell_virtual(struct estate *e, struct place at, const char *serial)
{
    char *evidence = memory_format("{\"device\":\"%s\"}", serial);
    truth_open(e, at,
               &(struct truth_finding){ TRUTH_ROOT_VIRTUAL, at.account, "", "low", evidence });
    free(evidence);
}

static void add_root_device(struct estate *e, struct place at)
{
    char *serial = root_device(at.account);
    tell_virtual(e, at, serial);
    estate_put(
        e, at, "VirtualMFADevices",
        estate_json(
            "{\"SerialNumber\":\"%s\",\"EnableDate\":\"" ESTATE_MADE
            "\",\"User\":{\"Path\":\"/\",\"UserName\":\"root\","
            "\"UserId\":\"%s\",\"Arn\":\"arn:aws:iam::%s:root\",\"CreateDate\":\"" ESTATE_MADE
            "\"}}",
            serial, at.account, at.account));
    truth_there(e, at, MFA_TYPE, serial, serial);
    free(serial);
}

static void tell_root_mfa(struct estate *e, struct place at, int keys)
{
    char *evidence = memory_format("{\"access_keys\":%d,\"password\":1}", keys);
    truth_open(e, at,
               &(struct truth_finding){ TRUTH_ROOT_MFA, at.account, "", "critical", evidence });
    free(evidence);
}

/* Of one account in two. */
static bool draws(const struct estate *e, struct place at, const char *what)
{
    char *path = memory_format("%s/root/%s", at.account, what);
    uint64_t number = chance_number(e->o.seed, path, 2);
    free(path);
    return number == 0;
}

static void build_root(struct estate *e, struct place at, enum root_kind kind)
{
    truth_speaks_of(e, TRUTH_ROOT_MFA);
    truth_speaks_of(e, TRUTH_ROOT_KEY);
    truth_speaks_of(e, TRUTH_ROOT_CERTIFICATE);
    truth_speaks_of(e, TRUTH_ROOT_VIRTUAL);
    truth_speaks_of(e, TRUTH_ROOT_CENTRAL); /* things/identities.yaml */
    truth_speaks_of(e, TRUTH_ROOT_REPORT);  /* where events can be read, there is none */
    char *arn = memory_format("arn:aws:iam::%s:root", at.account),
         *summary = memory_format("arn:aws:iam::%s:account-summary", at.account);
    int mfa = kind == ROOT_BARE ? 0 : 1, key = kind == ROOT_WITH_KEY ? 1 : 0,
        certificate = draws(e, at, "certificate") ? 1 : 0;
    const char *const words[] = { "false", "true" };
    estate_put(
        e, at, "SummaryMap",
        estate_json(
            "{\"AccountMFAEnabled\":%d,\"AccountAccessKeysPresent\":%d,\"AccountPasswordPresent\":1,"
            "\"AccountSigningCertificatesPresent\":%d,\"MFADevices\":%d,\"Groups\":0,\"Policies\":2}",
            mfa, key, certificate, mfa));
    truth_there(e, at, "aws_iam_account_summary", at.account, summary);
    add_row(
        e, at, ROOT, arn,
        estate_json(
            "{\"password_enabled\":\"not_supported\",\"mfa_active\":\"%s\",\"access_key_1_active\":\"%s\",\"cert_1_active\":\"%s\"}",
            words[mfa], words[key], words[certificate]));
    if (mfa == 0)
        tell_root_mfa(e, at, key);
    else if (!draws(e, at, "hardware"))
        add_root_device(e, at);
    if (certificate == 1)
        truth_open(e, at,
                   &(struct truth_finding){ TRUTH_ROOT_CERTIFICATE, at.account, "", "high",
                                            "{\"certificates\":1}" });
    if (key == 1)
        truth_open(e, at,
                   &(struct truth_finding){ TRUTH_ROOT_KEY, at.account, "", "critical",
                                            "{\"access_keys\":1}" });
    free(summary);
    free(arn);
}

void people_toggle_root_mfa(struct estate *e, size_t account)
{
    struct place at = estate_global(e, account);
    struct json_object *summary = json_object_array_get_idx(estate_list(e, at, "SummaryMap"), 0);
    bool on = json_int(summary, "AccountMFAEnabled", 0) == 0;
    char *serial = root_device(at.account);
    json_object_object_add(summary, "AccountMFAEnabled", json_object_new_int(on));
    json_object_object_add(summary, "MFADevices", json_object_new_int(on));
    json_object_object_add(estate_item(e, at, "Report", "user", ROOT), "mfa_active",
                           json_object_new_string(on ? "true" : "false"));
    truth_changed(e, at, "aws_iam_account_summary", at.account, "AccountMFAEnabled");
    truth_changed(e, at, ROW_TYPE, ROOT, "mfa_active");
    if (on) {
        add_root_device(e, at);
    } else if (estate_drop(e, at, "VirtualMFADevices", "SerialNumber", serial)) {
        truth_gone(e, at, MFA_TYPE, serial);
        truth_closed(e, at, TRUTH_ROOT_VIRTUAL, at.account, "");
    }
    if (on)
        truth_closed(e, at, TRUTH_ROOT_MFA, at.account, "");
    else
        tell_root_mfa(e, at, (int)json_int(summary, "AccountAccessKeysPresent", 0));
    free(serial);
}

void people_build(struct estate *e, size_t account)
{
    struct place at = estate_global(e, account);
    char *path = memory_format("%s/people", at.account),
         *key = memory_format("arn:aws:account::%s:account", at.account);
    truth_there(e, at, "aws_account", at.account, key);
    build_root(
        e, at,
        (enum root_kind)((account + chance_number(e->o.seed, "root", ROOT_KINDS)) % ROOT_KINDS));
    people_hire(e, account, PEOPLE_EVERYWHERE);
    size_t users = 1 + chance_number(e->o.seed, path, 6);
    for (size_t i = 0; i < users; i++) {
        char *name = memory_format("user.%zu@example.com", i);
        people_hire(e, account, name);
        free(name);
    }
    add_role(e, account, ESTATE_ROLE);
    add_role(e, account, "deploy");
    free(key);
    free(path);
}

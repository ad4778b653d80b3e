#include "providers/aws/session.h"

#include "core/base/memory.h"
#include "core/config.h"
#include "providers/aws/athena/athena_policy.h"
#include "providers/aws/endpoint.h"
#include "providers/aws/session_policy.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    /* Role credentials are renewed when so little is left: long enough for any one call and its retries. */
    DOOR_REFRESH_S = 300,
};

/* ---- opening ---- */

static bool is_arn(const char *role)
{
    return strncmp(role, "arn:", 4) == 0;
}

static char *role_arn(const struct provider_session *s, const char *account, const char *role)
{
    if (is_arn(role))
        return memory_string(role);
    if (account == NULL)
        return NULL;
    const char *partition = aws_partition_of(session_region(s))->id;
    return memory_format("arn:%s:iam::%s:role/%s", partition, account, role);
}

static bool has_text(const char *s)
{
    return s != NULL && s[0] != '\0';
}

/* The session's own identity, or the discovery role. */
static bool open_home(struct provider_door *d, const struct config_aws *aws, struct error *err)
{
    if (!has_text(aws->discovery_role))
        return true;
    d->role_arn = role_arn(d->session, NULL, aws->discovery_role);
    if (d->role_arn == NULL)
        return error_set(err, ERROR_CONFIG, "discovery_role must be an ARN, not %s",
                         aws->discovery_role);
    d->external_id = has_text(aws->external_id) ? memory_string(aws->external_id) : NULL;
    return true;
}

static void open_account(struct provider_door *d, const struct config_aws *aws,
                         const struct account_spec *spec)
{
    const char *role = has_text(spec->role) ? spec->role : aws->role;
    const char *external = has_text(spec->external_id) ? spec->external_id : aws->external_id;
    d->account = memory_string(spec->account);
    d->log_bucket = memory_string(spec->log_bucket);
    d->log_prefix = memory_string(spec->log_prefix);
    d->log_table = log_table_copy(spec->log_table);
    for (size_t i = 0; i < spec->log_groups.count; i++)
        string_list_add(&d->log_groups, spec->log_groups.items[i]);
    if (has_text(role))
        d->role_arn = role_arn(d->session, spec->account, role);
    if (d->role_arn != NULL && has_text(external))
        d->external_id = memory_string(external);
}

struct provider_door *door_open(struct provider_session *s, const struct account_spec *spec,
                                struct error *err)
{
    struct provider_door *d = memory_new(1, sizeof *d);
    d->session = s;
    d->sent = DOOR_READY;
    if (spec != NULL)
        open_account(d, &s->target->aws, spec);
    else if (!open_home(d, &s->target->aws, err)) {
        door_close(d);
        return NULL;
    }
    return d;
}

/* Also where they belonged to credentials that are no more: a key's id need not change with its secret. */
static void forget_keys(struct provider_door *d)
{
    OPENSSL_cleanse(d->keys, sizeof d->keys);
}

struct sigv4_key *door_key(struct provider_door *d, const char *region, const char *service)
{
    unsigned hash = 5381; /* any spread will do: a key that is pushed out is derived again */
    for (const char *c = region; *c != '\0'; c++)
        hash = hash * 33 + (unsigned char)*c;
    for (const char *c = service; *c != '\0'; c++)
        hash = hash * 33 + (unsigned char)*c;
    return &d->keys[hash % DOOR_KEYS];
}

void door_close(struct provider_door *d)
{
    if (d == NULL)
        return;
    if (d->session->asking == d)
        d->session->asking = NULL;
    free(d->account);
    free(d->role_arn);
    free(d->external_id);
    free(d->log_bucket);
    free(d->log_prefix);
    log_table_free(d->log_table);
    string_list_release(&d->log_groups);
    aws_credentials_release(&d->role_credentials);
    forget_keys(d);
    free(d);
}

/* ---- going through ---- */

static enum provider_step fail(struct provider_door *d, const struct error *why)
{
    d->state = DOOR_FAILED;
    d->outcome = why->kind == ERROR_DENIED ? OUTCOME_DENIED : OUTCOME_FAILED;
    if (why != &d->error)
        d->error = *why;
    return PROVIDER_FAILED;
}

static struct sts_endpoint sts_endpoint(const struct provider_door *d)
{
    const struct provider_session *s = d->session;
    return (struct sts_endpoint){ .region = session_region(s),
                                  .url = aws_chain_endpoint_url(s->chain, "STS") };
}

/* "" while nobody has said it: few sources of credentials tell whose they are. */
static const char *own_account(const struct provider_session *s)
{
    const struct aws_credentials *base = aws_chain_credentials(s->chain);
    return base != NULL && base->account_id[0] != '\0' ? base->account_id : s->own_account;
}

/* The scanner's own account is entered with its own credentials, unless the config wants the role there
 * too: a role that its own account trusts is rarely made. */
static bool may_be_own(const struct provider_door *d)
{
    return d->role_arn != NULL && d->account != NULL &&
           d->session->target->aws.self != CONFIG_SELF_ASSUME;
}

static bool uses_role(const struct provider_door *d)
{
    return d->role_arn != NULL &&
           !(may_be_own(d) && strcmp(own_account(d->session), d->account) == 0);
}

static bool is_fresh(const struct aws_credentials *c, int64_t now_unix_s)
{
    return c->access_key_id != NULL &&
           (c->expires_unix_s == 0 || c->expires_unix_s - now_unix_s > DOOR_REFRESH_S);
}

static enum provider_step ask_base(struct provider_door *d, int64_t now, struct http_request *out)
{
    struct provider_session *s = d->session;
    struct error why = ERROR_INIT;
    if (s->asking != NULL && s->asking != d)
        return PROVIDER_WAIT;
    switch (aws_chain_next(s->chain, now, out, &why)) {
    case AWS_CHAIN_REQUEST:
        s->asking = d;
        d->sent = DOOR_BASE;
        return PROVIDER_REQUEST;
    case AWS_CHAIN_FAILED:
        return fail(d, &why);
    case AWS_CHAIN_READY:
        break;
    }
    return PROVIDER_READY;
}

static enum provider_step ask_identity(struct provider_door *d, const struct aws_credentials *whose,
                                       enum door_state what, int64_t now, struct http_request *out)
{
    struct error why = ERROR_INIT;
    struct sts_endpoint endpoint = sts_endpoint(d);
    if (!sts_caller_identity_request(&endpoint, whose, now + d->session->skew_ms / 1000, out, &why))
        return fail(d, &why);
    d->sent = what;
    return PROVIDER_REQUEST;
}

/* Once a session: the others wait. */
static enum provider_step ask_own(struct provider_door *d, int64_t now, struct http_request *out)
{
    enum provider_step step =
        ask_identity(d, aws_chain_credentials(d->session->chain), DOOR_OWN, now, out);
    if (step == PROVIDER_REQUEST)
        d->session->asking = d;
    return step;
}

/* A way in to logs is for them alone: the managed policies list any bucket. */
static bool is_for_logs(const struct provider_door *d)
{
    return d->log_bucket != NULL || d->log_groups.count > 0 || d->log_table != NULL;
}

static char *policy_of_table(const struct provider_door *d, const char *partition,
                             struct error *err)
{
    const struct log_table *t = d->log_table;
    const struct athena_policy p = {
        .partition = partition,
        .region = t->region,
        .account = d->account,
        .workgroup = t->workgroup,
        .catalog = t->catalog,
        .database = t->database,
        .table = t->name,
        .output = t->output,
        .encrypts = t->encrypts,
    };
    return athena_policy(&p, err);
}

/* NULL also where there is none to be sent; an error where one cannot be. */
static char *policy_of(const struct provider_door *d, const char *partition, struct error *err)
{
    if (d->log_table != NULL)
        return policy_of_table(d, partition, err);
    if (d->log_bucket != NULL)
        return session_policy_files(partition, d->log_bucket, d->log_prefix);
    if (d->log_groups.count > 0)
        return session_policy_log_groups(partition, d->account, &d->log_groups);
    return session_policy_inline(&d->session->operations);
}

static enum provider_step ask_role(struct provider_door *d, int64_t now, struct http_request *out)
{
    struct error why = ERROR_INIT;
    char *arns[SESSION_POLICY_ARNS];
    const char *partition = aws_partition_of(session_region(d->session))->id;
    char *policy = policy_of(d, partition, &why);
    if (why.kind != ERROR_NONE)
        return fail(d, &why);
    session_policy_arns(partition, arns);
    struct sts_assume_role_options o = {
        .endpoint = sts_endpoint(d),
        .role_arn = d->role_arn,
        .session_name = SESSION_NAME,
        .external_id = d->external_id,
        .policy_arns = (const char *const *)arns,
        .policy_arn_count = is_for_logs(d) ? 0 : SESSION_POLICY_ARNS,
        .policy_json = policy,
    };
    bool ok = sts_assume_role_request(&o, aws_chain_credentials(d->session->chain),
                                      now + d->session->skew_ms / 1000, out, &why);
    for (int i = 0; i < SESSION_POLICY_ARNS; i++)
        free(arns[i]);
    free(policy);
    if (!ok)
        return fail(d, &why);
    d->sent = DOOR_ASSUME;
    return PROVIDER_REQUEST;
}

/* What is missing once the session's own credentials are there. */
static enum provider_step ask_rest(struct provider_door *d, int64_t now, struct http_request *out)
{
    if (may_be_own(d) && own_account(d->session)[0] == '\0')
        return ask_own(d, now, out);
    if (uses_role(d) && !is_fresh(&d->role_credentials, now))
        return ask_role(d, now, out);
    if (d->proven[0] == '\0')
        return ask_identity(
            d, uses_role(d) ? &d->role_credentials : aws_chain_credentials(d->session->chain),
            DOOR_IDENTITY, now, out);
    return PROVIDER_READY;
}

enum provider_step door_next(struct provider_door *d, int64_t now_unix_s, struct http_request *out,
                             enum outcome *out_outcome, struct error *err)
{
    enum provider_step step = PROVIDER_READY;
    if (d->state == DOOR_FAILED)
        step = PROVIDER_FAILED;
    else if (d->state == DOOR_READY && door_credentials(d, now_unix_s) != NULL)
        return PROVIDER_READY;
    else
        step = ask_base(d, now_unix_s, out);
    if (step == PROVIDER_READY)
        step = ask_rest(d, now_unix_s, out);
    if (step == PROVIDER_READY)
        d->state = DOOR_READY;
    if (step == PROVIDER_FAILED) {
        *out_outcome = d->outcome;
        *err = d->error;
    }
    return step;
}

/* "arn:aws-cn:sts::…" says which partition this is. */
static void note_partition(struct provider_door *d, const char *arn)
{
    struct text rest = text_of(arn);
    text_cut(&rest, ':');
    struct text partition = text_cut(&rest, ':');
    snprintf(d->partition, sizeof d->partition, "%.*s", (int)partition.len, partition.data);
}

static void accept_identity(struct provider_door *d, const struct http_response *response)
{
    struct error why = ERROR_INIT;
    struct sts_identity identity = { { 0 }, NULL };
    if (!sts_caller_identity_accept(response, &identity, &why)) {
        fail(d, &why);
        return;
    }
    if (d->account != NULL && strcmp(d->account, identity.account) != 0) {
        error_set(&why, ERROR_CONFIG,
                  "the credentials belong to account %s (%s), not to %s: check role and profile",
                  identity.account, identity.arn, d->account);
        fail(d, &why);
    } else {
        snprintf(d->proven, sizeof d->proven, "%s", identity.account);
        note_partition(d, identity.arn);
    }
    sts_identity_release(&identity);
}

static void accept_own(struct provider_door *d, const struct http_response *response)
{
    struct error why = ERROR_INIT;
    struct sts_identity identity = { { 0 }, NULL };
    d->session->asking = NULL;
    if (sts_caller_identity_accept(response, &identity, &why))
        memcpy(d->session->own_account, identity.account, sizeof identity.account);
    else
        fail(d, &why);
    sts_identity_release(&identity);
}

static void accept_role(struct provider_door *d, int64_t now, const struct http_response *response)
{
    struct error why = ERROR_INIT;
    forget_keys(d);
    if (!sts_assume_role_accept(response, &d->role_credentials, &why)) {
        error_prefix(&why, "%s", d->role_arn);
        fail(d, &why);
    } else if (!is_fresh(&d->role_credentials, now)) { /* they would be asked for without end */
        error_set(
            &why, ERROR_DENIED,
            "%s: sts gave credentials that have expired or are about to: check this machine's "
            "clock",
            d->role_arn);
        fail(d, &why);
    }
}

void door_accept(struct provider_door *d, int64_t now_unix_s, const struct http_response *response)
{
    enum door_state sent = d->sent;
    struct error why = ERROR_INIT;
    d->sent = DOOR_READY;
    if (sent == DOOR_BASE) {
        d->session->asking = NULL;
        /* A failure shows at the next aws_chain_next(), which knows whether older ones still serve. */
        aws_chain_accept(d->session->chain, now_unix_s, response, &why);
    } else if (sent == DOOR_OWN) {
        accept_own(d, response);
    } else if (sent == DOOR_ASSUME) {
        accept_role(d, now_unix_s, response);
    } else if (sent == DOOR_IDENTITY) {
        accept_identity(d, response);
    }
}

enum http_verdict door_classify(struct provider_door *d, const struct http_response *response,
                                int64_t *out_wait_ms, struct error *err)
{
    (void)out_wait_ms;
    (void)err;
    return d->sent == DOOR_BASE ? aws_chain_classify(d->session->chain, response)
                                : sts_classify(response);
}

void door_expire(struct provider_door *d)
{
    forget_keys(d);
    if (uses_role(d)) {
        aws_credentials_release(&d->role_credentials);
    } else {
        const struct aws_credentials *base = aws_chain_credentials(d->session->chain);
        aws_chain_invalidate(d->session->chain, base == NULL ? NULL : base->access_key_id);
    }
    if (d->state == DOOR_READY)
        d->state = DOOR_BASE;
}

const struct aws_credentials *door_credentials(const struct provider_door *d, int64_t now_unix_s)
{
    if (d->state != DOOR_READY)
        return NULL;
    if (uses_role(d))
        return is_fresh(&d->role_credentials, now_unix_s) ? &d->role_credentials : NULL;
    return aws_chain_stale(d->session->chain, now_unix_s)
               ? NULL
               : aws_chain_credentials(d->session->chain);
}

const char *door_account(const struct provider_door *d)
{
    return d->proven;
}

const char *door_partition(const struct provider_door *d)
{
    return d->partition;
}

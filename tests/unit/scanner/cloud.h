#ifndef TESTS_UNIT_SCANNER_CLOUD_H
#define TESTS_UNIT_SCANNER_CLOUD_H

#include "core/base/encode.h"
#include "core/config.h"
#include "core/decode/json.h"
#include "core/decode/json_write.h"
#include "providers/provider.h"
#include "tests/unit/core/http/script.h"

#include <json-c/json.h>

/*
 * A cloud in memory: a provider, and what its servers answer, over a scripted transport. Every request is
 * known by a line, which goes into the journal:
 *   "sts base"                        the session's own credentials; other doors wait meanwhile
 *   "sts assume ACCOUNT"              one door's
 *   "ACCOUNT REGION OPERATION {…}"    a call with its arguments
 * and answered by the first rule whose glob matches the line; what no rule knows is an empty list. A good
 * answer is lines: "i JSON" an item, "r JSON" the rest, "n TOKEN" another page follows, "." the end,
 * without which it was cut short. Any other status has its error code for a body.
 */
enum { CLOUD_LATER_MS = 4000 }; /* the pause that "Later" asks for */

struct cloud_rule {
    const char *glob;
    struct script_answer answer;
    bool once, used;
};

struct cloud {
    struct script script;
    struct cloud_rule rules[64];
    size_t rule_count;
    struct string_list journal;
    char host[64];         /* of the last request: the service it went to */
    int tokens;            /* given out so far */
    int refused_up_to;     /* tokens that the servers call expired */
    int64_t token_life_s;  /* as the doors know it; 0: for ever */
    bool regions_unknown;  /* the cloud has no list of regions */
    bool doors_jammed;     /* a door always wants one request more */
    const char *own_account, *discovery_role;
};

struct provider_session {
    struct cloud *cloud;
    bool base;                    /* has its own credentials */
    struct provider_door *asking; /* for them */
    const char *lists[8];         /* of discovery; accounts or units may add some */
    size_t list_count, next_list;
    enum provider_accounts accounts;
    const struct config_account *named; /* by the config */
    size_t named_count;
    size_t bulk_lists; /* lists over many accounts: "ListAll" with {"List": N} */
    bool bulk_apart;   /* each list is of one type: in turn */
    const char *bulk_account; /* they are about this one alone; NULL: about all */
};

struct provider_door {
    struct provider_session *session;
    char *account; /* NULL: the session's own */
    int token;     /* 0: none */
    int64_t until_s;
    bool failed, opened;
    enum outcome outcome;
    struct error error;
};

/* ---- the servers ---- */

static inline void cloud_rule(struct cloud *c, bool once, const char *glob, struct script_answer answer)
{
    assert_in_range(c->rule_count, 0, sizeof c->rules / sizeof *c->rules - 1);
    if (answer.after_ms == 0)
        answer.after_ms = 10;
    c->rules[c->rule_count++] = (struct cloud_rule){ glob, answer, once, false };
}

/* From now on, before older rules. */
static inline void cloud_on(struct cloud *c, const char *glob, int status, const char *body)
{
    cloud_rule(c, false, glob, (struct script_answer){ .status = status, .body = body });
}

/* For one request, in the order of the calls of this, before all other rules. */
static inline void cloud_once(struct cloud *c, const char *glob, int status, const char *body)
{
    cloud_rule(c, true, glob, (struct script_answer){ .status = status, .body = body });
}

/* One request is answered so much, then the connection breaks. */
static inline void cloud_breaks(struct cloud *c, const char *glob, const char *body)
{
    cloud_rule(c, true, glob,
               (struct script_answer){ .status = 200, .body = body, .message = "reset by peer",
                                       .transport = HTTP_TRANSPORT_BROKEN });
}

static inline size_t cloud_count(const struct cloud *c, const char *glob)
{
    size_t count = 0;
    for (size_t i = 0; i < c->journal.count; i++)
        count += text_glob(glob, c->journal.items[i]);
    return count;
}

static inline struct cloud_rule *cloud_find(struct cloud *c, const char *line)
{
    for (size_t i = 0; i < c->rule_count; i++)
        if (c->rules[i].once && !c->rules[i].used && text_glob(c->rules[i].glob, line))
            return &c->rules[i];
    for (size_t i = c->rule_count; i-- > 0;)
        if (!c->rules[i].once && text_glob(c->rules[i].glob, line))
            return &c->rules[i];
    return NULL;
}

static inline struct script_answer cloud_serve(void *ctx, const struct http_exchange *x)
{
    struct cloud *c = ctx;
    const char *line = http_headers_get(&x->request->headers, "X-Call");
    const char *token = http_headers_get(&x->request->headers, "X-Token");
    int64_t number = INT64_MAX;
    assert_non_null(line);
    (void)snprintf(c->host, sizeof c->host, "%s", x->request->host);
    assert_true(token == NULL ? text_starts_with(text_of(line), "sts ")
                              : text_to_int64(text_of(token), &number));
    string_list_add(&c->journal, line);
    if (number <= c->refused_up_to)
        return (struct script_answer){ .after_ms = 10, .status = 401, .body = "Expired" };
    struct cloud_rule *rule = cloud_find(c, line);
    if (rule == NULL)
        return (struct script_answer){ .after_ms = 10, .status = 200, .body = ".\n" };
    rule->used = true;
    return rule->answer;
}

static inline void cloud_init(struct cloud *c)
{
    *c = (struct cloud){ .own_account = "999" };
    script_init(&c->script, cloud_serve, c);
}

static inline void cloud_release(struct cloud *c)
{
    string_list_release(&c->journal);
}

static inline enum http_verdict cloud_verdict(const char *code)
{
    static const struct {
        const char *code;
        enum http_verdict verdict;
    } verdicts[] = {
        { "Slow", HTTP_VERDICT_THROTTLED },   { "Busy", HTTP_VERDICT_RETRY },
        { "Expired", HTTP_VERDICT_REFRESH },  { "Denied", HTTP_VERDICT_DENIED },
        { "Blocked", HTTP_VERDICT_BLOCKED },  { "Off", HTTP_VERDICT_DISABLED },
        { "NoSuchLid", HTTP_VERDICT_ABSENT }, { "Later", HTTP_VERDICT_THROTTLED },
    };
    for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++)
        if (strcmp(verdicts[i].code, code) == 0)
            return verdicts[i].verdict;
    return HTTP_VERDICT_FATAL;
}

static inline void cloud_read_error(const struct http_response *response, struct provider_reading *out)
{
    *out = (struct provider_reading){ .verdict = HTTP_VERDICT_OK };
    if (response->status >= 200 && response->status < 300)
        return;
    (void)snprintf(out->code, sizeof out->code, "%.*s", (int)response->body.len,
                   response->body.len == 0 ? "" : response->body.data);
    out->verdict = cloud_verdict(out->code);
    if (strcmp(out->code, "Blocked") == 0)
        (void)snprintf(out->note, sizeof out->note, "refusal 7");
    out->wait_ms = strcmp(out->code, "Later") == 0 ? CLOUD_LATER_MS : 0;
    error_set(&out->error, ERROR_DENIED, "the cloud says %s", out->code);
}

/* ---- doors ---- */

static inline bool cloud_request(const char *host, const char *line, struct http_request *out, struct error *err)
{
    char *url = memory_format("https://%s.cloud/", host);
    out->method = memory_string("GET");
    bool ok = http_request_set_url(out, text_of(url), err) &&
              http_headers_set(&out->headers, "X-Call", text_of(line), err);
    free(url);
    return ok;
}

static inline struct provider_door *cloud_door_open(struct provider_session *s, const struct account_spec *spec,
                                                    struct error *err)
{
    const char *role = spec == NULL ? s->cloud->discovery_role : spec->role;
    if (role != NULL && strcmp(role, "unusable") == 0) {
        error_set(err, ERROR_CONFIG, "the role is unusable");
        return NULL;
    }
    struct provider_door *d = memory_new(1, sizeof *d);
    d->session = s;
    d->account = spec == NULL ? NULL : memory_string(spec->account);
    return d;
}

static inline void cloud_door_close(struct provider_door *d)
{
    assert_ptr_not_equal(d->session->asking, d); /* its request is not under way */
    free(d->account);
    free(d);
}

static inline const char *cloud_door_account(const struct provider_door *d)
{
    assert_true(d->opened);
    return d->account == NULL ? d->session->cloud->own_account : d->account;
}

static inline const char *cloud_door_partition(const struct provider_door *d)
{
    (void)d;
    return "sky";
}

static inline enum provider_step cloud_door_next(struct provider_door *d, int64_t now_unix_s,
                                                 struct http_request *out, enum outcome *out_outcome,
                                                 struct error *err)
{
    struct provider_session *s = d->session;
    if (d->failed) {
        *out_outcome = d->outcome;
        *err = d->error;
        return PROVIDER_FAILED;
    }
    if (!s->base && s->asking != NULL && s->asking != d)
        return PROVIDER_WAIT;
    if (s->base && d->token != 0 && (d->until_s == 0 || d->until_s > now_unix_s)) {
        d->opened = true;
        return PROVIDER_READY;
    }
    char *line = memory_format("sts assume %s", d->account == NULL ? s->cloud->own_account : d->account);
    assert_true(cloud_request("sts", s->base ? line : "sts base", out, err));
    free(line);
    if (!s->base)
        s->asking = d;
    return PROVIDER_REQUEST;
}

static inline void cloud_door_accept(struct provider_door *d, int64_t now_unix_s,
                                     const struct http_response *response)
{
    struct cloud *c = d->session->cloud;
    struct provider_reading reading;
    bool for_base = d->session->asking == d;
    if (for_base)
        d->session->asking = NULL;
    cloud_read_error(response, &reading);
    if (response->transport != HTTP_TRANSPORT_OK)
        error_set(&reading.error, ERROR_NETWORK, "%s", response->message);
    if (reading.error.kind != ERROR_NONE) {
        d->failed = true;
        d->outcome = response->status == 403 ? OUTCOME_DENIED : OUTCOME_FAILED;
        d->error = reading.error;
    } else if (for_base) {
        d->session->base = true;
    } else if (!c->doors_jammed) {
        d->token = ++c->tokens;
        d->until_s = c->token_life_s == 0 ? 0 : now_unix_s + c->token_life_s;
    }
}

static inline enum http_verdict cloud_door_classify(struct provider_door *d, const struct http_response *response,
                                                    int64_t *out_wait_ms, struct error *err)
{
    struct provider_reading reading;
    (void)d;
    (void)out_wait_ms;
    cloud_read_error(response, &reading);
    *err = reading.error;
    return reading.verdict;
}

static inline void cloud_door_expire(struct provider_door *d)
{
    d->token = 0;
}

/* ---- calls ---- */

static inline char *cloud_line(struct provider_door *d, const struct provider_call *call)
{
    struct buffer arguments;
    buffer_init(&arguments, 4096);
    json_write_plain(call->arguments, &arguments);
    char *line = memory_format("%s %s %s %s", cloud_door_account(d), call->region, call->operation,
                               buffer_string(&arguments));
    buffer_release(&arguments);
    return line;
}

static inline bool cloud_call_request(struct provider_door *d, const struct provider_call *call,
                                      struct http_request *out, struct error *err)
{
    if (strcmp(call->region, "nowhere") == 0)
        return error_set(err, ERROR_DATA, "there is no region nowhere");
    char *line = cloud_line(d, call);
    bool ok = cloud_request(call->service, line, out, err);
    free(line);
    return ok;
}

static inline enum http_verdict cloud_authorize(struct provider_door *d, const struct provider_call *call,
                                                int64_t now_unix_s, struct http_request *request, struct error *err)
{
    char token[24];
    (void)call;
    if (d->until_s != 0 && d->until_s <= now_unix_s) {
        error_set(err, ERROR_DENIED, "the credentials are over");
        return HTTP_VERDICT_REFRESH;
    }
    (void)snprintf(token, sizeof token, "%d", d->token);
    return http_headers_set(&request->headers, "X-Token", text_of(token), err) ? HTTP_VERDICT_OK
                                                                               : HTTP_VERDICT_FATAL;
}

static inline void cloud_classify(struct provider_door *d, const struct provider_call *call, int64_t now_unix_s,
                                  const struct http_response *response, struct provider_reading *out)
{
    (void)d;
    (void)call;
    (void)now_unix_s;
    cloud_read_error(response, out);
}

#endif

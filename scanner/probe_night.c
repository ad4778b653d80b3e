#include "scanner/probe_night.h"

#include "core/base/digest.h"
#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "core/decode/json_write.h"
#include "core/store/evidence.h"
#include "scanner/probe_targets.h"
#include "scanner/probe_vantage.h"
#include "scanner/publish.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { BODY_MAX = 64 * 1024, KNOWN_MAX = 1000 };

#define USER_AGENT "yomawari-probe/" YOMAWARI_VERSION
#define ASKED "address and port, one connection each, 1"

struct probing {
    const struct workspace *w;
    const struct probe_night_options *o;
    struct store *store;
    struct store_run run;
    struct probe_targets targets;
    struct json_object **answers; /* beside targets; NULL of what could not be asked */
    char *vantage;
    int64_t at_unix_s;
    size_t open, unasked;
};

/* ---- may it be asked from here, and now ---- */

static bool check_age(struct probing *p, struct error *err)
{
    struct store_run last;
    if (!store_run_find(p->store, NULL, &last, NULL, err) ||
        !probe_targets_scan(p->store, "published", &last, err))
        return false;
    int64_t hours = (p->at_unix_s - last.started_unix_s) / 3600;
    if (last.id == 0)
        return error_set(err, ERROR_USAGE, "there was no scan without filters yet: scan first");
    return hours < PROBE_RUN_AGE_MAX_H ||
           error_set(
               err, ERROR_USAGE,
               "the last scan without filters, %s, is %lld hours old, and addresses move: scan first",
               last.name, (long long)hours);
}

/* To begin a run would abandon it, and its half of a night come out as the probe's. */
static bool check_unfinished(struct probing *p, struct error *err)
{
    struct store_run cut;
    return probe_targets_scan(p->store, "walking", &cut, err) &&
           (cut.id == 0 ||
            error_set(err, ERROR_USAGE,
                      "the scan %s was cut short: end it with `scan --resume`, or scan anew, first",
                      cut.name));
}

static bool check_vantage(struct probing *p, struct error *err)
{
    struct string_list own = { NULL, 0 };
    const char *held = NULL;
    probe_vantage_addresses(&own);
    bool ok = p->o->from_inside || probe_targets_held(p->store, &own, &held, err);
    if (held != NULL)
        error_set(
            err, ERROR_USAGE,
            "this machine has the address %s, which is one of the estate's: what answers here says little of the"
            " internet. Probe from elsewhere, or say --from-inside",
            held);
    string_list_release(&own);
    return ok && held == NULL;
}

/* ---- asking ---- */

static void add_ports(struct json_object *out, struct json_object *ports)
{
    for (size_t i = 0; ports != NULL && i < json_object_array_length(ports) &&
                       json_object_array_length(out) < KNOWN_MAX;
         i++)
        json_object_array_add(out, json_object_get(json_object_array_get_idx(ports, i)));
}

/* Ports of a known use, by the settings that checks have of them. */
static struct json_object *known_ports(const struct workspace *w)
{
    static const char *const params[] = { "admin_ports", "data_ports", "web_ports",
                                          "expected_public" };
    struct json_object *out = json_object_new_array();
    for (size_t i = 0; i < sizeof params / sizeof *params; i++)
        add_ports(out,
                  json_object_object_get(catalog_param(w->catalog, params[i], w->settings), "tcp"));
    return out;
}

static struct json_object *body_of(const struct probing *p, const struct probe_target *t,
                                   struct json_object *answer)
{
    char at[TIMESTAMP_MAX];
    struct json_object *o = json_object_new_object();
    timestamp_iso(p->at_unix_s, at);
    json_object_object_add(o, "Address", json_object_new_string(t->address));
    json_object_object_add(o, "Port", json_object_new_int(t->port));
    json_object_object_add(o, "Answer", answer);
    json_object_object_add(o, "At", json_object_new_string(at));
    json_object_object_add(o, "Vantage", json_object_new_string(p->vantage));
    return o;
}

static void take_answer(void *ctx, size_t question, const struct probe_answer *answer)
{
    struct probing *p = ctx;
    const struct probe_target *t = &p->targets.items[question];
    char *words = probe_answer_words(answer);
    if (answer->state == PROBE_UNASKED)
        p->unasked++;
    else
        p->answers[question] = probe_answer_json(answer);
    p->open += answer->state == PROBE_OPEN;
    fprintf(p->o->out, "%s port %d: %s\n", t->address, t->port, words);
    free(words);
}

static bool ask(struct probing *p, struct error *err)
{
    const struct probe_options options = {
        .clock = p->o->clock,
        .at_once = p->w->config->probe.at_once,
        .per_second = p->w->config->probe.per_second,
        .user_agent = USER_AGENT,
        .interrupted = p->o->interrupted,
        .interrupted_ctx = p->o->interrupted_ctx,
    };
    struct probe_question *questions = memory_new(p->targets.count, sizeof *questions);
    p->answers = memory_new(p->targets.count, sizeof *p->answers);
    for (size_t i = 0; i < p->targets.count; i++)
        questions[i] =
            (struct probe_question){ p->targets.items[i].address, p->targets.items[i].port };
    bool ok = probe_ask(&options, questions, p->targets.count, take_answer, p, err);
    free(questions);
    return ok;
}

/* ---- keeping ---- */

static bool find_provider(void *ctx, const struct store_account *a)
{
    struct store_account *wanted = ctx;
    if (a->id != wanted->id)
        return true;
    wanted->provider = memory_string(a->provider);
    return false;
}

/* The evidence of an account, by the name of its cloud; free(). NULL with an error. */
static char *type_of(struct probing *p, int64_t account, struct error *err)
{
    struct store_account wanted = { .id = account };
    char *type = NULL;
    if (!store_accounts_each(p->store, NULL, find_provider, &wanted, err))
        return NULL;
    if (wanted.provider != NULL)
        type = memory_format("%s_probe_answer", wanted.provider);
    if (type == NULL || resource_types_find(p->w->types, type) == NULL)
        error_set(err, ERROR_INTERNAL, "there is no type for what account %lld answers",
                  (long long)account);
    free(wanted.provider);
    return type;
}

static bool put_answer(struct probing *p, struct store_scope *scope, size_t index,
                       struct error *err)
{
    const struct probe_target *t = &p->targets.items[index];
    unsigned char digest[DIGEST_BYTES];
    struct buffer text;
    if (p->answers[index] == NULL)
        return true; /* that it could not be asked is no answer, and takes no earlier one's place */
    buffer_init(&text, BODY_MAX);
    json_write_canonical(p->answers[index], &text);
    digest_sha256(buffer_text(&text), digest); /* neither when nor from where */
    buffer_clear(&text);
    struct json_object *body = body_of(p, t, json_object_get(p->answers[index]));
    char *id = memory_format("%s port %d", t->address, t->port);
    json_write_canonical(body, &text);
    const struct evidence_event event = { id, p->at_unix_s, buffer_string(&text), digest };
    bool ok = evidence_put(p->store, scope, NULL, &event, err);
    free(id);
    json_object_put(body);
    buffer_release(&text);
    return ok;
}

/* From `first` on those of one account; *out_next is the next account's first. */
static bool keep_account(struct probing *p, size_t first, size_t *out_next, struct error *err)
{
    int64_t account = p->targets.items[first].account, since = 0;
    unsigned char asked[DIGEST_BYTES];
    char *type = type_of(p, account, err);
    if (type == NULL)
        return false;
    digest_sha256(TEXT_LITERAL(ASKED), asked);
    const struct resource_type *known = resource_types_find(p->w->types, type);
    struct store_scope *scope =
        known == NULL
            ? NULL
            : store_scope_begin(p->store, &p->run, account, "global", type, known->service, err);
    free(type);
    if (scope == NULL)
        return false;
    const struct evidence_reading reading = { known->window_s, asked };
    bool ok = evidence_begin(p->store, scope, &reading, &since, err);
    size_t i = first;
    for (; ok && i < p->targets.count && p->targets.items[i].account == account; i++)
        ok = put_answer(p, scope, i, err);
    *out_next = i;
    if (ok)
        return store_scope_end(p->store, scope, OUTCOME_COMPLETE, "", err);
    store_scope_abandon(scope);
    return false;
}

static bool keep(struct probing *p, struct error *err)
{
    char checks[DIGEST_HEX_MAX];
    catalog_digest(p->w->catalog, p->w->settings, checks);
    const struct store_run_options options = {
        .now_unix_s = p->at_unix_s,
        .tool_version = YOMAWARI_VERSION,
        .config_digest = p->w->config->digest,
        .checks_digest = checks,
        .filtered = true,
    };
    bool ok = store_run_begin(p->store, &options, &p->run, err);
    for (size_t i = 0; ok && i < p->targets.count;)
        ok = keep_account(p, i, &i, err);
    return ok;
}

/* ---- the whole ---- */

static struct json_object *for_machines(const struct probing *p)
{
    struct json_object *o = json_object_new_object();
    json_object_object_add(o, "ports_asked", json_object_new_uint64(p->targets.count));
    json_object_object_add(o, "ports_open", json_object_new_uint64(p->open));
    json_object_object_add(o, "ports_unasked", json_object_new_uint64(p->unasked));
    json_object_object_add(o, "ports_left_out", json_object_new_uint64(p->targets.left_out));
    json_object_object_add(o, "addresses_not_ours", json_object_new_uint64(p->targets.not_ours));
    json_object_object_add(o, "vantage", json_object_new_string(p->vantage));
    return o;
}

static bool publish(struct probing *p, int *out_status, struct error *err)
{
    struct json_object *facts = json_object_new_object();
    const struct scan_options options = { .clock = p->o->clock,
                                          .log = p->o->log,
                                          .out = p->o->out,
                                          .detailed_exitcode = p->o->detailed_exitcode };
    json_object_object_add(facts, "probe", for_machines(p));
    bool ok = publish_run(p->w, &options, p->store, &p->run, err) &&
              publish_sheets(p->w, &options, p->store, &p->run, facts, out_status, err);
    json_object_put(facts);
    return ok;
}

static void say_what_is_left(const struct probing *p)
{
    if (p->targets.not_ours > 0)
        log_say(p->o->log, LOG_WARNING, "probe_not_ours", NULL,
                "%zu addresses were not asked: nothing that the last run saw holds them",
                p->targets.not_ours);
    if (p->targets.left_out > 0)
        log_say(p->o->log, LOG_WARNING, "probe_left_out", NULL,
                "%zu ports beyond the first %d were not asked", p->targets.left_out,
                PROBE_QUESTIONS_MAX);
}

static bool probe(struct probing *p, int *out_status, struct error *err)
{
    struct json_object *known = known_ports(p->w);
    bool ok = check_age(p, err) && check_unfinished(p, err) && check_vantage(p, err) &&
              probe_targets_read(p->store, known, &p->targets, err);
    json_object_put(known);
    if (!ok)
        return false;
    say_what_is_left(p);
    if (p->targets.count == 0) {
        fprintf(p->o->out,
                "nothing to ask: no finding of the last run calls an address reachable\n");
        return true;
    }
    if (!ask(p, err))
        return false;
    if (p->unasked > 0)
        log_say(p->o->log, LOG_WARNING, "probe_unasked", NULL,
                "%zu ports could not be asked from here: what was heard of them before stands",
                p->unasked);
    return keep(p, err) && publish(p, out_status, err);
}

static void close_all(struct probing *p)
{
    for (size_t i = 0; p->answers != NULL && i < p->targets.count; i++)
        json_object_put(p->answers[i]);
    free(p->answers);
    free(p->vantage);
    probe_targets_release(&p->targets);
    store_close(p->store);
}

bool probe_night(const struct workspace *w, const struct probe_night_options *o, int *out_status,
                 struct error *err)
{
    struct probing p = { .w = w, .o = o, .at_unix_s = clock_wall_s(&o->clock) };
    *out_status = 0;
    if (!w->config->probe.enabled)
        return error_set(
            err, ERROR_USAGE,
            "probing is off: it connects to your own public addresses. Switch it on with"
            " `probe: {enabled: true}` in %s",
            w->config->file == NULL ? WORKSPACE_CONFIG : w->config->file);
    p.vantage = w->config->probe.vantage == NULL ? probe_vantage_name()
                                                 : memory_string(w->config->probe.vantage);
    p.store = store_open(w->config->state, STORE_WRITE, p.at_unix_s, err);
    bool ok = p.store != NULL && probe(&p, out_status, err);
    close_all(&p);
    return ok;
}

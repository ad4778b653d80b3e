#include "scanner/probing/probe_keep.h"

#include "core/base/buffer.h"
#include "core/base/digest.h"
#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "core/decode/json_write.h"
#include "core/store/evidence.h"

#include <json-c/json.h>
#include <stdlib.h>

enum { BODY_MAX = 64 * 1024, REASON_MAX = 160 };

#define ASKED "address and port, one connection each, 1"

struct keeping {
    const struct workspace *w;
    struct store *store;
    const struct probe_heard *heard;
    struct store_run run;
};

/* ---- an answer ---- */

static struct json_object *body_of(const struct keeping *k, const struct probe_target *t,
                                   struct json_object *answer)
{
    char at[TIMESTAMP_MAX];
    struct json_object *o = json_object_new_object();
    timestamp_iso(k->heard->at_unix_s, at);
    json_object_object_add(o, "Address", json_object_new_string(t->address));
    json_object_object_add(o, "Port", json_object_new_int(t->port));
    json_object_object_add(o, "Answer", answer);
    json_object_object_add(o, "At", json_object_new_string(at));
    json_object_object_add(o, "Vantage", json_object_new_string(k->heard->vantage));
    json_object_object_add(o, "Run", json_object_new_string(k->heard->planned));
    return o;
}

static bool find_provider(void *ctx, const struct store_account *a)
{
    struct store_account *wanted = ctx;
    if (a->id != wanted->id)
        return true;
    wanted->provider = memory_string(a->provider);
    return false;
}

/* The evidence of an account, by the name of its cloud; free(). NULL with an error. */
static char *type_of(struct keeping *k, int64_t account, struct error *err)
{
    struct store_account wanted = { .id = account };
    char *type = NULL;
    if (!store_accounts_each(k->store, NULL, find_provider, &wanted, err))
        return NULL;
    if (wanted.provider != NULL)
        type = memory_format("%s_probe_answer", wanted.provider);
    if (type == NULL || resource_types_find(k->w->types, type) == NULL)
        error_set(err, ERROR_INTERNAL, "there is no type for what account %lld answers",
                  (long long)account);
    free(wanted.provider);
    return type;
}

static bool put_answer(struct keeping *k, struct store_scope *scope, size_t index,
                       struct error *err)
{
    const struct probe_target *t = &k->heard->targets.items[index];
    unsigned char digest[DIGEST_BYTES];
    struct buffer text;
    if (k->heard->answers[index] == NULL)
        return true; /* that it could not be asked is no answer, and takes no earlier one's place */
    buffer_init(&text, BODY_MAX);
    json_write_canonical(k->heard->answers[index], &text);
    digest_sha256(buffer_text(&text), digest); /* neither when nor from where */
    buffer_clear(&text);
    struct json_object *body = body_of(k, t, json_object_get(k->heard->answers[index]));
    char *id = probe_targets_event(t);
    json_write_canonical(body, &text);
    const struct evidence_event event = { id, k->heard->at_unix_s, buffer_string(&text), digest };
    bool ok = evidence_put(k->store, scope, NULL, &event, err);
    free(id);
    json_object_put(body);
    buffer_release(&text);
    return ok;
}

/* Of one account: [first, next) of the targets that were asked, and how many were not. */
struct share {
    int64_t account;
    size_t first, next;
    size_t waiting, unasked;
};

/* The account that comes next, whose targets begin at *asked and *waiting, which move on; false: none is left. */
static bool next_share(const struct probe_heard *h, size_t *asked, size_t *waiting,
                       struct share *out)
{
    const struct probe_targets *t = &h->targets;
    const struct probe_target *a = t->items, *w = t->items + t->count;
    bool more_asked = *asked < t->count, more_waiting = *waiting < t->waiting;
    if (!more_asked && !more_waiting)
        return false;
    *out = (struct share){ .first = *asked };
    out->account = !more_waiting || (more_asked && a[*asked].account < w[*waiting].account)
                       ? a[*asked].account
                       : w[*waiting].account;
    for (; *asked < t->count && a[*asked].account == out->account; ++*asked)
        out->unasked += h->answers[*asked] == NULL;
    for (; *waiting < t->waiting && w[*waiting].account == out->account; ++*waiting)
        out->waiting++;
    out->next = *asked;
    return true;
}

/* What was not asked is no failure of anybody's, and said all the same. */
static bool end_scope(struct keeping *k, struct store_scope *scope, const struct share *s,
                      struct error *err)
{
    struct buffer reason;
    size_t all = s->next - s->first + s->waiting;
    if (s->waiting == 0 && s->unasked == 0)
        return store_scope_end(k->store, scope, OUTCOME_COMPLETE, "", err);
    buffer_init(&reason, REASON_MAX);
    if (s->unasked > 0)
        buffer_append_format(&reason, "%zu of %zu ports could not be asked from here", s->unasked,
                             all);
    if (s->waiting > 0)
        buffer_append_format(&reason, "%s%zu of %zu ports wait for their turn in a later probe",
                             s->unasked > 0 ? "; " : "", s->waiting, all);
    bool ok = store_scope_end(k->store, scope, OUTCOME_SKIPPED, buffer_string(&reason), err);
    buffer_release(&reason);
    return ok;
}

static bool keep_share(struct keeping *k, const struct share *s, struct error *err)
{
    int64_t since = 0;
    unsigned char asked[DIGEST_BYTES];
    char *type = type_of(k, s->account, err);
    if (type == NULL)
        return false;
    digest_sha256(TEXT_LITERAL(ASKED), asked);
    const struct resource_type *known = resource_types_find(k->w->types, type);
    struct store_scope *scope =
        known == NULL
            ? NULL
            : store_scope_begin(k->store, &k->run, s->account, "global", type, known->service, err);
    free(type);
    if (scope == NULL)
        return false;
    const struct evidence_reading reading = { known->window_s, asked };
    bool ok = evidence_begin(k->store, scope, &reading, &since, err);
    for (size_t i = s->first; ok && i < s->next; i++)
        ok = put_answer(k, scope, i, err);
    if (ok)
        return end_scope(k, scope, s, err);
    store_scope_abandon(scope);
    return false;
}

bool probe_keep(const struct workspace *w, struct store *s, const struct probe_heard *h,
                struct store_run *out_run, struct error *err)
{
    struct keeping k = { .w = w, .store = s, .heard = h };
    char checks[DIGEST_HEX_MAX];
    catalog_digest(w->catalog, w->settings, checks);
    const struct store_run_options options = {
        .now_unix_s = h->at_unix_s,
        .tool_version = YOMAWARI_VERSION,
        .config_digest = w->config->digest,
        .checks_digest = checks,
        .filtered = true,
    };
    size_t asked = 0, waiting = 0;
    struct share share;
    bool ok = store_run_begin(s, &options, &k.run, err);
    while (ok && next_share(h, &asked, &waiting, &share))
        ok = keep_share(&k, &share, err);
    if (ok)
        *out_run = k.run;
    return ok;
}

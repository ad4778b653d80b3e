#include "checks/plugins/outbound_dns/outbound_dns_rows.h"

#include "checks/plugins/outbound_dns/outbound_dns_words.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/decode/json.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { VOLUME_BYTES = 10000000, VOLUME_FLOWS = 20000 }; /* where the check has no setting `dns` */

/* All talks of one host in one network. */
struct group {
    struct outbound_dns_talk *talks;
    size_t count;
    size_t roots;     /* servers of the root that answered it */
    size_t strangers; /* unknown name servers of which there is no more to say than that */
    bool controlled;  /* something in it is under command of somebody else, says GuardDuty ... */
    int64_t controlled_unix_s; /* ... and when last */
};

/* ---- what each destination is ---- */

/* Port 443 of an address that nobody knows as a resolver is the web, unless GuardDuty says otherwise. */
static bool is_of_no_interest(const struct outbound_dns_talk *t)
{
    if (t->alert_severity != NULL)
        return false;
    return t->is.kind == DNS_EXPECTED || t->is.kind == DNS_PRIVATE ||
           (t->transport == OUTBOUND_DNS_HTTPS && t->is.kind != DNS_PUBLIC && t->alerts.count == 0);
}

static bool take_holder(void *ctx, const struct check_holder *h, struct error *err)
{
    struct outbound_dns_talk *t = ctx;
    (void)err;
    if (h->then && t->holder == NULL)
        t->holder = memory_format("%s (%s)", h->parent != NULL ? h->parent : h->id, h->account);
    return true;
}

static bool look(const struct outbound_dns_rows *rows, const struct dns_destinations *lists,
                 struct outbound_dns_talk *t, struct error *err)
{
    t->is = (struct dns_destination){ .kind = DNS_UNKNOWN };
    if (t->address == NULL)
        return true;
    dns_destinations_find(lists, text_of(t->address), &t->is);
    if (t->is.kind != DNS_UNKNOWN || is_of_no_interest(t))
        return true;
    return rows->view->holders(rows->view->ctx, t->address, t->last_unix_s, take_holder, t, err);
}

/* Whether somebody else in the network was seen to do what the NAT gateway did for him. */
static char *through(const struct outbound_dns_talk *t)
{
    return memory_format("%s\x1f%s\x1f%d", t->network, t->address == NULL ? "" : t->address,
                         (int)t->transport);
}

static struct map *direct_ones(const struct outbound_dns_rows *rows)
{
    struct map *direct = map_new(NULL);
    for (size_t i = 0; i < rows->count; i++) {
        char *key = through(&rows->talks[i]);
        if (!rows->talks[i].nat && rows->talks[i].alert_severity == NULL)
            map_set(direct, key, direct);
        free(key);
    }
    return direct;
}

static bool is_seen_behind(const struct map *direct, const struct outbound_dns_talk *t)
{
    char *key = through(t);
    bool seen = t->nat && map_get(direct, key) != NULL;
    free(key);
    return seen;
}

/* ---- severity ---- */

static int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static bool is_loud(const struct outbound_dns_rows *rows, const struct outbound_dns_talk *t)
{
    struct json_object *dns = json_get(rows->view->params, "dns");
    return most(t->sums[0].bytes, t->sums[1].bytes) >=
               json_int(dns, "volume_bytes", VOLUME_BYTES) ||
           most(t->sums[0].flows, t->sums[1].flows) >= json_int(dns, "volume_flows", VOLUME_FLOWS);
}

static bool is_stranger(const struct outbound_dns_rows *rows, const struct outbound_dns_talk *t)
{
    return t->is.kind == DNS_UNKNOWN && t->alert_severity == NULL && t->holder == NULL &&
           !t->refused && t->transport == OUTBOUND_DNS_PLAIN && t->address != NULL &&
           t->alerts.count == 0 && !is_loud(rows, t);
}

static bool is_root(const struct outbound_dns_talk *t)
{
    return t->is.kind == DNS_ROOT && t->alert_severity == NULL && !t->refused &&
           t->transport == OUTBOUND_DNS_PLAIN;
}

static const char *severity_of(const struct outbound_dns_rows *rows, const struct group *g,
                               const struct outbound_dns_talk *t)
{
    if (t->alert_severity != NULL)
        return t->alert_severity;
    if (t->refused || t->holder != NULL)
        return "info";
    if (t->is.kind != DNS_UNKNOWN)
        return "low";
    return g->controlled || is_loud(rows, t) ? "high" : "medium";
}

/* ---- rows ---- */

/* What stands for several talks is called so in its subject and in its evidence. */
struct folded {
    const char *destination, *kind;
};

static bool give(const struct outbound_dns_rows *rows, const struct outbound_dns_talk *t,
                 const struct folded *as, const char *severity, struct error *err)
{
    char *subject = outbound_dns_words_subject(t, as == NULL ? NULL : as->destination),
         *evidence = outbound_dns_words_evidence(t, as == NULL ? NULL : as->kind),
         *detail = outbound_dns_words_detail(t, map_get(rows->askers, t->host), rows->unplaced);
    int64_t at = most(t->last_unix_s, t->raised_unix_s);
    const struct check_result row = {
        .key = t->network,
        .subject = subject,
        .severity = severity,
        .evidence = evidence,
        .detail = detail,
        .at_unix_s = at > 0 ? at : 1, /* at some time: an occurrence needs one */
        .proven = true,
    };
    bool ok = rows->result(rows->result_ctx, &row, err);
    free(subject);
    free(evidence);
    free(detail);
    return ok;
}

typedef bool (*talk_is_fn)(const struct outbound_dns_rows *rows, const struct outbound_dns_talk *t);

/* One row of all talks that are such. */
static bool give_folded(const struct outbound_dns_rows *rows, const struct group *g, talk_is_fn is,
                        const struct folded *as, const char *severity, struct error *err)
{
    struct outbound_dns_talk all = { .first_unix_s = INT64_MAX };
    for (size_t i = 0; i < g->count; i++)
        if (is(rows, &g->talks[i]))
            outbound_dns_words_fold(&all, &g->talks[i]);
    bool ok = give(rows, &all, as, severity, err);
    string_list_release(&all.members);
    string_list_release(&all.addresses);
    return ok;
}

static bool is_any_root(const struct outbound_dns_rows *rows, const struct outbound_dns_talk *t)
{
    (void)rows;
    return is_root(t);
}

static bool give_group(const struct outbound_dns_rows *rows, const struct group *g,
                       struct error *err)
{
    static const struct folded roots = { "DNS root servers", "roots" },
                               all_the_world = { "other name servers", "recursion" },
                               many = { "other name servers", "many" };
    bool resolves = g->roots > 0 && !g->talks->crowd;
    bool fold_roots = g->roots > OUTBOUND_DNS_ROOTS_MAX;
    bool fold_strangers = g->strangers > (resolves ? 0 : OUTBOUND_DNS_MANY);
    const char *strangers = g->controlled ? "high" : resolves ? "low" : "medium";
    for (size_t i = 0; i < g->count; i++) {
        const struct outbound_dns_talk *t = &g->talks[i];
        if ((fold_roots && is_root(t)) || (fold_strangers && is_stranger(rows, t)))
            continue;
        if (!give(rows, t, NULL, severity_of(rows, g, t), err))
            return false;
    }
    return (!fold_roots || give_folded(rows, g, is_any_root, &roots, "low", err)) &&
           (!fold_strangers ||
            give_folded(rows, g, is_stranger, resolves ? &all_the_world : &many, strangers, err));
}

static struct group group_at(const struct outbound_dns_rows *rows, struct outbound_dns_talk *talks,
                             size_t count)
{
    struct group g = { .talks = talks };
    for (; g.count < count; g.count++) {
        const struct outbound_dns_talk *t = &talks[g.count];
        if (strcmp(t->network, talks->network) != 0 || strcmp(t->host, talks->host) != 0)
            break;
        g.roots += is_root(t);
        g.strangers += is_stranger(rows, t);
        if (t->alert_severity == NULL || strcmp(t->alert_severity, "high") != 0)
            continue;
        g.controlled = true;
        g.controlled_unix_s = most(g.controlled_unix_s, t->last_unix_s);
    }
    for (size_t i = 0; g.controlled && i < g.count; i++)
        if (talks[i].is.kind == DNS_UNKNOWN && talks[i].alert_severity == NULL)
            talks[i].raised_unix_s = g.controlled_unix_s;
    return g;
}

/* By network and host; among a host's, in an order of their own, so that rows come as they came last night. */
static int compare(const void *left, const void *right)
{
    const struct outbound_dns_talk *a = left, *b = right;
    const char *const pairs[][2] = { { a->network, b->network },
                                     { a->host, b->host },
                                     { a->address == NULL ? "" : a->address,
                                       b->address == NULL ? "" : b->address } };
    int order = 0;
    for (size_t i = 0; order == 0 && i < sizeof pairs / sizeof *pairs; i++)
        order = strcmp(pairs[i][0], pairs[i][1]);
    if (order == 0)
        order = (int)a->transport - (int)b->transport;
    return order;
}

/* Moves what there is something to say of to the front; how many that are. */
static size_t keep_interesting(const struct outbound_dns_rows *rows, const struct map *direct)
{
    size_t kept = 0;
    for (size_t i = 0; i < rows->count; i++) {
        struct outbound_dns_talk t = rows->talks[i];
        if (is_of_no_interest(&t) || is_seen_behind(direct, &t))
            continue;
        rows->talks[i] = rows->talks[kept]; /* all stay there for their owner to release */
        rows->talks[kept++] = t;
    }
    return kept;
}

bool outbound_dns_rows_give(const struct outbound_dns_rows *rows, struct error *err)
{
    struct dns_destinations *lists = dns_destinations_new(rows->view->params);
    struct map *direct = direct_ones(rows);
    bool ok = true;
    for (size_t i = 0; ok && i < rows->count; i++)
        ok = look(rows, lists, &rows->talks[i], err);
    size_t count = ok ? keep_interesting(rows, direct) : 0;
    if (count > 0)
        qsort(rows->talks, count, sizeof *rows->talks, compare);
    for (size_t at = 0; ok && at < count;) {
        struct group g = group_at(rows, &rows->talks[at], count - at);
        ok = give_group(rows, &g, err);
        at += g.count;
    }
    map_free(direct);
    dns_destinations_free(lists);
    return ok;
}

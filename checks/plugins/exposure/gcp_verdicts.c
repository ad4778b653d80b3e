#include "checks/plugins/exposure/gcp_verdicts.h"

#include "checks/json_list.h"
#include "checks/plugins/exposure/gcp_cut.h"
#include "checks/plugins/exposure/marks.h"
#include "checks/plugins/exposure/names.h"
#include "core/base/buffer.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/decode/json_write.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 4 * CHECK_EVIDENCE_MAX };

void gcp_verdicts_add(struct gcp_verdicts *all, const struct gcp_verdict *v)
{
    if ((all->count & (all->count - 1)) == 0)
        all->items =
            memory_resize(all->items, all->count == 0 ? 1 : all->count * 2, sizeof *all->items);
    all->items[all->count++] = *v;
}

void gcp_verdicts_release(struct gcp_verdicts *all)
{
    for (size_t i = 0; i < all->count; i++) {
        struct gcp_verdict *v = &all->items[i];
        struct gcp_open_rows one = { memory_new(1, sizeof(struct gcp_open_row)), 1 };
        one.items[0] = v->row;
        gcp_open_rows_release(&one);
        gcp_reach_release(&v->reached);
        free(v->key);
        free(v->subject);
        free(v->network);
        free(v->rule);
    }
    free(all->items);
    *all = (struct gcp_verdicts){ NULL, 0 };
}

/* ---- how bad it is ---- */

static bool has_port(const struct open_row *row, struct json_object *ports, bool exactly)
{
    struct json_object *list = json_get(ports, row->protocol);
    struct gcp_cut cut;
    bool found = false;
    gcp_cut_of(row, &cut);
    for (size_t i = 0; i < json_list_length(list); i++) {
        int port = json_object_get_int(json_object_array_get_idx(list, i));
        if (exactly) {
            found = found || (row->first == port && row->last == port);
            continue;
        }
        for (size_t k = 0; k < cut.count; k++)
            found = found || (cut.ports[k].first <= port && port <= cut.ports[k].last);
    }
    gcp_cut_release(&cut);
    return found;
}

static bool is_expected(const struct gcp_verdict *v, struct json_object *params)
{
    return !v->row.open.admin && has_port(&v->row.open, json_get(params, "expected_public"), true);
}

static const char *severity_of(const struct gcp_verdict *v, struct json_object *params)
{
    static const char *const grades[] = { "low", "medium", "high", "critical" };
    const struct open_row *open = &v->row.open;
    size_t grade = 1;
    if (v->exposure == GCP_NARROWED || v->reached.reach == GCP_OPEN_BY_RULE ||
        strcmp(open->protocol, "icmp") == 0 || strcmp(open->protocol, "icmpv6") == 0 ||
        is_expected(v, params))
        return grades[0];
    if (v->reached.reach != GCP_ATTACHED)
        grade = open->admin || has_port(open, json_get(params, "data_ports"), false) ? 3
                : open->ports[0] != '\0' || strcmp(open->protocol, "all") == 0       ? 2
                                                                                     : 1;
    return grades[v->row.inspected ? grade - 1 : grade];
}

static bool may_have(const struct gcp_verdict *v, struct json_object *params)
{
    struct json_object *on = json_get(json_get(params, "expected_public"), "on");
    bool balancers = false;
    for (size_t i = 0; i < json_list_length(on); i++)
        balancers = balancers || strcmp(json_list_text(on, i) == NULL ? "" : json_list_text(on, i),
                                        "load_balancer") == 0;
    return v->reached.by_balancer_alone && balancers && is_expected(v, params);
}

/* ---- JSON ---- */

static void add_text(struct json_object *o, const char *name, const char *value)
{
    json_object_object_add(o, name, value == NULL ? NULL : json_object_new_string(value));
}

static void add_json(struct json_object *o, const char *name, const char *json)
{
    struct error err = ERROR_INIT;
    struct json_object *value = NULL;
    if (json_parse(text_of(json), &value, &err))
        json_object_object_add(o, name, value);
}

static struct json_object *list_of(const struct string_list *words)
{
    struct json_object *list = json_object_new_array();
    for (size_t i = 0; i < words->count; i++)
        json_object_array_add(list, json_object_new_string(words->items[i]));
    return list;
}

static void add_reach(struct json_object *o, const struct gcp_reached *r)
{
    struct string_list because = { NULL, 0 };
    for (int i = 0; i < GCP_REASONS; i++)
        if (r->because[i])
            string_list_add(&because, gcp_reach_reason((enum gcp_reason)i));
    add_text(o, "reach", gcp_reach_word(r->reach));
    json_object_object_add(o, "because", list_of(&because));
    json_object_object_add(o, "behind", names_or_kinds(&r->behind));
    json_object_object_add(o, "affected_teams", names_or_none(&r->teams));
    string_list_release(&because);
}

static struct json_object *evidence_of(const struct gcp_verdict *v, enum gcp_evidence kind,
                                       const struct string_list *networks)
{
    struct json_object *o = json_object_new_object();
    const struct open_row *open = &v->row.open;
    bool whole = open->ports[0] == '\0';
    if (kind == GCP_OF_POLICY)
        json_object_object_add(o, "networks", list_of(networks));
    else
        add_text(o, "network", v->network);
    if (v->rule != NULL)
        add_text(o, "rule", v->rule);
    add_json(o, "sources", open->sources);
    add_text(o, "ports", !whole ? open->ports : kind == GCP_OF_RULE && !open->admin ? NULL : "all");
    add_json(o, "targets", v->row.targets);
    if (kind == GCP_OF_POLICY) {
        add_json(o, "rules", v->row.rules);
        add_text(o, "action", v->row.inspected ? "apply_security_profile_group" : "allow");
    }
    add_reach(o, &v->reached);
    return o;
}

static struct json_object *list_of_one(const char *word)
{
    struct json_object *list = json_object_new_array();
    json_object_array_add(list, json_object_new_string(word));
    return list;
}

static struct json_object *detail_of(const struct gcp_verdict *v, struct json_object *params)
{
    const struct gcp_reached *r = &v->reached;
    struct json_object *o = json_object_new_object();
    json_object_object_add(o, "instances", json_object_new_int64((int64_t)r->machine_count));
    json_object_object_add(o, "public_addresses", json_object_new_int64((int64_t)r->address_count));
    json_object_object_add(o, "addresses", json_object_get(r->addresses));
    if (r->dynamic)
        json_object_object_add(o, "not_looked_at", list_of_one("dynamic_routes"));
    marks_add(o, &v->row.open, params);
    names_tell(o, "behind", &r->behind);
    names_tell(o, "affected_teams", &r->teams);
    return o;
}

/* ---- rows ---- */

static int compare_texts(const char *a, const char *b)
{
    return strcmp(a == NULL ? "" : a, b == NULL ? "" : b);
}

static int compare(const void *a, const void *b)
{
    const struct gcp_verdict *x = a, *y = b;
    int order = strcmp(x->key, y->key);
    order = order != 0 ? order : strcmp(x->subject, y->subject);
    order = order != 0 ? order : (int)x->exposure - (int)y->exposure;
    order = order != 0 ? order : (int)y->proven - (int)x->proven;
    order = order != 0 ? order : (int)x->reached.reach - (int)y->reached.reach;
    return order != 0 ? order : compare_texts(x->network, y->network);
}

static int compare_strings(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *text_and_drop(struct json_object *o)
{
    struct buffer b;
    buffer_init(&b, TEXT_MAX); /* what is too long the caller says */
    json_write_plain(o, &b);
    json_object_put(o);
    return buffer_detach(&b);
}

struct giving {
    enum gcp_evidence kind;
    struct json_object *params;
    check_result_fn result;
    void *ctx;
};

/* `v`: the first of `count` of one key and subject. */
static bool give_row(const struct giving *g, struct gcp_verdict *v, size_t count, struct error *err)
{
    struct string_list networks = { NULL, 0 };
    for (size_t i = 0; i < count && v[i].exposure == v->exposure; i++) {
        if (v[i].network != NULL && !string_list_has(&networks, v[i].network))
            string_list_add(&networks, v[i].network);
        if (i > 0)
            gcp_reach_join(&v->reached, &v[i].reached);
    }
    if (networks.count > 0)
        qsort(networks.items, networks.count, sizeof *networks.items, compare_strings);
    char *evidence = text_and_drop(evidence_of(v, g->kind, &networks)),
         *detail = text_and_drop(detail_of(v, g->params));
    const struct check_result row = {
        .key = v->key,
        .subject = v->subject,
        .severity = severity_of(v, g->params),
        .evidence = evidence,
        .detail = detail,
        .proven = v->proven,
        .unknown = v->exposure == GCP_UNREAD
                       ? "a rule admits address groups, whose ranges are not read"
                       : NULL,
    };
    bool ok = may_have(v, g->params) || g->result(g->ctx, &row, err);
    string_list_release(&networks);
    free(evidence);
    free(detail);
    return ok;
}

bool gcp_verdicts_give(struct gcp_verdicts *all, enum gcp_evidence kind, struct json_object *params,
                       check_result_fn result, void *ctx, struct error *err)
{
    const struct giving g = { kind, params, result, ctx };
    if (all->count > 0)
        qsort(all->items, all->count, sizeof *all->items, compare);
    for (size_t i = 0, count = 1; i < all->count; i += count) {
        struct gcp_verdict *v = &all->items[i];
        count = 1;
        while (i + count < all->count && strcmp(v[count].key, v->key) == 0 &&
               strcmp(v[count].subject, v->subject) == 0)
            count++;
        if (!give_row(&g, v, count, err))
            return false;
    }
    return true;
}

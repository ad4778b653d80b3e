#include "checks/plugins/exposure/gcp.h"

#include "checks/json_list.h"
#include "checks/plugins/exposure/gcp_gather.h"
#include "checks/plugins/exposure/gcp_verdicts.h"
#include "core/base/memory.h"
#include "core/decode/json.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum rows { ROWS_ADMIN, ROWS_OTHERS, ROWS_ALL };

struct question {
    const char *check;
    enum gcp_evidence of;
    enum rows rows;
};

static const struct question questions[] = {
    { "gcp_firewall_open_admin_port", GCP_OF_RULE, ROWS_ADMIN },
    { "gcp_firewall_open_to_internet", GCP_OF_RULE, ROWS_OTHERS },
    { "gcp_firewall_policy_open_admin_port", GCP_OF_POLICY, ROWS_ADMIN },
    { "gcp_firewall_policy_open_to_internet", GCP_OF_POLICY, ROWS_OTHERS },
    { "gcp_shared_network_reachable", GCP_OF_LENDER, ROWS_ALL },
};

struct judging {
    const struct check_view *view;
    const struct question *q;
    struct gcp_gathered g;
    struct gcp_verdicts verdicts;
    struct error *err;
};

static struct json_object *admin_of(const struct judging *j)
{
    return json_get(j->view->params, "admin_ports");
}

static bool is_own_policy(const struct judging *j, const char *key)
{
    for (size_t i = 0; i < j->g.policy_count; i++)
        if (j->g.policies[i].own && strcmp(j->g.policies[i].key, key) == 0)
            return true;
    return false;
}

/* Whether the check is about what a row tells of. */
static bool is_asked(const struct judging *j, const struct gcp_open_row *row)
{
    bool vpc = strcmp(row->owner->level, "vpc") == 0;
    if (j->q->rows != ROWS_ALL && row->open.admin != (j->q->rows == ROWS_ADMIN))
        return false;
    switch (j->q->of) {
    case GCP_OF_RULE:
        return vpc;
    case GCP_OF_POLICY:
        return is_own_policy(j, row->owner->key);
    default:
        return row->owner->exposure != GCP_UNREAD;
    }
}

/* "HOST/NETWORK RULE tcp/22"; free() */
static char *lent_subject(const char *path, const char *network, const struct gcp_open_row *row)
{
    struct text rest = text_of(path);
    text_cut(&rest, '/');
    struct text project = text_cut(&rest, '/');
    return memory_format("%.*s/%s %s %s", (int)project.len, project.data, network, row->owner->name,
                         row->open.subject);
}

/* Takes over what the row and `reached` hold. */
static void add(struct judging *j, const struct gcp_network *n, struct gcp_open_row *row,
                const struct gcp_reached *reached)
{
    bool lent = j->q->of == GCP_OF_LENDER;
    const char *path = n == NULL ? "" : n->path, *network = n == NULL ? "" : n->id;
    const struct gcp_verdict v = {
        .key = memory_string(lent ? j->g.project : row->owner->key),
        .subject = lent ? lent_subject(path, network, row) : memory_string(row->open.subject),
        .network = n == NULL ? NULL : memory_string(lent ? path : network),
        .rule = lent ? memory_string(row->owner->name) : NULL,
        .row = *row,
        .exposure = row->owner->exposure,
        .proven = n == NULL || n->proven,
        .reached = *reached,
    };
    gcp_verdicts_add(&j->verdicts, &v);
    row->open = (struct open_row){ .subject = NULL };
    row->targets = row->rules = NULL;
}

/* Of a lender's network the rows that reach a machine of the account's, or may. */
static bool is_told(const struct judging *j, const struct gcp_reached *r)
{
    return j->q->of != GCP_OF_LENDER || r->reach == GCP_REACHABLE ||
           (r->reach == GCP_REACH_UNKNOWN && (r->behind.count > 0 || r->because[GCP_TOO_MANY]));
}

static void judge_rows(struct judging *j, const struct gcp_firewall *f, size_t network,
                       struct gcp_open_rows *rows)
{
    const struct gcp_surroundings around = gcp_gather_around(j->view, &j->g, network);
    struct gcp_reach_network *n = NULL;
    for (size_t i = 0; i < rows->count; i++) {
        struct gcp_reached reached;
        if (!is_asked(j, &rows->items[i]))
            continue;
        n = n == NULL ? gcp_reach_new(f, &around) : n;
        gcp_reach_of(n, &rows->items[i], &reached);
        if (is_told(j, &reached))
            add(j, &j->g.networks[network], &rows->items[i], &reached);
        else
            gcp_reach_release(&reached);
    }
    gcp_reach_free(n);
}

static bool judge_network(struct judging *j, size_t network)
{
    struct gcp_network *n = &j->g.networks[network];
    struct gcp_firewall f;
    struct gcp_open_rows rows = { NULL, 0 };
    if (n->config == NULL || n->own == (j->q->of == GCP_OF_LENDER))
        return true;
    bool ok = gcp_firewall_read(n->config, j->g.regional, &f, j->err) &&
              gcp_open(&f, admin_of(j), &rows, j->err);
    if (ok)
        judge_rows(j, &f, network, &rows);
    gcp_open_rows_release(&rows);
    gcp_firewall_release(&f);
    return ok || error_prefix(j->err, "network %s", n->id);
}

/* ---- policies of no network ---- */

static struct json_object *alone(const struct gcp_policy *p)
{
    static const char *const kept[] = { "rules", "selfLink" };
    struct json_object *o = json_object_new_object(), *in_force = json_object_new_object(),
                       *list = json_object_new_array(), *policy = json_object_new_object();
    json_object_object_add(policy, "type", json_object_new_string("NETWORK"));
    json_object_object_add(policy, "name", json_object_new_string(p->id));
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (json_get(p->config, kept[i]) != NULL)
            json_object_object_add(policy, kept[i], json_object_get(json_get(p->config, kept[i])));
    json_object_array_add(list, policy);
    json_object_object_add(in_force, "firewallPolicys", list);
    json_object_object_add(o, "EffectiveFirewalls", in_force);
    return o;
}

static bool is_loose(const struct gcp_policy *p)
{
    return p->own && json_list_length(json_get(p->config, "associations")) == 0;
}

static bool judge_loose(struct judging *j, const struct gcp_policy *p)
{
    struct json_object *network = alone(p);
    struct gcp_firewall f;
    struct gcp_open_rows rows = { NULL, 0 };
    bool ok =
        gcp_firewall_read(network, NULL, &f, j->err) && gcp_open(&f, admin_of(j), &rows, j->err);
    for (size_t i = 0; ok && i < rows.count; i++) {
        const struct gcp_reached none = { .reach = GCP_OPEN_BY_RULE,
                                          .addresses = json_object_new_array() };
        if (is_asked(j, &rows.items[i]))
            add(j, NULL, &rows.items[i], &none);
        else
            json_object_put(none.addresses);
    }
    gcp_open_rows_release(&rows);
    gcp_firewall_release(&f);
    json_object_put(network);
    return ok || error_prefix(j->err, "policy %s", p->id);
}

static bool judge_all(struct judging *j)
{
    for (size_t i = 0; i < j->g.network_count; i++)
        if (!judge_network(j, i))
            return false;
    for (size_t i = 0; j->q->of == GCP_OF_POLICY && i < j->g.policy_count; i++)
        if (is_loose(&j->g.policies[i]) && !judge_loose(j, &j->g.policies[i]))
            return false;
    return true;
}

bool exposure_gcp_judge(const struct check_view *view, check_result_fn result, void *result_ctx,
                        struct error *err)
{
    struct judging j = { .view = view, .err = err };
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++)
        if (strcmp(questions[i].check, view->check) == 0)
            j.q = &questions[i];
    if (j.q == NULL)
        return error_set(err, ERROR_INTERNAL, "exposure knows no check %s", view->check);
    bool ok = gcp_gather(view, j.q->of == GCP_OF_RULE, &j.g, err) &&
              (j.q->of != GCP_OF_LENDER || j.g.project != NULL ? judge_all(&j) : true) &&
              gcp_verdicts_give(&j.verdicts, j.q->of, view->params, result, result_ctx, err);
    gcp_verdicts_release(&j.verdicts);
    gcp_gather_release(&j.g);
    return ok;
}

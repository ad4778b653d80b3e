#include "checks/gcp_open.h"

#include "checks/gcp_pieces.h"
#include "checks/gcp_profiles.h"
#include "core/base/buffer.h"
#include "core/base/memory.h"
#include "core/decode/json_write.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 64 * 1024 };

struct naming {
    const struct gcp_firewall *f;
    const struct gcp_profiles *profiles;
    const struct gcp_piece *pieces; /* of one owner */
    size_t count;
    struct json_object *admin;
    struct gcp_open_rows *out;
};

void gcp_open_rows_release(struct gcp_open_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        struct open_rows one = { memory_new(1, sizeof(struct open_row)), 1 };
        one.items[0] = rows->items[i].open;
        open_rows_release(&one);
        free(rows->items[i].targets);
        free(rows->items[i].rules);
    }
    free(rows->items);
    *rows = (struct gcp_open_rows){ NULL, 0 };
}

/* ---- words of a row ---- */

/* The number of a row's protocol, which is a word of ports.h. */
static int protocol_of(const struct open_row *row)
{
    int number = GCP_PROTOCOL_REST;
    struct text word = text_of(row->protocol);
    if (text_starts_with(word, "proto/"))
        text_cut(&word, '/');
    return ports_protocol(word, &number) ? number : GCP_PROTOCOL_REST;
}

/* Whether a piece is among what the row stands for; a row for many ranges stands for all of its protocol. */
static bool is_of(const struct gcp_piece *p, const struct open_row *row)
{
    if (p->protocol != protocol_of(row) || !(p->family == 4 ? row->ipv4 : row->ipv6))
        return false;
    return row->first < 0 || (p->first <= row->last && row->first <= p->last);
}

static char *list_text(struct json_object *list)
{
    struct buffer out;
    buffer_init(&out, WORDS_MAX);
    json_write_plain(list, &out);
    json_object_put(list);
    return buffer_detach(&out);
}

static int compare_numbers(const void *a, const void *b)
{
    const size_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* The owner's own rules among the pieces, in their order. */
static char *rule_words(const struct naming *n, const struct open_row *row)
{
    size_t *rules = memory_new(n->count, sizeof *rules), count = 0, named = 0;
    struct json_object *list = json_object_new_array();
    for (size_t i = 0; i < n->count; i++)
        if (is_of(&n->pieces[i], row) && n->f->rules[n->pieces[i].rule].owner == n->pieces[i].owner)
            rules[count++] = n->pieces[i].rule;
    if (count > 0)
        qsort(rules, count, sizeof *rules, compare_numbers);
    for (size_t i = 0; i < count; i++)
        if ((i == 0 || rules[i] != rules[i - 1]) && named++ < PORTS_SOURCES_MAX)
            json_object_array_add(list, json_object_new_string(n->f->rules[rules[i]].name));
    if (named > PORTS_SOURCES_MAX) {
        char *rest = memory_format("+%zu", named - PORTS_SOURCES_MAX);
        json_object_array_add(list, json_object_new_string(rest));
        free(rest);
    }
    free(rules);
    return list_text(list);
}

static char *target_words(const struct naming *n, const struct open_row *row)
{
    bool *wanted = memory_new(n->profiles->count, sizeof *wanted);
    for (size_t i = 0; i < n->count; i++)
        if (is_of(&n->pieces[i], row))
            wanted[n->pieces[i].profile] = true;
    char *words = gcp_profiles_words(n->f, n->profiles, wanted);
    free(wanted);
    return words;
}

/* Takes over what `open` holds. */
static void add_row(const struct naming *n, struct open_row *open)
{
    struct gcp_open_rows *out = n->out;
    struct gcp_open_row row = { .owner = &n->f->owners[n->pieces[0].owner], .inspected = true };
    open->direct = false;
    for (size_t i = 0; i < n->count; i++) {
        if (!is_of(&n->pieces[i], open))
            continue;
        row.inspected = row.inspected && n->pieces[i].inspected;
        open->direct = open->direct || !n->pieces[i].together;
    }
    row.targets = target_words(n, open);
    row.rules = rule_words(n, open);
    row.open = *open;
    out->items = memory_resize(out->items, out->count + 1, sizeof *out->items);
    out->items[out->count++] = row;
}

/* ---- from pieces to rules that ports.h names ---- */

static void add_ranges(const struct naming *n, const struct gcp_piece *p, int protocol,
                       struct port_rules *rules)
{
    const struct gcp_rule *r = &n->f->rules[p->rule];
    bool own = r->owner == p->owner;
    struct port_rule rule = { .protocol = protocol, .first = p->first, .last = p->last };
    rule.list = r->words != NULL ? r->words : own ? NULL : n->f->owners[r->owner].name;
    for (size_t i = 0; i < r->range_count; i++)
        if (r->ranges[i].family == p->family) {
            rule.range = r->ranges[i];
            port_rules_add(rules, &rule);
        }
}

/* What was found for several kinds of instances counts once; it stands side by side. */
static bool was_before(const struct naming *n, size_t at)
{
    const struct gcp_piece *p = &n->pieces[at], *q = p - 1;
    return at > 0 && q->rule == p->rule && q->protocol == p->protocol && q->first == p->first &&
           q->last == p->last && q->family == p->family;
}

static bool is_all_open(const struct naming *n, int family)
{
    for (size_t i = 0; i < n->count; i++)
        if (n->pieces[i].protocol == PORTS_ALL_PROTOCOLS && n->pieces[i].family == family)
            return true;
    return false;
}

static bool add_named(const struct naming *n, struct error *err)
{
    struct port_rules rules = { NULL, 0, false };
    struct open_rows rows = { NULL, 0 };
    for (size_t i = 0; i < n->count; i++)
        if (n->pieces[i].protocol != GCP_PROTOCOL_REST && !was_before(n, i))
            add_ranges(n, &n->pieces[i], n->pieces[i].protocol, &rules);
    bool ok = ports_open(&rules, n->admin, &rows, err);
    for (size_t i = 0; ok && i < rows.count; i++)
        add_row(n, &rows.items[i]);
    if (ok)
        rows.count = 0;
    open_rows_release(&rows);
    port_rules_release(&rules);
    return ok;
}

/* Protocols without a name: named as one without ports would be, then called "other". */
static bool add_others(const struct naming *n, struct error *err)
{
    struct port_rules rules = { NULL, 0, false };
    struct open_rows rows = { NULL, 0 };
    for (size_t i = 0; i < n->count; i++)
        if (n->pieces[i].protocol == GCP_PROTOCOL_REST && !is_all_open(n, n->pieces[i].family) &&
            !was_before(n, i))
            add_ranges(n, &n->pieces[i], 0, &rules);
    bool ok = ports_open(&rules, NULL, &rows, err);
    if (ok && rows.count > 0) {
        struct open_row *row = &rows.items[0];
        free(row->subject);
        free(row->protocol);
        row->subject = memory_string("other");
        row->protocol = memory_string("other");
        add_row(n, row);
        rows.count = 0;
    }
    open_rows_release(&rows);
    port_rules_release(&rules);
    return ok;
}

static int compare_pieces(const void *a, const void *b)
{
    const struct gcp_piece *x = a, *y = b;
    if (x->owner != y->owner)
        return x->owner < y->owner ? -1 : 1;
    if (x->rule != y->rule)
        return x->rule < y->rule ? -1 : 1;
    if (x->protocol != y->protocol)
        return x->protocol - y->protocol;
    if (x->first != y->first)
        return x->first - y->first;
    if (x->last != y->last)
        return x->last - y->last;
    if (x->family != y->family)
        return x->family - y->family;
    return x->profile < y->profile ? -1 : x->profile > y->profile;
}

static bool name_all(struct naming *n, const struct gcp_pieces *all, struct error *err)
{
    bool ok = true;
    for (size_t first = 0; ok && first < all->count; first += n->count) {
        n->pieces = all->items + first;
        n->count = 1;
        while (first + n->count < all->count && n->pieces[n->count].owner == n->pieces[0].owner)
            n->count++;
        ok = (add_named(n, err) && add_others(n, err)) ||
             error_prefix(err, "%s", n->f->owners[n->pieces[0].owner].name);
    }
    return ok;
}

bool gcp_open(const struct gcp_firewall *f, struct json_object *admin, struct gcp_open_rows *out,
              struct error *err)
{
    struct gcp_profiles profiles;
    struct gcp_pieces pieces = { NULL, 0 };
    struct naming n = { .f = f, .profiles = &profiles, .admin = admin, .out = out };
    *out = (struct gcp_open_rows){ NULL, 0 };
    bool ok = gcp_profiles_make(f, &profiles, err) && gcp_pieces_find(f, &profiles, &pieces, err);
    if (ok && pieces.count > 0) {
        qsort(pieces.items, pieces.count, sizeof *pieces.items, compare_pieces);
        ok = name_all(&n, &pieces, err);
    }
    gcp_pieces_release(&pieces);
    gcp_profiles_release(&profiles);
    return ok;
}

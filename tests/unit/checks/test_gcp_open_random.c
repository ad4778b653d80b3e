/* Random sets of rules against an evaluator of its own: packet by packet, instance by instance, the first rule
 * that matches decides. */
#include "checks/gcp_effective.h"
#include "checks/gcp_open.h"
#include "tests/unit/checks/packets.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <stdlib.h>

enum {
    SETS = 2000,
    INSTANCES = 144,
    REST = 200, /* a protocol that no rule names */
};

/* An address in each part of the world that ranges tell apart. */
static const char *const addresses[] = { "8.8.8.8", "150.1.0.1", "8.8.4.9",      "150.2.9.9",
                                         "2600::1", "3001::1",   "2600:1:2:3::9" };
enum { ADDRESSES = 7, BIG = 0x33 /* addresses that stand for much of the internet */ };

static const struct {
    int protocol, port;
} samples[] = { { 6, 22 }, { 6, 80 }, { 6, 443 }, { 6, 5000 }, { 6, 65535 }, { 17, 22 },
                { 17, 0 }, { 1, 0 },  { 47, 0 },  { 50, 0 },   { 132, 0 },   { REST, 0 } };
enum { SAMPLES = sizeof samples / sizeof *samples };

static struct instance instance_of(unsigned n)
{
    struct instance v;
    v.tags = n % 4;
    v.secure = n / 4 % 4;
    v.account = (int)(n / 16 % 3);
    v.region = (int)(n / 48 % 3);
    return v;
}
/* ---- comparing ---- */

static bool port_is_in(const char *text, int port)
{
    struct text rest = text_of(text);
    while (rest.data != NULL) {
        struct text piece = text_trim(text_cut(&rest, ','));
        struct text begin = text_cut(&piece, '-');
        int64_t first = 0, last = 0;
        assert_true(text_to_int64(begin, &first));
        last = first;
        assert_true(piece.data == NULL || text_to_int64(piece, &last));
        if (first <= port && port <= last)
            return true;
    }
    return false;
}

/* What no rule names is one of the others. */
static int protocol_of(const struct set *s, int sample)
{
    int protocol = samples[sample].protocol;
    bool named = protocol == 6 || protocol == 17;
    for (size_t i = 0; i < s->count; i++)
        named = named || s->rules[i].protocol == protocol;
    return named ? protocol : REST;
}

static bool row_holds(const struct gcp_open_row *row, int protocol, int port)
{
    static const struct {
        int number;
        const char *word;
    } words[] = { { 6, "tcp" },       { 17, "udp" },        { 1, "icmp" },    { 47, "proto/47" },
                  { 50, "proto/50" }, { 132, "proto/132" }, { REST, "other" } };
    const struct open_row *o = &row->open;
    if (strcmp(o->protocol, "all") == 0)
        return true;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i].number == protocol && strcmp(words[i].word, o->protocol) == 0)
            return o->first >= 0 ? o->first <= port && port <= o->last
                                 : o->ports[0] == '\0' || port_is_in(o->ports, port);
    return false;
}

/* Families at which an owner is open, as bits 0 (IPv4) and 1. Where the row is for many ranges: *out_many. */
static unsigned said(const struct set *s, const struct gcp_open_rows *rows, int owner, int sample,
                     bool *out_many)
{
    unsigned families = 0;
    for (size_t i = 0; i < rows->count; i++) {
        const struct gcp_open_row *row = &rows->items[i];
        if (strcmp(row->owner->key, s->keys[owner]) != 0 ||
            !row_holds(row, protocol_of(s, sample), samples[sample].port))
            continue;
        families |= (row->open.ipv4 ? 1U : 0) | (row->open.ipv6 ? 2U : 0);
        *out_many = *out_many || (row->open.first < 0 && row->open.ports[0] != '\0');
    }
    return families;
}

static unsigned truth(const struct set *s, int owner, int sample)
{
    unsigned families = 0;
    for (int a = 0; a < ADDRESSES; a++) {
        unsigned family = a < 4 ? 1U : 2U;
        struct matching m =
            matching_of(s, owner, samples[sample].protocol, samples[sample].port, a);
        if (!m.allows || (BIG >> a & 1) == 0)
            continue;
        for (unsigned n = 0; (families & family) == 0 && n < INSTANCES; n++) {
            struct instance v = instance_of(n);
            families |= admits(&m, &v) ? family : 0;
        }
    }
    return families;
}

/* How many of the ports that were tried are open. */
static size_t compare(const struct set *s, const struct gcp_open_rows *rows, unsigned seed)
{
    size_t opened = 0;
    for (int owner = 0; owner < s->owners; owner++)
        for (int i = 0; i < SAMPLES; i++) {
            bool many = false;
            unsigned is = said(s, rows, owner, i, &many), must = truth(s, owner, i);
            opened += must != 0;
            if (many ? (is == 0) != (must == 0) : is != must)
                fail_msg("set %u: %s at %d/%d: said %u, true is %u", seed, s->keys[owner],
                         samples[i].protocol, samples[i].port, is, must);
        }
    return opened;
}

static void what_is_open_is_what_packets_find(void **state)
{
    static struct set s;
    (void)state;
    size_t opened = 0;
    for (unsigned seed = 1; seed <= SETS; seed++) {
        struct error err = ERROR_INIT;
        struct json_object *regional = NULL;
        struct gcp_firewall f;
        struct gcp_open_rows rows;
        state64 = seed;
        struct json_object *network = make(&s, &regional);
        put_in_order(&s);
        if (!gcp_firewall_read(network, regional, &f, &err) || !gcp_open(&f, NULL, &rows, &err))
            fail_msg("set %u: %s", seed, err.message);
        opened += compare(&s, &rows, seed);
        gcp_open_rows_release(&rows);
        gcp_firewall_release(&f);
        json_object_put(network);
        json_object_put(regional);
    }
    assert_true(opened > SETS); /* the sets are not all shut */
}

/* ---- single packets ---- */

static size_t element_of(const struct gcp_firewall *f, enum gcp_element_kind kind, const char *name)
{
    size_t i = 0;
    while (i < f->element_count &&
           (f->elements[i].kind != kind || strcmp(f->elements[i].name, name) != 0))
        i++;
    return i;
}

static void give(const struct gcp_firewall *f, struct gcp_profile *p, enum gcp_element_kind kind,
                 const char *format, int number)
{
    char name[32];
    snprintf(name, sizeof name, format, number);
    size_t element = element_of(f, kind, name);
    if (element < f->element_count)
        p->elements[p->count++] = element;
}

static struct gcp_profile profile_of(const struct gcp_firewall *f, const struct instance *v)
{
    static const char *const regions[] = { NULL, "r1", "r2" };
    struct gcp_profile p = { .region = regions[v->region] };
    for (int i = 0; i < TAGS; i++) {
        if ((v->tags >> i & 1) != 0)
            give(f, &p, GCP_TAG, "t%d", i);
        if ((v->secure >> i & 1) != 0)
            give(f, &p, GCP_SECURE_TAG, "tagValues/%d", i);
    }
    if (v->account > 0)
        give(f, &p, GCP_ACCOUNT, "a%d@p", v->account - 1);
    return p;
}

static bool holds(const struct spans *s, const char *address)
{
    struct cidr c;
    struct cidr_span at;
    assert_true(cidr_parse(text_of(address), &c));
    if (c.family == 6)
        c.bits = 64;
    assert_true(cidr_span(&c, &at));
    for (size_t i = 0; i < s->count; i++)
        if (s->items[i].first <= at.first && at.first <= s->items[i].last)
            return true;
    return false;
}

static bool is_admitted(const struct gcp_firewall *f, const struct gcp_admissions *a,
                        const char *key, int address)
{
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(f->owners[f->rules[a->items[i].rule].owner].key, key) == 0 &&
            holds(&a->items[i].reach, addresses[address]))
            return true;
    return false;
}

static void try_packets(const struct set *s, const struct gcp_firewall *f, unsigned seed)
{
    bool *applies = calloc(f->rule_count + 1, sizeof *applies);
    for (int i = 0; i < 20; i++) {
        struct instance v = instance_of(below(INSTANCES));
        struct gcp_profile p = profile_of(f, &v);
        int sample = (int)below(SAMPLES), address = (int)below(ADDRESSES);
        int protocol =
            samples[sample].protocol == REST ? GCP_PROTOCOL_REST : samples[sample].protocol;
        struct gcp_admissions a;
        gcp_effective_applies(f, &p, applies);
        gcp_effective(f, applies, address < 4 ? 0 : 1, protocol, samples[sample].port, &a);
        for (int owner = 0; owner < s->owners; owner++) {
            struct matching m =
                matching_of(s, owner, samples[sample].protocol, samples[sample].port, address);
            if (is_admitted(f, &a, s->keys[owner], address) != admits(&m, &v))
                fail_msg("set %u: %s to %d/%d by %s", seed, addresses[address],
                         samples[sample].protocol, samples[sample].port, s->keys[owner]);
        }
        gcp_admissions_release(&a);
    }
    free(applies);
}

static void single_packets_find_the_same_rules(void **state)
{
    static struct set s;
    (void)state;
    for (unsigned seed = 1; seed <= SETS; seed++) {
        struct error err = ERROR_INIT;
        struct json_object *regional = NULL;
        struct gcp_firewall f;
        state64 = UINT64_C(1) << 40 | seed;
        struct json_object *network = make(&s, &regional);
        put_in_order(&s);
        assert_true(gcp_firewall_read(network, regional, &f, &err));
        try_packets(&s, &f, seed);
        gcp_firewall_release(&f);
        json_object_put(network);
        json_object_put(regional);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_open_is_what_packets_find),
        cmocka_unit_test(single_packets_find_the_same_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

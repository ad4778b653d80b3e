/* Random estates against an evaluator of its own: packets from sampled addresses to sampled ports of every machine, on every
 * way to it; no span, profile or piece in it. YOMAWARI_LONG=1 tries ten thousand. */
#include "checks/plugins/exposure/gcp_reach.h"
#include "tests/unit/checks/packets.h"
#include "tests/unit/checks/plugins/exposure/random_estate.h"

#include <stdlib.h>

enum {
    ESTATES = 1000,
    ESTATES_LONG = 10000,
    ADDRESSES = 7,
    BIG =
        0x33, /* addresses that stand for much of the internet: 0 and 1 of IPv4, 4 and 5 of IPv6 */
    SECURE_WORLDS = 1 << TAGS,
    REST = 200, /* a protocol that no rule names */
};

/* One port between any two ends of rules. */
static const int port_samples[] = { 0, 5, 21, 22, 23, 50, 80, 100, 443, 2000, 3389, 5000, 65535 };
enum {
    PORTS = sizeof port_samples / sizeof *port_samples,
    OTHERS = 5,
    SAMPLES = 2 * PORTS + OTHERS
};

struct sample {
    int protocol, port;
};

static struct sample sample_at(int n)
{
    static const int others[OTHERS] = { 1, 47, 50, 132, REST };
    if (n >= 2 * PORTS)
        return (struct sample){ others[n - 2 * PORTS], 0 };
    return (struct sample){ n < PORTS ? 6 : 17, port_samples[n % PORTS] };
}

/* ---- what must be ---- */

struct truth {
    const struct set *s;
    const struct world *w;
    int owner;
    unsigned families; /* of the row: IPv4 is 1, IPv6 is 2 */
    bool in_row[SAMPLES];
    struct matching matching[SAMPLES][ADDRESSES];
};

static unsigned family_of(int address)
{
    return address < 4 ? 1 : 2;
}

static bool admitted(const struct truth *t, const struct machine *m, unsigned secure, int sample,
                     int address)
{
    const struct instance v = { m->tags, secure, m->account == 3 ? 0 : m->account,
                                m->region < 3 ? m->region : 0 };
    return t->matching[sample][address].allows && admits(&t->matching[sample][address], &v);
}

/* Whether what is answered to an address leaves by the internet gateway: of the narrowest routes that hold it those that
 * come first, of which the gateway may be one. */
static bool is_answered(const struct world *w, const struct machine *m, int address)
{
    int bits = -1, priority = 0;
    bool gateway = false;
    for (int i = 0; i < w->route_count; i++) {
        const struct route *r = &w->routes[i];
        if ((ranges[r->range].holds >> address & 1) == 0 || (r->for_marked && !m->marked))
            continue;
        if (r->bits > bits || (r->bits == bits && r->priority < priority)) {
            bits = r->bits;
            priority = r->priority;
            gateway = r->gateway;
        } else if (r->bits == bits && r->priority == priority) {
            gateway = gateway || r->gateway;
        }
    }
    return gateway;
}

/* A member of a group counts whether or not it runs tonight. */
static bool is_up(const struct machine *m)
{
    return m->running || m->managed;
}

/* The ways to an interface: number 0 is its own addresses, the others are the forwarding rules. */
static enum gcp_serves serves(const struct world *w, const struct forwarding *f, int machine,
                              int nic)
{
    const struct machine *m = &w->machines[machine];
    bool near = m->region == f->region && nic == 0;
    if (f->holder != m->holder)
        return GCP_SERVES_NOT;
    switch (f->led) {
    case LED_POOL:
    case LED_LISTED:
        return (f->members >> machine & 1) != 0 && nic == 0 ? GCP_SERVES : GCP_SERVES_NOT;
    case LED_INSTANCE:
        return f->members == (unsigned)machine && (f->by_network ? m->nics[nic].here : nic == 0)
                   ? GCP_SERVES
                   : GCP_SERVES_NOT;
    case LED_MANAGED:
        return near && m->managed ? GCP_SERVES : GCP_SERVES_NOT;
    case LED_BY_HAND:
        return near && !m->managed ? GCP_SERVES_MAYBE : GCP_SERVES_NOT;
    default:
        return near ? GCP_SERVES_MAYBE : GCP_SERVES_NOT;
    }
}

static bool passes(const struct forwarding *f, struct sample s)
{
    return f->protocol < 0 ||
           (f->protocol == s.protocol && f->first <= s.port && s.port <= f->last);
}

static bool comes(const struct truth *t, const struct machine *m, int nic,
                  const struct forwarding *f, int address)
{
    bool has = f == NULL ? m->nics[nic].has[family_of(address) - 1]
                         : (family_of(address) == 2) == f->six && (f->from >> address & 1) != 0;
    return has && is_answered(t->w, m, address);
}

enum { ANYWHERE = -1, OWN = 0 };

/* Families in which a way (ANYWHERE: none is asked for) is open with these secure tags. */
static unsigned open_on(const struct truth *t, int machine, int nic, int way, unsigned secure,
                        int only)
{
    const struct machine *m = &t->w->machines[machine];
    const struct forwarding *f = way > OWN ? &t->w->forwarding[way - 1] : NULL;
    unsigned families = 0;
    for (int i = 0; i < SAMPLES; i++)
        for (int a = 0; a < ADDRESSES && t->in_row[i] && (only < 0 || only == i); a++)
            if ((BIG >> a & 1) != 0 && (t->families & family_of(a)) != 0 &&
                (families & family_of(a)) == 0 && (way == ANYWHERE || comes(t, m, nic, f, a)) &&
                (f == NULL || passes(f, sample_at(i))) && admitted(t, m, secure, i, a))
                families |= family_of(a);
    return families;
}

struct must {
    enum gcp_reach reach;
    bool because[GCP_REASONS];
    bool behind[MACHINES_MAX + FORWARDING_MAX]; /* machines, forwarding rules */
    size_t machines;
    bool balanced;
};

static bool better(struct must *m, enum gcp_reach reach)
{
    if (reach < m->reach) {
        size_t machines = m->machines;
        *m = (struct must){ .reach = reach, .machines = machines, .balanced = true };
    }
    return reach == m->reach;
}

static void try_way(const struct truth *t, int machine, int nic, int way, struct must *out)
{
    const struct forwarding *f = way > OWN ? &t->w->forwarding[way - 1] : NULL;
    enum gcp_serves served = f == NULL ? GCP_SERVES : serves(t->w, f, machine, nic);
    int open = 0;
    for (unsigned secure = 0; served != GCP_SERVES_NOT && secure < SECURE_WORLDS; secure++)
        open += open_on(t, machine, nic, way, secure, -1) != 0;
    if (open == 0)
        return;
    bool sure = open == SECURE_WORLDS && served == GCP_SERVES;
    if (!better(out, sure ? GCP_REACHABLE : GCP_REACH_UNKNOWN))
        return;
    if (!sure)
        out->because[open == SECURE_WORLDS ? GCP_MEMBERS_UNKNOWN : GCP_SECURE_TAGS] = true;
    out->behind[machine] = true;
    if (f != NULL)
        out->behind[MACHINES_MAX + way - 1] = true;
    out->balanced = out->balanced && f != NULL && f->led != LED_INSTANCE;
}

static enum gcp_reason reason(const struct truth *t, int machine, int nic, unsigned family)
{
    const struct machine *m = &t->w->machines[machine];
    bool way = m->nics[nic].has[family - 1], forwarded = false;
    for (int i = 0; i < t->w->forwarding_count; i++) {
        const struct forwarding *f = &t->w->forwarding[i];
        if (f->six != (family == 2) || serves(t->w, f, machine, nic) == GCP_SERVES_NOT)
            continue;
        forwarded = true;
        for (int k = 0; k < SAMPLES; k++)
            way = way || (t->in_row[k] && passes(f, sample_at(k)) && f->from == 0x7f);
    }
    return !is_up(m)   ? GCP_STOPPED
           : way       ? GCP_NO_ROUTE
           : forwarded ? GCP_NOT_FORWARDED
                       : GCP_NO_ADDRESS;
}

static void try_interface(const struct truth *t, int machine, int nic, struct must *out)
{
    unsigned families = 0;
    for (unsigned secure = 0; secure < SECURE_WORLDS; secure++)
        families |= open_on(t, machine, nic, ANYWHERE, secure, -1);
    if (families == 0)
        return;
    out->machines++;
    for (int way = OWN; is_up(&t->w->machines[machine]) && way <= t->w->forwarding_count; way++)
        try_way(t, machine, nic, way, out);
    if (!better(out, GCP_ATTACHED))
        return;
    out->behind[machine] = true;
    for (unsigned family = 1; family <= 2; family++)
        if ((families & family) != 0)
            out->because[reason(t, machine, nic, family)] = true;
}

static struct must must_be(const struct truth *t)
{
    struct must out = { .reach = GCP_OPEN_BY_RULE };
    for (int i = 0; i < t->w->machine_count; i++)
        for (int nic = 0; nic < t->w->machines[i].nic_count; nic++)
            if (t->w->machines[i].nics[nic].here)
                try_interface(t, i, nic, &out);
    return out;
}

/* ---- what is said ---- */

static bool is_within(const char *text, int port)
{
    int first = 0, last = 0, used = 0;
    for (const char *at = text; sscanf(at, "%d%n", &first, &used) == 1; at += strspn(at, ", ")) {
        at += used;
        last = first;
        if (sscanf(at, "-%d%n", &last, &used) == 1)
            at += used;
        if (first <= port && port <= last)
            return true;
    }
    return false;
}

static bool is_named(const struct set *s, int protocol)
{
    bool named = protocol == 6 || protocol == 17;
    for (size_t i = 0; i < s->count; i++)
        named = named || s->rules[i].protocol == protocol;
    return named;
}

static bool row_holds(const struct set *s, const struct open_row *row, struct sample at)
{
    static const struct {
        int number;
        const char *word;
    } words[] = { { 6, "tcp" },       { 17, "udp" },      { 1, "icmp" },
                  { 47, "proto/47" }, { 50, "proto/50" }, { 132, "proto/132" } };
    const char *word = "other";
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i].number == at.protocol && is_named(s, at.protocol))
            word = words[i].word;
    if (strcmp(row->protocol, "all") == 0)
        return true;
    if (strcmp(row->protocol, word) != 0)
        return false;
    return row->first >= 0 ? row->first <= at.port && at.port <= row->last
                           : row->ports[0] == '\0' || is_within(row->ports, at.port);
}

static void ask(struct truth *t, const struct gcp_open_row *row)
{
    t->owner = 0;
    while (strcmp(t->s->keys[t->owner], row->owner->key) != 0)
        t->owner++;
    t->families = (row->open.ipv4 ? 1U : 0) | (row->open.ipv6 ? 2U : 0);
    for (int i = 0; i < SAMPLES; i++) {
        struct sample at = sample_at(i);
        t->in_row[i] = row_holds(t->s, &row->open, at);
        for (int a = 0; t->in_row[i] && a < ADDRESSES; a++)
            t->matching[i][a] = matching_of(t->s, t->owner, at.protocol, at.port, a);
    }
}

static void compare_behind(const struct truth *t, const struct must *must,
                           const struct gcp_reached *is, const char *where)
{
    size_t count = 0;
    bool crew[HOLDERS] = { false };
    for (int i = 0; i < MACHINES_MAX + FORWARDING_MAX; i++) {
        char word[64];
        bool is_machine = i < MACHINES_MAX, managed = is_machine && t->w->machines[i].managed;
        if (!must->behind[i])
            continue;
        int holder = is_machine ? t->w->machines[i].holder : t->w->forwarding[i - MACHINES_MAX].holder;
        snprintf(word, sizeof word, "%s %s%s",
                 managed      ? "instance group"
                 : is_machine ? "instance"
                              : "forwarding rule",
                 managed      ? "crew"
                 : is_machine ? t->w->machines[i].name
                              : t->w->forwarding[i - MACHINES_MAX].name,
                 holder == 0 ? "" : " (" GUEST ")");
        if (!string_list_has(&is->behind, word))
            fail_msg("%s: %s is not behind", where, word);
        count += !(managed && crew[holder]);
        crew[holder] = crew[holder] || managed;
    }
    if (count != is->behind.count)
        fail_msg("%s: %zu are behind, %zu are said", where, count, is->behind.count);
}

/* Each address that is said is open on its ports, and each that is open is said. */
static bool says(const struct gcp_reached *is, const char *address, const char *machine,
                 struct sample at)
{
    for (size_t i = 0; i < json_object_array_length(is->addresses); i++) {
        struct json_object *o = json_object_array_get_idx(is->addresses, i);
        const char *protocol = json_string(o, "protocol"), *ports = json_string(o, "ports");
        if (strcmp(json_string(o, "address"), address) == 0 &&
            strcmp(json_string(o, "instance"), machine) == 0 &&
            (strcmp(protocol, "all") == 0 ||
             (strcmp(protocol, at.protocol == 6 ? "tcp" : "udp") == 0 &&
              is_within(ports, at.port))))
            return true;
    }
    return false;
}

static void compare_addresses(const struct truth *t, const struct gcp_reached *is,
                              const char *where)
{
    for (int i = 0; i < t->w->machine_count; i++) {
        const struct machine *m = &t->w->machines[i];
        for (int nic = 0; nic < m->nic_count; nic++)
            for (unsigned family = 1; family <= 2 && m->nics[nic].here && is_up(m); family++) {
                char address[32];
                unsigned always = t->families;
                snprintf(address, sizeof address, family == 1 ? "198.51.100.%d" : "2600::%d",
                         10 * i + nic);
                for (unsigned secure = 0; secure < SECURE_WORLDS; secure++)
                    always = open_on(t, i, nic, OWN, secure, -1) == 0 ? 0 : always;
                for (int k = 0; k < 2 * PORTS; k++) {
                    bool open = always != 0 && (open_on(t, i, nic, OWN, 0, k) & family) != 0;
                    if (open != says(is, address, m->name, sample_at(k)))
                        fail_msg("%s: %s port %d/%d", where, address, sample_at(k).protocol,
                                 sample_at(k).port);
                }
            }
    }
}

static void compare(struct truth *t, const struct gcp_open_row *row, const struct gcp_reached *is,
                    unsigned seed)
{
    char where[300];
    ask(t, row);
    struct must must = must_be(t);
    snprintf(where, sizeof where, "estate %u: %s %s", seed, row->owner->key, row->open.subject);
    if (must.reach != is->reach)
        fail_msg("%s is %s, said to be %s", where, gcp_reach_word(must.reach),
                 gcp_reach_word(is->reach));
    for (int i = 0; i < GCP_REASONS; i++)
        if (must.because[i] != is->because[i])
            fail_msg("%s: %s", where, gcp_reach_reason((enum gcp_reason)i));
    if (must.machines != is->machine_count)
        fail_msg("%s: %zu machines, said %zu", where, must.machines, is->machine_count);
    if ((must.balanced && must.reach == GCP_REACHABLE) != is->by_balancer_alone)
        fail_msg("%s: by balancers alone is %d", where, is->by_balancer_alone);
    compare_behind(t, &must, is, where);
    if (is->reach == GCP_REACHABLE)
        compare_addresses(t, is, where);
}

/* ---- estates ---- */

static void try_estate(unsigned seed, size_t tally[4])
{
    static struct set s;
    static struct world w;
    static struct truth t;
    struct error err = ERROR_INIT;
    struct json_object *regional = NULL;
    struct gcp_firewall f;
    struct gcp_open_rows rows;
    struct gcp_holder holders[HOLDERS] = { { .project = NULL } };
    struct gcp_routes routes = { .items = NULL };
    state64 = UINT64_C(7) << 40 | seed;
    for (int i = 0; i < HOLDERS; i++)
        gcp_forwarding_init(&holders[i].forwardings);
    struct json_object *network = make(&s, &regional);
    put_in_order(&s);
    make_world(&w, holders, &routes);
    if (!gcp_firewall_read(network, regional, &f, &err) || !gcp_open(&f, NULL, &rows, &err))
        fail_msg("estate %u: %s", seed, err.message);
    const struct gcp_surroundings around = { holders, HOLDERS, &routes, true, false, false };
    struct gcp_reach_network *n = gcp_reach_new(&f, &around);
    t = (struct truth){ .s = &s, .w = &w };
    for (size_t i = 0; i < rows.count; i++) {
        struct gcp_reached reached;
        gcp_reach_of(n, &rows.items[i], &reached);
        compare(&t, &rows.items[i], &reached, seed);
        tally[reached.reach]++;
        gcp_reach_release(&reached);
    }
    gcp_reach_free(n);
    gcp_open_rows_release(&rows);
    gcp_firewall_release(&f);
    for (int i = 0; i < HOLDERS; i++) {
        gcp_machines_release(&holders[i].machines);
        gcp_forwarding_release(&holders[i].forwardings);
    }
    gcp_routes_release(&routes);
    json_object_put(network);
    json_object_put(regional);
}

static void what_is_reached_is_what_packets_reach(void **state)
{
    const char *all = getenv("YOMAWARI_LONG");
    unsigned count = all != NULL && *all != '\0' ? ESTATES_LONG : ESTATES;
    size_t tally[4] = { 0 };
    (void)state;
    for (unsigned seed = 1; seed <= count; seed++)
        try_estate(seed, tally);
    for (int i = 0; i < 4; i++)
        if (tally[i] < count / 50)
            fail_msg("only %zu rows are %s", tally[i], gcp_reach_word((enum gcp_reach)i));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_reached_is_what_packets_reach),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

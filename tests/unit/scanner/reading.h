#ifndef TESTS_UNIT_SCANNER_READING_H
#define TESTS_UNIT_SCANNER_READING_H

/* One read at a time over the kit: account 111 behind its own gate. */
#include "scanner/read.h"
#include "tests/unit/scanner/kit.h"

/* Types of all sorts. */
static const char reading_types[] =
    "service: net\n"
    "types:\n"
    "  cloud_net_thing:\n"
    "    list: ListThings\n"
    "    with: {Max: 2}\n"
    "    items: Things\n"
    "    id: Id\n"
    "    life: Born\n"
    "    key: \"{partition}:{account}:{region}:{Id}\"\n"
    "  cloud_net_box:\n"
    "    list: ListBoxes\n"
    "    items: Boxes\n"
    "    id: Id\n"
    "    region: Home\n"
    "    key: \"box:{Id}\"\n"
    "    details:\n"
    "      - {get: GetLid, with: {Box: \"{Id}\"}, as: Lid, absent: [NoSuchLid]}\n"
    "      - {get: ListLocks, with: {Box: \"{Id}\"}, items: Locks, as: Locks}\n"
    "      - {get: GetNote, with: {Box: \"{Id}\", Page: \"{Nonsense}\"}, as: Note, only_for: [checks]}\n"
    "  cloud_net_case:\n"
    "    list: ListCases\n"
    "    items: Cases\n"
    "    id: Id\n"
    "    key: \"case:{Id}\"\n"
    "    details:\n"
    "      - {get: ListLocks, items: Locks, as: Locks}\n"
    "      - {get: ListKeys, items: Keys, as: Keys}\n"
    "  cloud_net_list:\n"
    "    list: ListLists\n"
    "    items: Lists\n"
    "    id: Id\n"
    "    owner: Owner\n"
    "    reference: SKY\n"
    "    key: \"list:{Id}\"\n"
    "    details:\n"
    "      - get: ListEntries\n"
    "        with: {List: \"{Id}\"}\n"
    "        items: Entries\n"
    "        as: Entries\n"
    "        referenced_by: {cloud_net_thing: [\"Lists[]\"]}\n"
    "  cloud_net_report:\n"
    "    scope: global\n"
    "    poll: {call: MakeReport, until: {State: READY}}\n"
    "    list: GetReport\n"
    "    decode: {csv: Content}\n"
    "    items: \".\"\n"
    "    from_answer: [Made]\n"
    "    id: user\n"
    "    key: \"{account}:{user}\"\n"
    "  cloud_net_self:\n"
    "    scope: global\n"
    "    list: GetSelf\n"
    "    items: \".\"\n"
    "    id: \"@account\"\n"
    "    key: \"self:{account}\"\n"
    "  cloud_net_tick:\n"
    "    list: ListTicks\n"
    "    items: Ticks\n"
    "    from_answer: [Seen]\n"
    "    id: Id\n"
    "    key: \"tick:{Id}\"\n";

struct reading {
    struct kit kit;
    const struct plan *plan; /* for read_options */
    enum outcome parents; /* how the read of the parents ended: for read_options */
    struct gate gate;
    int64_t account;
    struct read read;
    struct map *referenced; /* for read_options */
    bool with_checks;
    int done, stored;
};

static inline void reading_stored(void *ctx, struct json_object *tree)
{
    struct reading *g = ctx;
    assert_non_null(tree);
    g->stored++;
}

static inline void reading_done(void *ctx, struct read *r)
{
    struct reading *g = ctx;
    assert_ptr_equal(r, &g->read);
    assert_int_equal(r->state, READ_END);
    g->done++;
}

static inline void reading_open_gate(struct reading *g)
{
    struct account_spec spec = { .account = (char[]){ "111" } };
    struct kit_target *t = &g->kit.targets[0];
    kit_must(&g->kit, gate_init(&g->gate, &cloud_provider, &t->session, &t->group, &spec, &g->kit.loop, &g->kit.why));
}

/* With types of the test's own. */
static inline void reading_init_types(struct reading *g, const char *types)
{
    struct store_account row = { .provider = (char[]){ "cloud" }, .account = (char[]){ "111" },
                                 .state = (char[]){ "active" } };
    *g = (struct reading){ .with_checks = true };
    kit_init(&g->kit, (const char *const[]){ types, NULL });
    kit_must(&g->kit, store_account_put(g->kit.store, &row, &g->kit.why));
    g->account = row.id;
    reading_open_gate(g);
}

static inline void reading_init(struct reading *g)
{
    reading_init_types(g, reading_types);
}

static inline void reading_release(struct reading *g)
{
    gate_release(&g->gate);
    map_free(g->referenced);
    kit_release(&g->kit);
}

static inline void reading_start(struct reading *g, const char *type, const char *region)
{
    struct kit *k = &g->kit;
    size_t i = 0;
    while (strcmp(k->type_items[i]->name, type) != 0)
        assert_in_range(++i, 1, k->plan_types.count - 1);
    struct read_options o = { .context = &k->context,   .provider = &cloud_provider,
                              .gate = &g->gate,         .type = k->type_items[i],
                              .shape = k->shapes[i],    .shape_id = k->shape_ids[i],
                              .region = region,         .account = "111",
                              .partition = "sky",       .account_id = g->account,
                              .with_checks = g->with_checks, .referenced = g->referenced,
                              .plan = g->plan, .parents_region = region, .parents_outcome = g->parents };
    g->done = g->stored = 0;
    kit_must(k, read_init(&g->read, &o, &k->why));
    g->read.on_stored = reading_stored;
    g->read.done = reading_done;
    g->read.ctx = g;
    read_start(&g->read);
    assert_int_equal(g->done, 0);
}

/* Reads a scope to its end, which comes once, and says how it ended. */
static inline enum outcome reading_run(struct reading *g, const char *type, const char *region)
{
    reading_start(g, type, region);
    kit_run(&g->kit);
    assert_int_equal(g->done, 1);
    enum outcome outcome = g->read.outcome;
    read_release(&g->read);
    return outcome;
}

#endif

#ifndef TESTS_UNIT_CORE_STORE_ADDRESSES_H
#define TESTS_UNIT_CORE_STORE_ADDRESSES_H

/* Nights over things that hold addresses. */
#include "core/model/resource_type.h"
#include "core/store/address.h"
#include "tests/unit/core/store/world.h"

#define ADDRESSES_MACHINE                                                                          \
    "service: t\ntypes:\n"                                                                         \
    "  aws_t_machine: {list: L, items: I, id: Id, key: \"{Id}\", holder: first,\n"                 \
    "    addresses: [Ip, \"Ips[]\", \"Cards[].Ip\"]}\n"
#define ADDRESSES_TYPES                                                                            \
    ADDRESSES_MACHINE                                                                              \
    "  aws_t_card: {list: L, items: I, id: Id, key: \"{Id}\", addresses: [Ip]}\n"                  \
    "  aws_t_fixed: {list: L, items: I, id: Id, key: \"{Id}\", addresses: [Ip], holder: last}\n"   \
    "  aws_t_live: {list: L, items: I, id: Id, key: \"{Id}\", addresses: [Seen.Ip], volatile: [Seen]}\n" \
    "  aws_t_other: {list: L, items: I, id: Id, key: \"{Id}\"}\n"

static inline struct resource_types *addresses_types(struct world *w, const char *yaml)
{
    struct resource_types *types = resource_types_new();
    world_must(w, resource_types_add(types, "t.yaml", text_of(yaml), &w->err));
    return types;
}

static inline void addresses_publish(struct world *w, const struct resource_types *types)
{
    world_must(w, store_begin(w->s, &w->err));
    world_must(w, address_update(w->s, &w->run, types, &w->err));
    world_must(w, findings_publish(w->s, &w->run, &w->counts, &w->err));
    world_must(w, store_run_publish(w->s, &w->run, w->now + 600, &w->err));
    world_must(w, store_commit(w->s, &w->err));
}

/* Who held what as "address key[from,to)", in order of address, key and time. */
static inline void addresses_expect(struct world *w, const char *wanted)
{
    world_expect(w,
                 "SELECT h.address || '=' || r.key || '[' || h.from_run || ',' || coalesce(h.to_run, '') || ')'"
                 " FROM address h JOIN resource r ON r.id = h.resource ORDER BY h.address, r.key, h.from_run",
                 wanted);
}

#endif

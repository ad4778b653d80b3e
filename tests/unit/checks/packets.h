#ifndef TESTS_UNIT_CHECKS_PACKETS_H
#define TESTS_UNIT_CHECKS_PACKETS_H

/* Another evaluator of random rules: packet by packet, instance by instance, the first rule that matches decides. */
#include "tests/unit/checks/random_rules.h"

struct instance {
    unsigned tags, secure;
    int account, region; /* account: bit number + 1, or 0 */
};

static inline bool is_first(const struct rule *a, const struct rule *b)
{
    if (a->level != b->level)
        return a->level < b->level;
    if (a->priority != b->priority)
        return a->priority < b->priority;
    if ((a->action == DENY) != (b->action == DENY))
        return a->action == DENY;
    return a->order < b->order;
}

static inline void put_in_order(struct set *s)
{
    for (size_t i = 1; i < s->count; i++)
        for (size_t k = i; k > 0 && is_first(&s->rules[k], &s->rules[k - 1]); k--) {
            struct rule swap = s->rules[k];
            s->rules[k] = s->rules[k - 1];
            s->rules[k - 1] = swap;
        }
}

static inline bool is_target(const struct rule *r, const struct instance *v)
{
    if (r->region != 0 && r->region != v->region)
        return false;
    if ((r->tags | r->accounts | r->secure) == 0)
        return true;
    return (r->tags & v->tags) != 0 || (r->secure & v->secure) != 0 ||
           (v->account > 0 && (r->accounts >> (v->account - 1) & 1) != 0);
}

static inline bool is_port(const struct rule *r, int protocol, int port)
{
    if (r->protocol == -1)
        return true;
    return r->protocol == protocol &&
           ((protocol != 6 && protocol != 17) || (r->first <= port && port <= r->last));
}

/* The rules that match a packet, whoever it is for, but for what others than the owner allow; in order. */
struct matching {
    const struct rule *rules[RULES_MAX];
    size_t count;
    bool allows;
};

static inline struct matching matching_of(const struct set *s, int owner, int protocol, int port,
                                          int address)
{
    struct matching m = { .count = 0 };
    for (size_t i = 0; i < s->count; i++) {
        const struct rule *r = &s->rules[i];
        bool allows = r->action == ALLOW || r->action == INSPECT;
        if ((allows && r->owner != owner) || (r->action == DENY && r->some_destinations) ||
            (r->from >> address & 1) == 0 || !is_port(r, protocol, port))
            continue;
        m.rules[m.count++] = r;
        m.allows = m.allows || allows;
    }
    return m;
}

/* Whether the packet comes through: the first rule for this instance decides. */
static inline bool admits(const struct matching *m, const struct instance *v)
{
    int done = -1; /* a level that was left by goto_next */
    for (size_t i = 0; i < m->count; i++) {
        const struct rule *r = m->rules[i];
        if (r->level == done || !is_target(r, v))
            continue;
        if (r->action != NEXT)
            return r->action != DENY;
        done = r->level;
    }
    return false;
}

#endif

#ifndef TESTS_UNIT_SCANNER_FINDING_H
#define TESTS_UNIT_SCANNER_FINDING_H

/* Discovery over the kit: target 0 is an organization that account 999 may list, target 1 what a test says. */
#include "scanner/discover.h"
#include "scanner/walk.h"
#include "tests/unit/scanner/kit.h"

struct finding {
    struct kit kit;
    struct found found;
    struct discover_options options;
    struct error err;
};

static inline void finding_init(struct finding *f)
{
    static const char types[] = "service: net\n"
                                "types:\n"
                                "  cloud_net_thing:\n"
                                "    scope: global\n"
                                "    list: ListThings\n"
                                "    items: Things\n"
                                "    id: Id\n"
                                "    key: \"thing:{account}:{Id}\"\n";
    *f = (struct finding){ 0 };
    kit_init(&f->kit, (const char *const[]){ types, NULL });
    f->kit.cloud.regions_unknown = true;
    f->kit.targets[0].session.accounts = PROVIDER_ACCOUNTS_WHOLE;
    f->options = (struct discover_options){ .context = &f->kit.context, .loop = &f->kit.loop, .log = &f->kit.log };
}

/* As if the process had ended: what was found is forgotten, lists begin anew. */
static inline void finding_forget(struct finding *f)
{
    found_release(&f->found);
    for (int i = 0; i < KIT_TARGETS; i++) {
        struct provider_session *s = &f->kit.targets[i].session;
        s->lists[0] = "ListAccounts";
        s->list_count = 1;
        s->next_list = 0;
    }
}

static inline void finding_release(struct finding *f)
{
    found_release(&f->found);
    kit_release(&f->kit);
}

/* What the organization says of its accounts, from now on. */
static inline void finding_list(struct finding *f, const char *body)
{
    cloud_on(&f->kit.cloud, "999 home ListAccounts {}", 200, body);
}

/* A target of accounts that the config names; the rows are borrowed. */
static inline void finding_name(struct finding *f, size_t target, struct config_account *rows, size_t count)
{
    struct provider_session *s = &f->kit.targets[target].session;
    s->accounts = PROVIDER_ACCOUNTS_NAMED;
    s->named = rows;
    s->named_count = count;
}

/* Asks one target. The first of a night begins with nothing found. */
static inline bool finding_discover(struct finding *f, size_t target)
{
    struct walk_target *t = &f->kit.targets[target].walk;
    if (found_target(&f->found, t->config->name) != NULL || f->found.target_count == 0)
        finding_forget(f);
    return discover_target(&f->options, t, &f->found, &f->err);
}

static inline void finding_settle(struct finding *f)
{
    if (!discover_settle(&f->options, &f->found, &f->err))
        fail_msg("%s", f->err.message);
}

static inline void finding_walk(struct finding *f)
{
    struct walk_totals totals;
    struct walk_options o = { .context = &f->kit.context, .loop = &f->kit.loop, .log = &f->kit.log,
                              .accounts_at_once = 8, .filtered = f->options.filtered };
    if (!walk_accounts(&o, &f->found, &totals, &f->err))
        fail_msg("%s", f->err.message);
}

/* A whole night of the organization: list, settle, walk. */
static inline void finding_night(struct finding *f)
{
    if (!finding_discover(f, 0))
        fail_msg("%s", f->err.message);
    finding_settle(f);
    finding_walk(f);
}

/* "TARGET ACCOUNT STATE" of what was found, in order. */
static inline void finding_assert(const struct finding *f, const char *expected)
{
    struct buffer all;
    buffer_init(&all, 1024 * 1024);
    for (size_t i = 0; i < f->found.count; i++) {
        const struct found_account *a = &f->found.accounts[i];
        buffer_append_format(&all, "%s %s %s\n", a->target->config->name,
                             a->spec.account == NULL ? "-" : a->spec.account,
                             a->spec.state == NULL ? "-" : a->spec.state);
    }
    assert_string_equal(buffer_string(&all), expected);
    buffer_release(&all);
}

/* "ACCOUNT STATE" of all accounts that the store knows. */
static inline void finding_assert_states(struct finding *f, const char *expected)
{
    kit_assert_rows(&f->kit, "SELECT account, state FROM account ORDER BY 1", expected);
}

#endif

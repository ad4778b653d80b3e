#ifndef TESTS_UNIT_SCANNER_WALKING_H
#define TESTS_UNIT_SCANNER_WALKING_H

/* One account at a time over the kit, walked whole: gate, regions, plan, reads. */
#include "tests/unit/scanner/kit.h"

/* cloud_net_list is read after cloud_net_thing, which refers to it; cloud_rare_gem exists in r1 alone. */
static const char walking_net[] = "service: net\n"
                                  "types:\n"
                                  "  cloud_net_list:\n"
                                  "    list: ListLists\n"
                                  "    items: Lists\n"
                                  "    id: Id\n"
                                  "    key: \"list:{region}:{Id}\"\n"
                                  "    details:\n"
                                  "      - get: ListEntries\n"
                                  "        with: {List: \"{Id}\"}\n"
                                  "        items: Entries\n"
                                  "        as: Entries\n"
                                  "        referenced_by: {cloud_net_thing: [\"Lists[]\"]}\n"
                                  "  cloud_net_thing:\n"
                                  "    list: ListThings\n"
                                  "    items: Things\n"
                                  "    id: Id\n"
                                  "    key: \"thing:{account}:{region}:{Id}\"\n"
                                  "    set: [\"Lists[]\"]\n"
                                  "  cloud_net_user:\n"
                                  "    scope: global\n"
                                  "    list: ListUsers\n"
                                  "    items: Users\n"
                                  "    id: Id\n"
                                  "    key: \"user:{account}:{Id}\"\n";

static const char walking_rare[] = "service: rare\n"
                                   "types:\n"
                                   "  cloud_rare_gem:\n"
                                   "    list: ListGems\n"
                                   "    items: Gems\n"
                                   "    id: Id\n"
                                   "    key: \"gem:{account}:{Id}\"\n";

struct walking {
    struct kit kit;
    struct account_walk *account;
    int done;
    bool filtered;
};

static inline void walking_init(struct walking *w)
{
    *w = (struct walking){ 0 };
    kit_init(&w->kit, (const char *const[]){ walking_net, walking_rare, NULL });
}

static inline void walking_done(void *ctx, struct account_walk *a)
{
    struct walking *w = ctx;
    assert_ptr_equal(a, w->account);
    w->done++;
}

/* `account` NULL: the session's own. Texts of the spec are copied. */
static inline void walking_start(struct walking *w, const char *account, const char *state)
{
    struct account_spec spec = { .account = memory_string(account), .name = memory_string("shop"),
                                 .state = memory_string(state) };
    w->done = 0;
    w->account = account_walk_new(&w->kit.targets[0].walk, &w->kit.context, &w->kit.loop, &spec);
    assert_null(spec.account);
    w->account->filtered = w->filtered;
    w->account->done = walking_done;
    w->account->ctx = w;
    account_walk_start(w->account);
}

/* Walks to the end, which comes once; the account is still there to look at. */
static inline void walking_finish(struct walking *w)
{
    kit_run(&w->kit);
    assert_int_equal(w->done, 1);
}

static inline void walking_free(struct walking *w)
{
    account_walk_free(w->account);
    w->account = NULL;
}

static inline void walking_run(struct walking *w, const char *account)
{
    walking_start(w, account, NULL);
    walking_finish(w);
    walking_free(w);
}

static inline void walking_release(struct walking *w)
{
    walking_free(w);
    string_list_release(&w->kit.targets[0].config.aws.regions);
    kit_release(&w->kit);
}

/* What the account says of its regions, from now on. */
static inline void walking_regions(struct walking *w, const char *body)
{
    cloud_on(&w->kit.cloud, "* home ListRegions {}", 200, body);
}

#define WALKING_R1 "i {\"Name\":\"r1\"}\n"
#define WALKING_R2 "i {\"Name\":\"r2\"}\n"
#define WALKING_R2_OFF "i {\"Name\":\"r2\",\"On\":false}\n"
#define WALKING_END ".\n"

#endif

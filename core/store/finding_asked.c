#include "core/store/finding_asked.h"

#include "core/store/internal.h"
#include "core/store/lending.h"

struct asking {
    struct store *s;
    const struct store_run *run;
    const char *const *owned;
    bool all;
};

/* Of the types those that are in the account's plan at all. */
static bool look(struct asking *a, int64_t account, const char *const *types, struct error *err)
{
    for (size_t i = 0; types != NULL && types[i] != NULL; i++) {
        int64_t left_out = 0;
        if (!sql_number(
                &a->s->sql,
                "SELECT EXISTS (SELECT 1 FROM scope sc JOIN main.coverage c ON c.scope = sc.id"
                " AND c.to_run IS NULL AND c.outcome NOT IN ('out_of_scope', 'closed')"
                " WHERE sc.account = ?1 AND sc.type = ?2 AND NOT EXISTS (SELECT 1 FROM progress g"
                " WHERE g.scope = sc.id AND g.run = ?3))",
                SQL_VALUES(sql_int(account), sql_text(types[i]), sql_int(a->run->id)), &left_out,
                err))
            return false;
        a->all = a->all && left_out == 0;
    }
    return true;
}

static bool look_at_owner(void *ctx, const char *owner, int64_t account, struct error *err)
{
    struct asking *a = ctx;
    (void)owner;
    return look(a, account, a->owned, err);
}

bool finding_asked(struct store *s, const struct store_run *run, const struct finding_batch *batch,
                   bool *out, struct error *err)
{
    struct asking a = { s, run, batch->owned, true };
    if (run->filtered && batch->types != NULL) {
        bool owned = batch->owned != NULL && batch->owned[0] != NULL;
        if (!look(&a, batch->account, batch->types, err) ||
            (owned && !lending_owners(s, batch->account, batch->types, look_at_owner, &a, err)))
            return false;
    }
    *out = a.all;
    return true;
}

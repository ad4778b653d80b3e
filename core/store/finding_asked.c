#include "core/store/finding_asked.h"

#include "core/store/internal.h"
#include "core/store/lending.h"

struct asking {
    struct store *s;
    const struct store_run *run;
    const char *const *of_others;
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

static bool look_at_other(void *ctx, const char *other, int64_t account, struct error *err)
{
    struct asking *a = ctx;
    (void)other;
    return look(a, account, a->of_others, err);
}

static bool look_at_owners(struct asking *a, const struct finding_batch *b, struct error *err)
{
    a->of_others = b->owned;
    return b->owned == NULL || b->owned[0] == NULL ||
           lending_owners(a->s, b->account, b->types, look_at_other, a, err);
}

static bool look_at_tenants(struct asking *a, const struct finding_batch *b, struct error *err)
{
    a->of_others = b->tenanted;
    return b->tenanted == NULL || b->tenanted[0] == NULL ||
           lending_tenants(a->s, b->account, b->types, look_at_other, a, err);
}

bool finding_asked(struct store *s, const struct store_run *run, const struct finding_batch *batch,
                   bool *out, struct error *err)
{
    struct asking a = { s, run, NULL, true };
    if (run->filtered && batch->types != NULL &&
        !(look(&a, batch->account, batch->types, err) && look_at_owners(&a, batch, err) &&
          look_at_tenants(&a, batch, err)))
        return false;
    *out = a.all;
    return true;
}

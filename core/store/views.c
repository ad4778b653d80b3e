#include "core/store/views.h"

#include "core/model/resource_type.h"
#include "core/store/diff.h"
#include "core/store/finding_controls.h"
#include "core/store/internal.h"
#include "core/store/type_view.h"

static bool add_change(void *ctx, const struct diff_row *row, struct error *err)
{
    struct store *s = ctx;
    return sql_run(
        &s->sql,
        "INSERT INTO temp.changes(change, provider, account, account_name, region, type, id, name, tags,"
        " team, field, before, after, key)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        SQL_VALUES(sql_text(row->change), sql_text(row->provider), sql_text(row->account),
                   sql_text(row->account_name), sql_text(row->region), sql_text(row->type),
                   sql_text(row->id), sql_text(row->name), sql_text(row->tags), sql_text(row->team),
                   sql_text(row->field), sql_text(row->before), sql_text(row->after),
                   sql_text(row->key)),
        err);
}

static bool create_type_views(struct store *s, const struct resource_types *types,
                              struct error *err)
{
    size_t count = types == NULL ? 0 : resource_types_count(types);
    for (size_t i = 0; i < count; i++)
        if (!type_view_create(&s->sql, resource_types_at(types, i), err))
            return false;
    return true;
}

bool views_create(struct store *s, const struct store_run *run, const struct resource_types *types,
                  struct error *err)
{
    struct diff_options span = { run->baseline, run->id };
    const char *sql = store_file("views.sql");
    if (sql == NULL)
        return error_set(err, ERROR_INTERNAL, "views.sql is not built in");
    return finding_controls_register(s->sql.db, err) && sql_script(&s->sql, sql, err) &&
           sql_run(&s->sql, "INSERT INTO temp.views_run(run, baseline) VALUES (?1, ?2)",
                   SQL_VALUES(sql_int(run->id), sql_int(run->baseline)), err) &&
           create_type_views(s, types, err) && diff_each(s, &span, add_change, s, err);
}

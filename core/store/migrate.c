#include "core/store/migrate.h"

#include <stdio.h>
#include <string.h>

const char *migrate_file(const struct migrate_plan *plan, const char *name)
{
    size_t folder = strlen(plan->folder);
    for (size_t i = 0; i < plan->count; i++) {
        const char *path = plan->files[i].name;
        if (strncmp(path, plan->folder, folder) == 0 && path[folder] == '/' &&
            strcmp(path + folder + 1, name) == 0)
            return plan->files[i].text;
    }
    return NULL;
}

/* What the file says it is. An empty file is of no program and of version 0. */
struct kind {
    int64_t application, version, tables;
};

static bool read_kind(struct sql *q, struct kind *out, struct error *err)
{
    return sql_number(q, "PRAGMA application_id", SQL_NO_VALUES, &out->application, err) &&
           sql_number(q, "PRAGMA user_version", SQL_NO_VALUES, &out->version, err) &&
           sql_number(q, "SELECT count(*) FROM sqlite_master", SQL_NO_VALUES, &out->tables, err);
}

static bool check_owner(const struct sql *q, const struct kind *k, int version, struct error *err)
{
    if (k->tables > 0 && k->application != MIGRATE_APPLICATION_ID)
        return error_set(err, ERROR_STORE, "%s is not a state of yomawari; it was left as it is",
                         q->path);
    if (k->version > version)
        return error_set(
            err, ERROR_STORE,
            "%s was written by a newer yomawari (state version %lld, this one writes %d); "
            "use that one or a newer one",
            q->path, (long long)k->version, version);
    return true;
}

bool migrate_check(struct sql *q, const struct migrate_plan *plan, struct error *err)
{
    struct kind k = { 0 };
    if (!read_kind(q, &k, err) || !check_owner(q, &k, plan->version, err))
        return false;
    if (k.version == plan->version)
        return true;
    return error_set(
        err, ERROR_STORE,
        "%s is of state version %lld, this program reads %d; run a scan to bring it forward",
        q->path, (long long)k.version, plan->version);
}

static bool apply(struct sql *q, const struct migrate_plan *plan, const char *name,
                  struct error *err)
{
    const char *text = migrate_file(plan, name);
    if (text == NULL)
        return error_set(err, ERROR_INTERNAL, "%s/%s is not built in", plan->folder, name);
    return sql_script(q, text, err) || error_prefix(err, "%s", name);
}

static bool apply_all(struct sql *q, const struct migrate_plan *plan, const struct kind *k,
                      struct error *err)
{
    char text[96];
    if (k->tables == 0 && !apply(q, plan, "schema.sql", err))
        return false;
    for (int64_t v = k->version + 1; k->tables > 0 && v <= plan->version; v++) {
        snprintf(text, sizeof text, "migrate_%lld.sql", (long long)v);
        if (!apply(q, plan, text, err))
            return false;
    }
    /* A pragma takes no bound values; both are numbers of this program. */
    snprintf(text, sizeof text, "PRAGMA application_id = %d; PRAGMA user_version = %d",
             MIGRATE_APPLICATION_ID, plan->version);
    return sql_script(q, text, err);
}

bool migrate_run(struct sql *q, const struct migrate_plan *plan, struct error *err)
{
    struct kind k = { 0 };
    if (!read_kind(q, &k, err) || !check_owner(q, &k, plan->version, err))
        return false;
    if (k.version == plan->version)
        return true;
    if (!sql_script(q, "BEGIN IMMEDIATE", err))
        return false;
    if (apply_all(q, plan, &k, err) && sql_script(q, "COMMIT", err))
        return true;
    struct error ignored = ERROR_INIT;
    sql_script(q, "ROLLBACK", &ignored);
    return false;
}

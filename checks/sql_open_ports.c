#include "checks/sql_open_ports.h"

#include "checks/permissions.h"
#include "checks/sql_open_row.h"

#include <json-c/json.h>

/* ---- the table ---- */

/* In the order of the table's declaration. */
static void add_row(struct sql_rows *out, const struct open_row *row)
{
    sql_open_row_first(out, row);
    sql_open_row_last(out, row);
    sql_rows_add_integer(out, row->direct);
}

static bool compute(struct sandbox *s, struct json_object *const *arguments, struct sql_rows *out,
                    struct error *err)
{
    (void)s;
    struct port_rules rules = { NULL, 0, false };
    struct open_rows rows = { NULL, 0 };
    bool ok = permissions_read(arguments[0], arguments[1], &rules, err) &&
              ports_open(&rules, arguments[2], &rows, err);
    for (size_t i = 0; ok && i < rows.count; i++)
        add_row(out, &rows.items[i]);
    open_rows_release(&rows);
    port_rules_release(&rules);
    return ok;
}

static const struct sql_table table = {
    .name = "open_ports",
    .columns = "subject, protocol, ports, first, last, sources, ipv4, ipv6, admin, direct",
    .column_count = 10,
    .argument_count = 3,
    .compute = compute,
};

bool sql_open_ports_register(struct sandbox *s, struct error *err)
{
    return sql_table_register(s, &table, err);
}

#include "checks/sql_gcp_open_ports.h"

#include "checks/gcp_open.h"
#include "checks/sql_open_row.h"

/* In the order of the table's declaration. */
static void add_row(struct sql_rows *out, const struct gcp_open_row *row)
{
    static const char *const exposures[] = { "internet", "narrowed", "unread" };
    const struct open_row *open = &row->open;
    sql_rows_add_text(out, row->owner->key);
    sql_rows_add_text(out, row->owner->name);
    sql_rows_add_text(out, row->owner->level);
    sql_rows_add_text(out, exposures[row->owner->exposure]);
    sql_open_row_first(out, open);
    sql_rows_add_json(out, row->targets);
    sql_rows_add_json(out, row->rules);
    sql_open_row_last(out, open);
    sql_rows_add_integer(out, row->inspected);
    sql_rows_add_integer(out, open->direct);
}

static bool compute(struct sandbox *s, struct json_object *const *arguments, struct sql_rows *out,
                    struct error *err)
{
    (void)s;
    struct gcp_firewall firewall;
    struct gcp_open_rows rows = { NULL, 0 };
    bool ok = gcp_firewall_read(arguments[0], arguments[1], &firewall, err) &&
              gcp_open(&firewall, arguments[2], &rows, err);
    for (size_t i = 0; ok && i < rows.count; i++)
        add_row(out, &rows.items[i]);
    gcp_open_rows_release(&rows);
    gcp_firewall_release(&firewall);
    return ok;
}

static const struct sql_table table = {
    .name = "gcp_open_ports",
    .columns =
        "key, name, level, exposure, subject, protocol, ports, first, last, sources, targets, rules,"
        " ipv4, ipv6, admin, inspected, alone",
    .column_count = 17,
    .argument_count = 3,
    .compute = compute,
};

bool sql_gcp_open_ports_register(struct sandbox *s, struct error *err)
{
    return sql_table_register(s, &table, err);
}

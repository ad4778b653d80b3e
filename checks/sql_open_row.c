#include "checks/sql_open_row.h"

static void add_port(struct sql_rows *out, int port)
{
    if (port >= 0)
        sql_rows_add_integer(out, port);
    else
        sql_rows_add_null(out);
}

void sql_open_row_first(struct sql_rows *out, const struct open_row *row)
{
    sql_rows_add_text(out, row->subject);
    sql_rows_add_text(out, row->protocol);
    sql_rows_add_text(out, row->ports[0] == '\0' ? NULL : row->ports);
    add_port(out, row->first);
    add_port(out, row->last);
    sql_rows_add_json(out, row->sources);
}

void sql_open_row_last(struct sql_rows *out, const struct open_row *row)
{
    sql_rows_add_integer(out, row->ipv4);
    sql_rows_add_integer(out, row->ipv6);
    sql_rows_add_integer(out, row->admin);
}

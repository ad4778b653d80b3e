#ifndef CHECKS_SQL_OPEN_ROW_H
#define CHECKS_SQL_OPEN_ROW_H

#include "checks/ports.h"
#include "checks/sql_table.h"

/* What open_ports() and gcp_open_ports() both say of an open row: the first columns (subject, protocol, ports, first, last,
 * sources) and the last (ipv4, ipv6, admin). */
void sql_open_row_first(struct sql_rows *out, const struct open_row *row);
void sql_open_row_last(struct sql_rows *out, const struct open_row *row);

#endif

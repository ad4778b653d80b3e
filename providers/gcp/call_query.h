#ifndef PROVIDERS_GCP_CALL_QUERY_H
#define PROVIDERS_GCP_CALL_QUERY_H

#include "core/base/error.h"

#include <stdbool.h>

struct log_table;
struct provider_call;

/*
 * BigQuery's jobs.query and jobs.getQueryResults: they hand out what is in tables, and the first makes a job that somebody
 * pays for. So no type may name them, and a door lets through only what asks the table that it was opened for: one SELECT, of
 * standard SQL, with its price stated (a dry run, or a most that may be billed), in the project that pays.
 */
bool gcp_call_query_is(const char *service, const char *method);

/* Whether such a call may be made through a door that was opened for `table`; NULL: for none. ERROR_CONFIG. */
bool gcp_call_query_is_in_place(const struct provider_call *call, const struct log_table *table, struct error *err);

#endif

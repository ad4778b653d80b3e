#ifndef PROVIDERS_GCP_FLOW_QUERY_H
#define PROVIDERS_GCP_FLOW_QUERY_H

#include "core/base/error.h"
#include "core/model/resource_type.h"

#include <stdint.h>

struct json_object;
struct log_table;

/*
 * Who asks for names outside, of VPC flow logs in a table of BigQuery: a query that sums them up by hour, and its rows as log
 * entries, so that checks see no difference to those of entries.list but that jsonPayload.flows says for how many one stands.
 *
 * Two forms of tables are known by their columns ("BigQuery schema for logs" and "Log Analytics", Cloud Logging): what a sink
 * writes, jsonPayload with columns below it, of which those are missing that no flow had yet; and a view of a dataset that is
 * linked to a log bucket, json_payload as JSON. A table of the first form may be one a day, NAME_YYYYMMDD.
 */
struct gcp_flow_query {
    const struct log_table *table;  /* its name may end in *: shards by day */
    const struct string_list *resolvers; /* asked at port 443, too: addresses, at most GCP_FLOW_QUERY_RESOLVERS_MAX */
    int64_t since_unix_s, until_unix_s;  /* since: a full hour, so that a row is the same whenever it is asked for */
    /* Whose flows alone are wanted, at most GCP_FLOW_QUERY_PROJECTS_MAX; none, or more: everybody's */
    const struct string_list *projects;
};
enum {
    GCP_FLOW_QUERY_ROWS_MAX = 100000, /* one more is asked for, and says that there are too many */
    GCP_FLOW_QUERY_RESOLVERS_MAX = 2000,
    GCP_FLOW_QUERY_PROJECTS_MAX = 100,
    GCP_FLOW_QUERY_TEXT_MAX = 256 * 1024, /* BigQuery takes a million characters */
};

/* The query, free(). `table` is what tables.get says of it, or of one of its shards. NULL and ERROR_DATA for a table of another
 * form, with what it lacks; ERROR_CONFIG for what is no address; ERROR_LIMIT. */
char *gcp_flow_query_text(const struct gcp_flow_query *q, struct json_object *table, struct error *err);

/* The log entry of a row ({f: [{v: TEXT}]}); a new reference. NULL and ERROR_DATA for a row of another form. */
struct json_object *gcp_flow_query_entry(struct json_object *row, struct error *err);

#endif

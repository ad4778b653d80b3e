#ifndef TESTS_FAKECLOUD_GOOGLE_FLOW_TABLE_H
#define TESTS_FAKECLOUD_GOOGLE_FLOW_TABLE_H

#include "tests/fakecloud/google/call.h"

/*
 * Tables of BigQuery over the flows of all ordinary projects, in the dataset "flows" of the first project:
 *
 *   compute_googleapis_com_vpc_flows            what a sink writes, partitioned by day
 *   compute_googleapis_com_vpc_flows_YYYYMMDD   the same, a table a day
 *   _AllLogs                                    a view of a linked dataset: JSON
 *   grown                                       like the first; a query of it reads more than its dry run says
 *   huge                                        like the first; more than anybody would pay for
 *   odd                                         likewise; its rows are none of what was asked for
 *   plain                                       of something else
 *
 * The only query that is understood is the one that yomawari makes, fragment by fragment; what comes of it is worked out here. It
 * never ends at once, and gives three rows a page at most.
 */
#define GOOGLE_FLOW_TABLE_DATASET "flows"

bool google_flow_table_get(const struct google_call *c, struct json_object **out, struct google_fault *fault);
bool google_flow_table_query(const struct google_call *c, struct json_object **out, struct google_fault *fault);
bool google_flow_table_results(const struct google_call *c, struct json_object **out, struct google_fault *fault);

#endif

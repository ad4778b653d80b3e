#ifndef PROVIDERS_AWS_FLOWLOGS_FLOW_QUERY_TERMS_H
#define PROVIDERS_AWS_FLOWLOGS_FLOW_QUERY_TERMS_H

#include "core/base/buffer.h"
#include "providers/aws/flowlogs/flow_watch.h"

/* What is watched, as conditions of a query (flow_query.h) on the fields yport and ydst. */
enum flow_query_term_kind {
    FLOW_QUERY_ADDRESS,
    FLOW_QUERY_PATTERN, /* how an address of IPv6 begins */
    FLOW_QUERY_RANGE,
    FLOW_QUERY_KINDS
};
enum { FLOW_QUERY_TERM_MAX = 96 };

struct flow_query_term {
    uint16_t port;
    enum flow_query_term_kind kind;
    char text[FLOW_QUERY_TERM_MAX];
};

struct flow_query_terms {
    struct flow_query_term *items; /* in order of port and kind, each once */
    size_t count;
    struct buffer ports; /* watched of every destination: "53|853" */
};

void flow_query_terms_init(struct flow_query_terms *t, const struct flow_watch *watch);
void flow_query_terms_release(struct flow_query_terms *t);

/* Appends those from `from` to before `end`, as one condition; `is_first`: nothing stands before it that it is "or" to. */
void flow_query_terms_add(const struct flow_query_terms *t, size_t from, size_t end, bool is_first, struct buffer *out);

#endif

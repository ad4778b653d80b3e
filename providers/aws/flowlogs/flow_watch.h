#ifndef PROVIDERS_AWS_FLOWLOGS_FLOW_WATCH_H
#define PROVIDERS_AWS_FLOWLOGS_FLOW_WATCH_H

#include "core/base/error.h"
#include "providers/aws/flowlogs/flow_address.h"

/*
 * Which destinations are worth keeping of the flows that go by: some ports whoever is asked outside (53, 853), and
 * single addresses and ranges at a port (443 of those that answer DNS over HTTPS).
 */
struct flow_watch;

enum {
    FLOW_WATCH_ADDRESSES_MAX = 20000,
    FLOW_WATCH_RANGES_MAX = 64, /* looked through one by one */
};

struct flow_watch *flow_watch_new(void);
void flow_watch_free(struct flow_watch *w);

/* This port, of every destination that is not inside (flow_address_is_inside()). */
void flow_watch_port(struct flow_watch *w, uint16_t port);

/* This port of an address or a range ("10.0.0.0/8"), inside or not. ERROR_CONFIG for what is neither, ERROR_LIMIT. */
bool flow_watch_address(struct flow_watch *w, const char *address, uint16_t port, struct error *err);

/* Whether any destination is watched there: the first question of a line, and mostly the last. */
bool flow_watch_has_port(const struct flow_watch *w, uint16_t port);
bool flow_watch_wants(const struct flow_watch *w, const struct flow_address *destination, uint16_t port);

/* All of them, for whoever asks others to look: a port of any destination (`address` NULL), or a port of an address or of
 * the range that begins as it does (`bits`: as flow_address_same() counts them; 128: the address alone). */
typedef void (*flow_watch_fn)(void *ctx, uint16_t port, const struct flow_address *address, int bits);
void flow_watch_each(const struct flow_watch *w, flow_watch_fn each, void *ctx);

#endif

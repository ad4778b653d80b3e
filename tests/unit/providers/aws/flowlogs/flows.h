#ifndef TESTS_UNIT_PROVIDERS_AWS_FLOWLOGS_FLOWS_H
#define TESTS_UNIT_PROVIDERS_AWS_FLOWLOGS_FLOWS_H

#include "providers/aws/flowlogs/flow_watch.h"
#include "tests/unit/unit.h"

#include <stdint.h>

/* What tests of flow logs share: a line's format and beginning, an hour, and what is watched. */
#define V2 "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"
#define ETH "2 111122223333 eni-0a1b2c3d4e5f60718 "

static const int64_t hour = 1795240800; /* 2026-11-21T06:00:00Z */

static struct flow_watch *watch(void)
{
    struct error err = ERROR_INIT;
    struct flow_watch *w = flow_watch_new();
    flow_watch_port(w, 53);
    flow_watch_port(w, 853);
    assert_true(flow_watch_address(w, "8.8.8.8", 443, &err));
    assert_true(flow_watch_address(w, "2001:4860:4860::8888", 443, &err));
    assert_true(flow_watch_address(w, "9.9.9.0/24", 443, &err));
    assert_true(flow_watch_address(w, "10.9.0.0/16", 53, &err));
    return w;
}

#endif

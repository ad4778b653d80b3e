#ifndef SCANNER_PROBING_PROBE_TARGETS_H
#define SCANNER_PROBING_PROBE_TARGETS_H

#include "core/base/error.h"
#include "core/model/resource_type.h"
#include "core/probe/probe.h"
#include "core/store/store.h"

#include <stdbool.h>
#include <stddef.h>

struct json_object;

/*
 * What `yomawari probe` asks: the addresses and TCP ports that open findings of the last published run call reachable
 * (`detail.addresses` of findings whose evidence says "reach": "reachable"), where this run's inventory says that the
 * address is ours: a thing holds it, and its scope was read completely. Addresses that nobody is seen to hold any more are
 * passed over and counted: they may be a stranger's by now.
 *
 * Of a range of more than PROBE_RANGE_MAX ports those are asked that have a known use (`known`). Where there are more ports
 * than can be asked at a time, those come first whose answers are oldest, and before them those that never gave any; so
 * each has its turn. Where this machine has no route they come last: what cannot be asked gets no answer, and would be
 * first each time.
 */
enum {
    PROBE_RANGE_MAX = 16,
    PROBE_CANDIDATES_MAX = 200 * 1000, /* ports that are held at a time; what lies beyond is counted alone */
};

struct probe_target {
    char *address;
    int port;
    int64_t account; /* row id of the finding's account */
};

struct probe_targets {
    struct probe_target *items; /* to ask now, in order of account, address and port, each once; then those that wait */
    size_t count, waiting;
    size_t not_ours; /* addresses that nothing seen tonight holds */
    size_t beyond;   /* PROBE_CANDIDATES_MAX */
};

struct probe_choice {
    struct json_object *known; /* array of port numbers */
    size_t max;                /* ports to ask now */
    bool (*has_route)(const char *address);
};

/* Release `out` in any case. */
bool probe_targets_read(struct store *s, const struct probe_choice *choice, struct probe_targets *out, struct error *err);
void probe_targets_release(struct probe_targets *t);

/* The id of a port's answer as evidence: "203.0.113.1 port 22"; free(). */
char *probe_targets_event(const struct probe_target *t);

/* The last scan of the whole estate in a state of runs (schema.sql: published, or walking when it was cut short): neither one
 * with filters nor a probe, which reads no cloud, says where addresses are. Its id is 0 where there was none; of the rest
 * name and start are filled. */
bool probe_targets_scan(struct store *s, const char *state, struct store_run *out, struct error *err);

/* *out: the first of these addresses (of this machine) that something of the estate holds; NULL: none. */
bool probe_targets_held(struct store *s, const struct string_list *addresses, const char **out, struct error *err);

#endif

#ifndef SCANNER_PROBE_TARGETS_H
#define SCANNER_PROBE_TARGETS_H

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
 * Of a range of more than PROBE_RANGE_MAX ports those are asked that have a known use (`known`).
 */
enum { PROBE_RANGE_MAX = 16 };

struct probe_target {
    char *address;
    int port;
    int64_t account; /* row id of the finding's account */
};

struct probe_targets {
    struct probe_target *items; /* in order of account, address and port, each once */
    size_t count;
    size_t not_ours;  /* addresses that nothing seen tonight holds */
    size_t left_out;  /* beyond PROBE_QUESTIONS_MAX */
};

/* `known`: array of port numbers. Release `out` in any case. */
bool probe_targets_read(struct store *s, struct json_object *known, struct probe_targets *out, struct error *err);
void probe_targets_release(struct probe_targets *t);

/* The last scan of the whole estate in a state of runs (schema.sql: published, or walking when it was cut short): neither one
 * with filters nor a probe, which reads no cloud, says where addresses are. Its id is 0 where there was none; of the rest
 * name and start are filled. */
bool probe_targets_scan(struct store *s, const char *state, struct store_run *out, struct error *err);

/* *out: the first of these addresses (of this machine) that something of the estate holds; NULL: none. */
bool probe_targets_held(struct store *s, const struct string_list *addresses, const char **out, struct error *err);

#endif

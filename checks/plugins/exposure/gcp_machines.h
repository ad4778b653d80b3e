#ifndef CHECKS_PLUGINS_EXPOSURE_GCP_MACHINES_H
#define CHECKS_PLUGINS_EXPOSURE_GCP_MACHINES_H

#include "checks/check.h"

/*
 * Machines of Google Cloud, as far as it matters to what reaches them from the internet: read from gcp_compute_instance.
 *
 * Names of things are told apart by what stands behind the project ("zones/Z/instances/I"), since Google names projects
 * by id in one place and by number in another; nothing here reaches over projects by such a name.
 */
enum { GCP_MACHINES_MAX = 200000, GCP_NICS_MAX = 32 };

struct gcp_nic {
    char *network;     /* projects/P/global/networks/N; "": none */
    bool first;        /* nic0, to which packets go unless something says another network */
    bool has[2];       /* an external address of its own: IPv4, IPv6. One that does not run may have no number for it */
    char *address[2];  /* NULL: not known */
};

struct gcp_machine {
    char *name;
    char *project;     /* of a guest in a network that the judged project lends; NULL: it is the judged project's own */
    char *parent;      /* of a member that comes and goes by itself; else NULL */
    char *team;        /* "" where nobody's */
    char *path;        /* zones/Z/instances/I */
    char *zone, *region;
    char *group;       /* instance group that made it: zones/Z/instanceGroups/G or regions/R/…; NULL: none did */
    char *pool;        /* of a node: CLUSTER/POOL; NULL: it is none */
    char *account;     /* e-mail that it runs as; NULL: none */
    bool running;      /* one that comes and goes by itself always is: another one is there tomorrow */
    struct string_list tags;
    struct gcp_nic *nics;
    size_t nic_count;
};

struct gcp_machines {
    struct gcp_machine *items;
    size_t count;
};

/* ERROR_LIMIT beyond the maxima. What is not the judged project's own (r->own) is a guest's. */
bool gcp_machines_add(struct gcp_machines *all, const struct check_resource *r, struct error *err);
void gcp_machines_release(struct gcp_machines *all);

/* What stands behind projects/P/ in a URL or name; "" when it has no such form. Borrowed from `url`. */
const char *gcp_machines_tail(const char *url);

/* What stands behind the last slash; "" for NULL. Borrowed. */
const char *gcp_machines_last(const char *url);

/* What a machine is called in findings, never by itself where it comes and goes: "instance web-0", "instance group
 * workers", "node pool CLUSTER/POOL", else its parent's name; a guest's "instance web-0 (PROJECT)". free() */
char *gcp_machines_word(const struct gcp_machine *m);

/* `word` and, unless that is NULL, whose it is: "WORD (PROJECT)". Takes `word` over; free() */
char *gcp_machines_of(char *word, const char *project);

#endif

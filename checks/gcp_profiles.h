#ifndef CHECKS_GCP_PROFILES_H
#define CHECKS_GCP_PROFILES_H

#include "checks/gcp_effective.h"

/*
 * The kinds of instances to look at, so that what some instance could be reached by is found: one that no rule names,
 * one for each name that an allowing rule targets, and with each of these, of every level, one name that a goto_next
 * of it targets (an instance may need several to get past what denies above). An instance has many tags
 * but one service account. Each of these for regions with policies of their own, and for a region without; and, where no
 * network is meant, for each network that rules name and for one that none does.
 *
 * Where that is more than GCP_PROFILES_MAX, goto_next is looked at for one name at a time.
 */
enum { GCP_PROFILES_MAX = 4096 };

struct gcp_profiles {
    struct gcp_profile *items;
    size_t count;
    bool actual; /* of instances that there are, put together by somebody else */
};

/* ERROR_LIMIT when it is too much either way. Regions are borrowed from `f`. Release in any case. */
bool gcp_profiles_make(const struct gcp_firewall *f, struct gcp_profiles *out, struct error *err);
void gcp_profiles_release(struct gcp_profiles *p);

/* The profiles in words, none that another one's words imply: ["all"], ["tag web", "account a@b"]; at most
 * PORTS_SOURCES_MAX, the others counted. `wanted`: by profile. free() */
char *gcp_profiles_words(const struct gcp_firewall *f, const struct gcp_profiles *all, const bool *wanted);

#endif

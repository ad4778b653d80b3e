#ifndef TESTS_FAKECLOUD_GOOGLE_REACH_H
#define TESTS_FAKECLOUD_GOOGLE_REACH_H

#include "tests/fakecloud/estate.h"

/*
 * What of a network the internet reaches where a rule opens it to anybody: said by those who put machines, addresses and
 * forwarding rules there. In the main network of each ordinary project that is web-0 (things/compute.yaml); in the first
 * project's others what things/reached.yaml puts there; in a host project's shared network its guest's machine (shared.h).
 */
struct google_reach {
    const char *network;
    const char *word;             /* reachable, attached, unknown, open_by_rule */
    const char *because, *behind; /* JSON arrays; behind NULL: google_shared_behind() */
    bool labelled;                /* the machines say whose they are */
};

const struct google_reach *google_reach_of(const struct estate *e, size_t project, const char *network);

/* Whether a machine of the project's is in it. */
bool google_reach_is_populated(size_t project, const char *network);

/* A finding's severity, where `reached` is that of one that is reachable. */
const char *google_reach_severity(const struct google_reach *r, const char *reached);

/* JSON array of what is behind; free(). */
char *google_reach_behind(const struct estate *e, const struct google_reach *r);

/* JSON array of the teams of what is behind; free(). */
char *google_reach_teams(const struct estate *e, size_t project, const struct google_reach *r);

#endif

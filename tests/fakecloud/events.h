#ifndef TESTS_FAKECLOUD_EVENTS_H
#define TESTS_FAKECLOUD_EVENTS_H

#include "tests/fakecloud/estate.h"

/*
 * When things happen. Nothing of it is kept: each event is drawn from the seed again whenever somebody
 * asks, as it can be seen on the estate's night, so that events cost no memory however many accounts
 * there are. Nights follow each other by a day from EVENTS_FIRST_NIGHT_S on; an event of night N happened
 * in the day before, and one in EVENTS_LATE_ONE_IN can only be seen a night later, though it happened
 * within EVENTS_LATE_S before night N. No event is within EVENTS_MARGIN_S of a night's time.
 */
#define EVENTS_FIRST_NIGHT_S 1795230000 /* 2026-11-21T03:00:00Z, as in tests/e2e/night.py */
#define EVENTS_ID_MAX 37                /* a UUID and its NUL */

enum {
    EVENTS_DAY_S = 86400,
    EVENTS_MARGIN_S = 600,
    EVENTS_LATE_S = 5 * 3600, /* less than what yomawari reads again (TYPE_EVIDENCE_OVERLAP_S) */
    EVENTS_LATE_ONE_IN = 5,
    EVENTS_PAST_DAYS = 95,    /* before night 0: some are older than the 90 days that AWS tells of */
    EVENTS_WINDOW_DAYS = 90,
    EVENTS_LIVELY_MOST = 100, /* accounts in which anything happens, about */
};

struct event {
    const char *path; /* for further draws about it; valid while it is told */
    struct place at;
    int night;        /* from which on it can be seen */
    int64_t at_s;     /* when it happened */
    char id[EVENTS_ID_MAX];
};

/* How often: between past/2 and `past` times before night 0, then once on about one night in `one_in`. */
struct event_rate {
    const char *name; /* of the kind; kinds are drawn apart */
    size_t past, one_in;
};

typedef void (*event_fn)(void *ctx, const struct event *event);

/* Tells what can be seen tonight of one kind at one place, oldest nights first; nothing in a small estate. */
void events_each(const struct estate *e, struct place at, const struct event_rate *rate, event_fn each, void *ctx);

/* Whether anything happens in an account: in all of a small estate that are active, in about
 * EVENTS_LIVELY_MOST of a large one. */
bool events_lively(const struct estate *e, size_t account);

int64_t events_night_s(int night); /* when that night's scan is */

/* A draw about an event. */
uint64_t events_number(const struct estate *e, const struct event *event, const char *what, uint64_t below);

/* How something that goes on after it was first seen stands tonight: on some later nights it is seen
 * again, EVENTS_AGAIN_MOST times at most. */
enum { EVENTS_AGAIN_MOST = 3 };
struct event_course {
    size_t again;      /* how often until tonight */
    int64_t updated_s; /* when last */
};
struct event_course events_course(const struct estate *e, const struct event *event);

#endif

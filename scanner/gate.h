#ifndef SCANNER_GATE_H
#define SCANNER_GATE_H

#include "providers/provider.h"
#include "scanner/loop.h"

/*
 * A door with a queue before it: many reads of one account wait while its credentials are got, once for
 * all. States:
 *   CLOSED   nobody asked yet, or the credentials must be renewed
 *   ASKING   a request for credentials is under way
 *   WAITING  another gate of the session is asking for what both need
 *   OPEN     calls may be made
 *   FAILED   no way in; outcome and error say why
 */
enum gate_state { GATE_CLOSED, GATE_ASKING, GATE_WAITING, GATE_OPEN, GATE_FAILED };

/* All gates of one session: who waits for another's request. */
struct gate_group {
    struct list waiting;
};

struct gate {
    const struct provider *provider;
    struct provider_door *door; /* owned */
    struct gate_group *group;   /* borrowed */
    struct loop *loop;
    enum gate_state state;
    enum outcome outcome; /* of FAILED */
    struct error error;
    unsigned generation; /* grows with each opening: tells old credentials from new */
    unsigned renewals;   /* since a call was last answered */
    int requests;        /* for the opening under way */
    struct http_job job;
    struct task step;
    struct list waiters; /* struct task.link of those who wait */
    struct list link;    /* in group->waiting */
    int64_t door_calls;  /* for credentials */
    int64_t calls;       /* through the gate: ask.c counts them */
};

void gate_group_init(struct gate_group *g);

/* `spec` NULL: the session's own identity. */
bool gate_init(struct gate *g, const struct provider *provider, struct provider_session *session,
               struct gate_group *group, const struct account_spec *spec, struct loop *loop,
               struct error *err);
void gate_release(struct gate *g); /* nothing of it may be under way */

/* Runs the task once the gate is OPEN or FAILED, never at once. */
void gate_enter(struct gate *g, struct task *waiter);

/* The cloud, or the clock, said that the credentials of `generation` have expired. Old news is ignored. When
 * renewed credentials have expired again before any call was answered, the gate fails: never a loop. */
enum { GATE_RENEWALS_MAX = 1 };
/* One opening takes no more requests than this: metadata, a chain of roles, the account's own. A door that
 * wants more (say: a clock by which all it gets is over) fails. */
enum { GATE_REQUESTS_MAX = 40 };
void gate_expired(struct gate *g, unsigned generation, bool by_cloud, const struct error *why);

/* A call was answered, well or not, but not as expired: what was renewed is good. */
void gate_worked(struct gate *g);

#endif

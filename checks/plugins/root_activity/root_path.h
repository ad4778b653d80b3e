#ifndef CHECKS_PLUGINS_ROOT_ACTIVITY_ROOT_PATH_H
#define CHECKS_PLUGINS_ROOT_ACTIVITY_ROOT_PATH_H

#include "checks/plugins/root_activity/root_actor.h"
#include "checks/plugins/root_activity/root_event.h"
#include "checks/plugins/root_activity/root_grade.h"
#include "checks/plugins/root_activity/root_tally.h"

/*
 * Access paths: what somebody used, and who it was. All events of one path are one occurrence. Its subject is
 *   access-key/KEY/ACTOR, session/ACTOR, console/ACTOR, assume-root/TASK/ACTOR, failed-sign-in/ACTOR,
 *   password-recovery/ACTOR, unreadable; key/KEY/ACTOR of a service account's key
 * with "of-ACCOUNT/" before it where it was another account's root.
 */
enum {
    ROOT_PATHS_MAX = 1000,   /* of one account; what comes then is put together under the actor "elsewhere" */
    ROOT_PATH_FINDINGS_MAX = 10,
};

struct root_path {
    char *subject, *key, *of, *last_event;
    enum root_kind kind;
    enum root_task task;
    enum root_grade grade;
    bool with_mfa, without_mfa; /* at times */
    bool recovered;             /* ROOT_RECOVERY: it was done, not only asked for */
    bool then_signed_in;        /* ROOT_FAILED: one of its addresses succeeded later */
    bool elsewhere;             /* actors beyond ROOT_PATHS_MAX: nobody in particular */
    struct root_actor actor;    /* as of the latest event */
    int64_t first_unix_s, last_unix_s;
    size_t events, findings, lacking; /* lacking: findings without call or address */
    struct root_tally calls, errors, regions, addresses, agents, tools, grave, keys;
    struct map *failed_at;       /* ROOT_FAILED: address -> when it failed first (int64_t) */
    struct json_object *watched; /* a list of GuardDuty's findings, at most ROOT_PATH_FINDINGS_MAX; NULL: none */
};

struct root_paths;
struct root_paths *root_paths_new(const struct check_view *view);
void root_paths_free(struct root_paths *p); /* NULL is fine */

bool root_paths_add(struct root_paths *p, const struct root_event *e, struct error *err);

/* A finding of GuardDuty's, once all events are there: joined to the path that used its key, else to one
 * of its actor's at that time, else a path of its own. */
bool root_paths_watch(struct root_paths *p, const struct check_resource *r, const struct root_event *e,
                      struct error *err);

/* In the order in which they came, once all is there. */
typedef bool (*root_path_fn)(void *ctx, const struct root_path *path, struct error *err);
bool root_paths_each(struct root_paths *p, root_path_fn each, void *ctx, struct error *err);

const char *root_path_kind_word(enum root_kind kind);
const char *root_path_task_word(enum root_task task);

#endif

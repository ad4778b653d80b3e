#include "checks/plugins/root_activity/root_path.h"

#include "checks/plugins/root_activity/root_agent.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/decode/path.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum {
    KEY_MAX = 64, /* bytes of a key's id in a subject */
    OF_MAX = 20,  /* of another account's id */
    NEARBY_S = 3600,
};

struct root_paths {
    const struct check_view *view;
    struct root_actors *actors;
    struct map *paths;     /* subject -> struct root_path */
    struct map *signed_in; /* address -> when it succeeded last (int64_t) */
};

const char *root_path_kind_word(enum root_kind kind)
{
    static const char *const words[] = { "access-key",     "session",
                                         "console",        "assume-root",
                                         "failed-sign-in", "password-recovery",
                                         "unreadable",     "key" };
    return words[kind];
}

const char *root_path_task_word(enum root_task task)
{
    static const char *const words[] = {
        "audit", "unlock-s3", "unlock-sqs", "create-credentials", "delete-credentials", "other"
    };
    return words[task];
}

/* ---- life ---- */

static struct root_tally *tallies(struct root_path *p, size_t i)
{
    struct root_tally *const all[] = { &p->calls,  &p->errors, &p->regions, &p->addresses,
                                       &p->agents, &p->tools,  &p->grave,   &p->keys };
    return i < sizeof all / sizeof *all ? all[i] : NULL;
}

static void free_path(void *value)
{
    struct root_path *p = value;
    struct root_tally *tally = NULL;
    for (size_t i = 0; (tally = tallies(p, i)) != NULL; i++)
        root_tally_release(tally);
    root_actor_release(&p->actor);
    map_free(p->failed_at);
    json_object_put(p->watched);
    free(p->subject);
    free(p->key);
    free(p->of);
    free(p->last_event);
    free(p);
}

struct root_paths *root_paths_new(const struct check_view *view)
{
    struct root_paths *p = memory_new(1, sizeof *p);
    p->view = view;
    p->actors = root_actors_new(view);
    p->paths = map_new(free_path);
    p->signed_in = map_new(free);
    return p;
}

void root_paths_free(struct root_paths *p)
{
    if (p == NULL)
        return;
    map_free(p->signed_in);
    map_free(p->paths);
    root_actors_free(p->actors);
    free(p);
}

/* ---- subjects ---- */

static char *subject_of(const struct root_event *e, const char *actor)
{
    char *key = root_tally_clean(e->key, KEY_MAX), *of = root_tally_clean(e->of, OF_MAX);
    bool foreign = *of != '\0' && e->kind != ROOT_ACCOUNT_KEY;
    const char *before = foreign ? "of-" : "", *after = foreign ? "/" : "",
               *kind = root_path_kind_word(e->kind);
    char *subject =
        e->kind == ROOT_UNREADABLE ? memory_string(kind)
        : e->kind == ROOT_KEY || e->kind == ROOT_ACCOUNT_KEY
            ? memory_format("%s%s%s%s/%s/%s", before, foreign ? of : "", after, kind, key, actor)
        : e->kind == ROOT_TASK
            ? memory_format("%s%s%s%s/%s/%s", before, foreign ? of : "", after, kind,
                            root_path_task_word(e->task), actor)
            : memory_format("%s%s%s%s/%s", before, foreign ? of : "", after, kind, actor);
    free(of);
    free(key);
    return subject;
}

static struct root_path *new_path(char *subject, const struct root_event *e)
{
    struct root_path *p = memory_new(1, sizeof *p);
    struct root_tally *tally = NULL;
    for (size_t i = 0; (tally = tallies(p, i)) != NULL; i++)
        root_tally_init(tally);
    p->subject = subject;
    p->kind = e->kind;
    p->task = e->task;
    p->key = e->kind == ROOT_KEY || e->kind == ROOT_ACCOUNT_KEY ? root_tally_clean(e->key, KEY_MAX)
                                                                : memory_string("");
    p->of = root_tally_clean(e->of, ROOT_TALLY_WORD_MAX);
    p->last_event = memory_string("");
    p->failed_at = map_new(free);
    p->first_unix_s = INT64_MAX;
    return p;
}

/* The event's path, made where there is none; with PATHS_MAX of them the one for all others. */
static struct root_path *path_for(struct root_paths *p, const struct root_event *e,
                                  const struct root_actor *actor)
{
    char *subject = subject_of(e, actor->token);
    struct root_path *path = map_get(p->paths, subject);
    bool elsewhere = path == NULL && map_count(p->paths) >= ROOT_PATHS_MAX;
    if (elsewhere) {
        free(subject);
        subject = subject_of(e, "elsewhere");
        path = map_get(p->paths, subject);
    }
    if (path != NULL) {
        free(subject);
        return path;
    }
    path = new_path(subject, e);
    path->elsewhere = elsewhere;
    map_set(p->paths, subject, path);
    return path;
}

/* ---- what an event adds ---- */

static void set_time(struct map *times, const char *key, int64_t unix_s)
{
    int64_t *value = memory_new(1, sizeof *value);
    *value = unix_s;
    map_set(times, key, value);
}

static void note_sign_in(struct root_paths *p, struct root_path *path, const struct root_event *e)
{
    const int64_t *last = map_get(p->signed_in, e->address),
                  *first = map_get(path->failed_at, e->address);
    if (*e->address == '\0')
        return;
    if (e->signed_in && map_count(p->signed_in) < ROOT_TALLY_WORDS_MAX &&
        (last == NULL || *last < e->at_unix_s))
        set_time(p->signed_in, e->address, e->at_unix_s);
    if (e->kind == ROOT_FAILED && map_count(path->failed_at) < ROOT_TALLY_WORDS_MAX &&
        (first == NULL || *first > e->at_unix_s))
        set_time(path->failed_at, e->address, e->at_unix_s);
}

/* Takes the actor over. */
static void widen(struct root_path *path, const struct root_event *e, struct root_actor *actor)
{
    path->first_unix_s = e->at_unix_s < path->first_unix_s ? e->at_unix_s : path->first_unix_s;
    if (e->at_unix_s < path->last_unix_s) {
        root_actor_release(actor);
        return;
    }
    path->last_unix_s = e->at_unix_s;
    root_actor_release(&path->actor);
    path->actor = *actor;
    free(path->last_event);
    path->last_event = root_tally_clean(e->id, ROOT_TALLY_WORD_MAX);
}

static void add_word(struct root_tally *t, const char *word)
{
    if (*word != '\0')
        root_tally_add(t, word);
}

static void count_event(struct root_path *path, const struct root_event *e)
{
    char product[ROOT_AGENT_MAX];
    enum root_grade grade = root_grade_of(e);
    root_agent_product(e->agent, product);
    root_tally_add(&path->tools, product);
    add_word(&path->calls, e->name);
    add_word(&path->errors, e->error);
    add_word(&path->regions, e->region);
    add_word(&path->addresses, e->address);
    add_word(&path->agents, e->agent);
    add_word(&path->keys, e->key);
    if (root_grade_is_grave(e))
        root_tally_add(&path->grave, e->name);
    path->grade = grade > path->grade ? grade : path->grade;
    path->with_mfa |= e->mfa == ROOT_MFA_YES;
    path->without_mfa |= e->mfa == ROOT_MFA_NO;
    path->recovered |= e->kind == ROOT_RECOVERY && root_grade_is_grave(e);
}

static bool find_actor(struct root_paths *p, const struct root_event *e, struct root_actor *out,
                       struct error *err)
{
    const char *near_account = *e->near_account != '\0' ? e->near_account : p->view->account;
    const struct root_look look = { e->address, near_account, e->at_unix_s };
    return root_actors_find(p->actors, &look, out, err);
}

bool root_paths_add(struct root_paths *p, const struct root_event *e, struct error *err)
{
    struct root_actor actor;
    if (!find_actor(p, e, &actor, err))
        return false;
    struct root_path *path = path_for(p, e, &actor);
    path->events++;
    count_event(path, e);
    note_sign_in(p, path, e);
    widen(path, e, &actor);
    return true;
}

/* ---- GuardDuty ---- */

struct joining {
    const struct root_event *e;
    const char *token;
    struct root_path *by_key, *by_actor;
};

static bool is_within(const struct root_path *path, int64_t at_unix_s)
{
    return at_unix_s >= path->first_unix_s - NEARBY_S && at_unix_s <= path->last_unix_s + NEARBY_S;
}

static bool look_at_path(void *ctx, const char *key, void *value)
{
    struct joining *j = ctx;
    struct root_path *path = value;
    (void)key;
    if (path->events == 0 || path->kind == ROOT_UNREADABLE || path->kind == ROOT_FAILED)
        return true;
    if (*j->e->key != '\0' && map_get(path->keys.counts, j->e->key) != NULL)
        j->by_key = path;
    if (strcmp(path->actor.token, j->token) == 0 && is_within(path, j->e->at_unix_s) &&
        (path->kind == ROOT_TASK) == (j->e->kind == ROOT_TASK))
        j->by_actor = path;
    return true;
}

static void keep_finding(struct root_path *path, const struct check_resource *r)
{
    struct json_object *finding = json_get(r->config, "Finding"),
                       *service = json_get(finding, "Service"), *kept = json_object_new_object();
    static const char *const members[][2] = { { "type", "Type" }, { "id", "Id" } };
    static const char *const more[][2] = { { "first", "EventFirstSeen" },
                                           { "last", "EventLastSeen" },
                                           { "count", "Count" },
                                           { "archived", "Archived" } };
    path->watched = path->watched == NULL ? json_object_new_array() : path->watched;
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        json_object_object_add(kept, members[i][0],
                               json_object_get(json_get(finding, members[i][1])));
    for (size_t i = 0; i < sizeof more / sizeof *more; i++)
        json_object_object_add(kept, more[i][0], json_object_get(json_get(service, more[i][1])));
    json_object_array_add(path->watched, kept);
}

bool root_paths_watch(struct root_paths *p, const struct check_resource *r,
                      const struct root_event *e, struct error *err)
{
    struct root_actor actor;
    if (!find_actor(p, e, &actor, err))
        return false;
    char *subject = subject_of(e, actor.token);
    struct root_path *path = map_get(p->paths, subject);
    struct joining j = { e, actor.token, NULL, NULL };
    free(subject);
    map_each(p->paths, look_at_path, &j);
    if (path == NULL || path->events == 0)
        path = j.by_key != NULL ? j.by_key : j.by_actor != NULL ? j.by_actor : path;
    bool own = path == NULL || path->events == 0;
    if (own) {
        path = path == NULL ? path_for(p, e, &actor) : path;
        count_event(path, e);
        widen(path, e, &actor);
    } else {
        root_actor_release(&actor);
    }
    if (++path->findings <= ROOT_PATH_FINDINGS_MAX)
        keep_finding(path, r);
    path->lacking += *e->name == '\0' || *e->address == '\0';
    return true;
}

/* ---- at the end ---- */

struct telling {
    struct root_paths *paths;
    root_path_fn each;
    void *ctx;
    struct error *err;
    bool ok;
};

struct comparing {
    const struct root_paths *paths;
    struct root_path *path;
};

static bool was_signed_in_later(void *ctx, const char *address, void *value)
{
    const struct comparing *c = ctx;
    const int64_t *success = map_get(c->paths->signed_in, address);
    if (success != NULL && *success > *(const int64_t *)value)
        c->path->then_signed_in = true;
    return !c->path->then_signed_in;
}

static bool is_from(const struct root_path *path, const char *word)
{
    return !path->elsewhere && strcmp(path->actor.from, word) == 0;
}

/* What can only be said once all events are there. Whoever comes out of Tor with root is no employee. */
static void grade_whole(const struct root_paths *p, struct root_path *path)
{
    struct comparing c = { p, path };
    map_each(path->failed_at, was_signed_in_later, &c);
    if (path->then_signed_in && path->grade < ROOT_HIGH)
        path->grade = ROOT_HIGH;
    if (path->grade == ROOT_HIGH && path->kind != ROOT_FAILED && is_from(path, "tor"))
        path->grade = ROOT_CRITICAL;
    if (path->kind == ROOT_ACCOUNT_KEY && (is_from(path, "none") || is_from(path, "estate")))
        path->grade = ROOT_LOW; /* not known to be outside */
}

static bool tell(void *ctx, const char *subject, void *value)
{
    struct telling *t = ctx;
    (void)subject;
    grade_whole(t->paths, value);
    t->ok = t->each(t->ctx, value, t->err);
    return t->ok;
}

bool root_paths_each(struct root_paths *p, root_path_fn each, void *ctx, struct error *err)
{
    struct telling t = { p, each, ctx, err, true };
    map_each(p->paths, tell, &t);
    return t.ok;
}

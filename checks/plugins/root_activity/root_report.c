#include "checks/plugins/root_activity/root_report.h"

#include "core/base/timestamp.h"

#include <json-c/json.h>
#include <string.h>

enum { CALLS_MAX = 20, MOSTLY_MAX = 3, WORDS_MAX = 10, TOOLS_MAX = 8 };

static void add(struct json_object *o, const char *name, const char *value)
{
    json_object_object_add(o, name, json_object_new_string(value));
}

static void add_some(struct json_object *o, const char *name, const char *value)
{
    if (value != NULL && *value != '\0')
        add(o, name, value);
}

static void add_number(struct json_object *o, const char *name, size_t value)
{
    json_object_object_add(o, name, json_object_new_int64((int64_t)value));
}

static void add_time(struct json_object *o, const char *name, int64_t unix_s)
{
    char date[TIMESTAMP_MAX];
    timestamp_iso(unix_s, date);
    add(o, name, date);
}

static void add_list(struct json_object *o, const char *name, struct json_object *list)
{
    if (json_object_array_length(list) > 0)
        json_object_object_add(o, name, list);
    else
        json_object_put(list);
}

/* ---- evidence ---- */

static struct json_object *actor_of(const struct root_actor *a)
{
    struct json_object *o = json_object_new_object();
    add(o, "type", a->type);
    add(o, "id", a->id);
    add(o, "account", a->account);
    return o;
}

static void add_actor(struct json_object *o, const struct root_path *p)
{
    const struct root_actor *a = &p->actor;
    if (p->elsewhere) {
        add(o, "from", "many");
        return;
    }
    add(o, "from", a->from);
    add_some(o, "network", a->network);
    add_some(o, "owner", a->owner);
    if (!a->of_estate)
        return;
    json_object_object_add(o, "actor", actor_of(a));
    add_some(o, "as", a->shared ? "behind" : a->member ? "member" : "");
}

struct json_object *root_report_evidence(const struct root_path *p)
{
    struct json_object *o = json_object_new_object();
    add(o, "kind", root_path_kind_word(p->kind));
    if (p->kind == ROOT_TASK)
        add(o, "task", root_path_task_word(p->task));
    if (p->kind == ROOT_CONSOLE || p->kind == ROOT_SESSION)
        add(o, "mfa", p->without_mfa ? "no" : p->with_mfa ? "yes" : "unknown");
    add_some(o, "then", p->then_signed_in ? "signed-in" : p->recovered ? "recovered" : "");
    add_some(o, "key", p->key);
    if (p->kind == ROOT_ACCOUNT_KEY)
        add(o, "service_account", *p->of == '\0' ? "-" : p->of);
    else
        add_some(o, "root_of", p->of);
    json_object_object_add(o, "actions", root_tally_words(&p->grave, WORDS_MAX));
    json_object_object_add(o, "tools", root_tally_words(&p->tools, TOOLS_MAX));
    add_actor(o, p);
    return o;
}

/* ---- detail ---- */

static void add_counted(struct json_object *o, const char *name, const struct root_tally *t,
                        size_t most)
{
    size_t rest = 0;
    add_list(o, name, root_tally_list(t, most, &rest));
}

/* The first of them, and that there are more. */
static struct json_object *mostly_of(const struct root_tally *calls)
{
    size_t more = 0;
    struct json_object *list = root_tally_list(calls, MOSTLY_MAX, &more);
    if (more > 0)
        json_object_array_add(list, json_object_new_string("…"));
    return list;
}

/* As it is called now, or was when it let the address go: perhaps otherwise than then. */
static struct json_object *holder_of(const struct root_actor *a)
{
    struct json_object *o = json_object_new_object();
    add_some(o, "name", strcmp(a->name, a->id) == 0 ? "" : a->name);
    add(o, "account", *a->account_name == '\0' ? a->account : a->account_name);
    add_some(o, "team", a->team);
    add_some(o, "place", a->place);
    return o;
}

static void add_holding(struct json_object *o, const struct root_actor *a)
{
    if (a->of_estate) {
        json_object_object_add(o, "holder", holder_of(a));
        add(o, "held", a->proven ? "then" : a->later ? "later" : "since");
        add_time(o, "seen_from", a->seen_from_unix_s);
        if (a->seen_until_unix_s != 0)
            add_time(o, "seen_until", a->seen_until_unix_s);
    }
    if (a->others != NULL)
        json_object_object_add(o, "other_holders", json_object_get(a->others));
}

struct json_object *root_report_detail(const struct root_path *p)
{
    struct json_object *o = json_object_new_object();
    size_t more = 0;
    add_number(o, "count", p->events);
    add_time(o, "first", p->first_unix_s);
    add_time(o, "last", p->last_unix_s);
    add_some(o, "last_event", p->last_event);
    add_list(o, "calls", root_tally_list(&p->calls, CALLS_MAX, &more));
    if (more > 0)
        add_number(o, "more_calls", more);
    add_list(o, "mostly", mostly_of(&p->calls));
    add_counted(o, "errors", &p->errors, WORDS_MAX);
    add_list(o, "regions", root_tally_words(&p->regions, WORDS_MAX * 5));
    add_counted(o, "addresses", &p->addresses, WORDS_MAX);
    add_counted(o, "user_agents", &p->agents, WORDS_MAX);
    if (p->kind == ROOT_SESSION || p->kind == ROOT_TASK)
        add_counted(o, "keys", &p->keys, WORDS_MAX);
    if (p->watched != NULL) {
        json_object_object_add(o, "guardduty", json_object_get(p->watched));
        add_number(o, "findings", p->findings);
    }
    if (p->lacking > 0)
        add_number(o, "findings_lacking_parts", p->lacking);
    if (!p->elsewhere)
        add_holding(o, &p->actor);
    return o;
}

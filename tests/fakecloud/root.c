#include "tests/fakecloud/root.h"

#include "core/base/buffer.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "core/decode/json.h"
#include "core/decode/json_write.h"
#include "core/decode/path.h"
#include "tests/fakecloud/events.h"
#include "tests/fakecloud/findings.h"
#include "tests/fakecloud/history.h"
#include "tests/fakecloud/machines.h"
#include "tests/fakecloud/truth.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum {
    SIGN_INS_MAX = 1000,
    EVIDENCE_MAX = 8192,
    MILLISECONDS = 1000,
};

/* One way in, by one actor: one finding. */
struct path {
    char way[32], task[32], key[32], network[64], machine[32];
    struct place machine_at;
    int64_t last_s;
    bool with, without, makes_key, drops_mfa,
        later; /* MFA; what else was done; failed, and succeeded later */
};

struct sign_in {
    char address[64];
    int64_t at_s;
    bool failed;
};

/* One account on one night. */
struct night {
    const struct estate *e; /* as of that night */
    struct map *paths;      /* subject -> path */
    struct sign_in sign_ins[SIGN_INS_MAX];
    size_t sign_in_count;
};

/* What stands in the sheet. */
struct finding {
    int64_t at_s;
    int grade;
    char *evidence;
};

/* ---- what happened ---- */

static void network_of(const char *address, char *out, size_t size)
{
    if (strchr(address, ':') != NULL)
        snprintf(out, size, "2001:db8::/48");
    else
        snprintf(out, size, "%.*s.0/24", (int)(strrchr(address, '.') - address), address);
}

/* Whether the machine had not yet let its address go at that time. */
static bool holds(const struct machines_seen *m, int64_t at_s)
{
    return m->gone == 0 || at_s < events_night_s(m->gone);
}

static struct path *path_of(struct night *n, const struct history_use *u)
{
    char actor[64] = "", *subject = NULL;
    const char *machine = NULL;
    if (u->machine != NULL) {
        struct machines_seen m;
        machines_see(n->e, u->machine_at, u->machine, &m);
        if (holds(&m, u->event->at_s)) {
            machine = u->machine;
            snprintf(actor, sizeof actor, "%s", m.instance);
        }
        machines_seen_release(&m);
    }
    if (machine == NULL)
        network_of(u->address, actor, sizeof actor);
    const char *middle = strcmp(u->way, "access-key") == 0 ? u->key : u->task;
    subject = middle == NULL ? memory_format("%s/%s", u->way, actor)
                             : memory_format("%s/%s/%s", u->way, middle, actor);
    struct path *p = map_get(n->paths, subject);
    if (p == NULL) {
        p = memory_new(1, sizeof *p);
        snprintf(p->way, sizeof p->way, "%s", u->way);
        snprintf(p->task, sizeof p->task, "%s", u->task == NULL ? "" : u->task);
        snprintf(p->key, sizeof p->key, "%s", strcmp(u->way, "access-key") == 0 ? u->key : "");
        snprintf(p->machine, sizeof p->machine, "%s", machine == NULL ? "" : machine);
        snprintf(p->network, sizeof p->network, "%s", machine == NULL ? actor : "");
        p->machine_at = u->machine_at;
        map_set(n->paths, subject, p);
    }
    free(subject);
    return p;
}

static void take(void *ctx, const struct history_use *u)
{
    struct night *n = ctx;
    if (u->event->at_s < events_night_s(n->e->night) - (int64_t)EVENTS_WINDOW_DAYS * EVENTS_DAY_S)
        return;
    struct path *p = path_of(n, u);
    p->last_s = u->event->at_s > p->last_s ? u->event->at_s : p->last_s;
    p->with |= u->mfa > 0;
    p->without |= u->mfa < 0;
    p->makes_key |= strcmp(u->name, "CreateAccessKey") == 0;
    p->drops_mfa |= strcmp(u->name, "DeactivateMFADevice") == 0;
    bool failed = strcmp(u->way, "failed-sign-in") == 0;
    if ((failed || strcmp(u->name, "ConsoleLogin") == 0) && n->sign_in_count < SIGN_INS_MAX) {
        struct sign_in *s = &n->sign_ins[n->sign_in_count++];
        snprintf(s->address, sizeof s->address, "%s", u->address);
        s->at_s = u->event->at_s;
        s->failed = failed;
    }
}

static void look_for_success(struct night *n)
{
    for (size_t i = 0; i < n->sign_in_count; i++)
        for (size_t k = 0; n->sign_ins[i].failed && k < n->sign_in_count; k++) {
            const struct sign_in *bad = &n->sign_ins[i], *good = &n->sign_ins[k];
            char subject[128] = "failed-sign-in/";
            if (good->failed || good->at_s <= bad->at_s || strcmp(good->address, bad->address) != 0)
                continue;
            network_of(bad->address, subject + strlen(subject), sizeof subject - strlen(subject));
            ((struct path *)map_get(n->paths, subject))->later = true;
        }
}

static int64_t time_of(struct json_object *finding, const char *path)
{
    int64_t ms = 0;
    return timestamp_parse_iso(text_of(path_string(finding, path)), &ms) ? ms / MILLISECONDS : 0;
}

/* GuardDuty's two kinds, which come from elsewhere than what CloudTrail tells. */
static void take_findings(struct night *n, size_t account, size_t region)
{
    struct json_object *all = findings_of(n->e, account, region);
    int64_t first_s = events_night_s(n->e->night) - (int64_t)EVENTS_WINDOW_DAYS * EVENTS_DAY_S;
    for (size_t i = 0; i < json_object_array_length(all); i++) {
        struct json_object *finding = json_object_array_get_idx(all, i);
        const char *type = json_string(finding, "Type");
        bool brief = strcmp(type, "Policy:IAMUser/ShortTermRootCredentialUsage") == 0;
        if ((!brief && strcmp(type, "Policy:IAMUser/RootCredentialUsage") != 0) ||
            time_of(finding, "UpdatedAt") < first_s)
            continue;
        const struct event event = { .at_s = time_of(finding, "Service.EventLastSeen") };
        const struct history_use use = { .event = &event,
                                         .way = brief ? "assume-root" : "session",
                                         .task = brief ? "audit" : NULL,
                                         .name = "",
                                         .address = FINDINGS_ROOT_REMOTE "1" };
        take(n, &use);
    }
    json_object_put(all);
}

/* ---- what is said of it ---- */

static bool is(const struct path *p, const char *way)
{
    return strcmp(p->way, way) == 0;
}

/* 0 info … 4 critical */
static int grade_of(const struct path *p)
{
    if (is(p, "access-key"))
        return 4;
    if (is(p, "failed-sign-in"))
        return p->later ? 3 : 2;
    if (is(p, "assume-root"))
        return strcmp(p->task, "audit") == 0 ? 0 : strcmp(p->task, "unlock-s3") == 0 ? 2 : 3;
    return p->without || p->makes_key || p->drops_mfa ? 4 : 3;
}

static void add(struct json_object *o, const char *name, const char *value)
{
    json_object_object_add(o, name, json_object_new_string(value));
}

static void add_actions(struct json_object *o, const struct path *p)
{
    struct json_object *actions = json_object_new_array();
    if (p->makes_key)
        json_object_array_add(actions, json_object_new_string("CreateAccessKey"));
    if (p->drops_mfa)
        json_object_array_add(actions, json_object_new_string("DeactivateMFADevice"));
    json_object_object_add(o, "actions", actions);
}

static void add_how(struct json_object *o, const struct path *p)
{
    add(o, "kind", p->way);
    if (*p->task != '\0')
        add(o, "task", p->task);
    if (*p->key != '\0')
        add(o, "key", p->key);
    if (p->later)
        add(o, "then", "signed-in");
    if (is(p, "console") || is(p, "session"))
        add(o, "mfa", p->without ? "no" : p->with ? "yes" : "unknown");
    add_actions(o, p);
}

static void add_machine(struct json_object *o, const struct estate *e, const struct path *p)
{
    struct machines_seen m;
    struct json_object *actor = json_object_new_object();
    machines_see(e, p->machine_at, p->machine, &m);
    add(actor, "type", "aws_ec2_instance");
    add(actor, "id", m.instance);
    add(actor, "account", p->machine_at.account);
    json_object_object_add(o, "actor", actor);
    add(o, "from", "estate");
    machines_seen_release(&m);
}

static void add_network(struct json_object *o, const struct path *p)
{
    add(o, "network", p->network);
    add(o, "from", strncmp(p->network, "10.", 3) == 0 ? "private" : "unknown");
}

static char *evidence_of(const struct estate *e, const struct path *p)
{
    struct json_object *o = json_object_new_object(), *tools = json_object_new_array();
    struct buffer text;
    buffer_init(&text, EVIDENCE_MAX);
    add_how(o, p);
    json_object_array_add(tools, json_object_new_string(is(p, "console")          ? "console"
                                                        : is(p, "failed-sign-in") ? "other"
                                                                                  : "aws-cli"));
    json_object_object_add(o, "tools", tools);
    if (*p->machine != '\0')
        add_machine(o, e, p);
    else
        add_network(o, p);
    json_write_canonical(o, &text);
    json_object_put(o);
    return buffer_detach(&text);
}

/* ---- night after night ---- */

static void free_finding(void *value)
{
    struct finding *f = value;
    free(f->evidence);
    free(f);
}

struct bringing {
    const struct estate *e;
    struct map *findings; /* subject -> finding */
};

/* What is newer counts, and what was worse stays. */
static bool bring(void *ctx, const char *subject, void *value)
{
    struct bringing *b = ctx;
    const struct path *p = value;
    struct finding *f = map_get(b->findings, subject);
    int grade = grade_of(p);
    if (f != NULL && p->last_s <= f->at_s)
        return true;
    if (f == NULL) {
        f = memory_new(1, sizeof *f);
        map_set(b->findings, subject, f);
    }
    f->at_s = p->last_s;
    f->grade = grade > f->grade ? grade : f->grade;
    free(f->evidence);
    f->evidence = evidence_of(b->e, p);
    return true;
}

static void look_at_night(const struct estate *e, size_t account, int night, struct map *findings)
{
    struct estate then = *e;
    struct night *n = memory_new(1, sizeof *n);
    then.night = night;
    n->e = &then;
    n->paths = map_new(free);
    for (size_t region = 0; region < e->o.regions; region++) {
        history_uses(&then, estate_place(&then, account, region), take, n);
        take_findings(n, account, region);
    }
    look_for_success(n);
    struct bringing b = { &then, findings };
    map_each(n->paths, bring, &b);
    map_free(n->paths);
    free(n);
}

struct telling {
    struct estate *e;
    struct place at;
};

static bool tell(void *ctx, const char *subject, void *value)
{
    static const char *const grades[] = { "info", "low", "medium", "high", "critical" };
    const struct telling *t = ctx;
    const struct finding *f = value;
    truth_open(t->e, t->at,
               &(struct truth_finding){ TRUTH_ROOT_USED, t->at.account, subject, grades[f->grade],
                                        f->evidence });
    return true;
}

void root_tell(struct estate *e)
{
    truth_speaks_of(e, TRUTH_ROOT_USED);
    for (size_t account = 0; account < e->o.accounts; account++) {
        struct telling t = { e, estate_global(e, account) };
        struct map *findings = map_new(free_finding);
        for (int night = 0; events_lively(e, account) && night <= e->night; night++)
            look_at_night(e, account, night, findings);
        map_each(findings, tell, &t);
        map_free(findings);
    }
}

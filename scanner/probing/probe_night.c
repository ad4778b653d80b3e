#include "scanner/probing/probe_night.h"

#include "core/base/file.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/probe/probe_knock.h"
#include "core/store/lock.h"
#include "scanner/probing/probe_asking.h"
#include "scanner/probing/probe_pictures.h"
#include "scanner/probing/probe_vantage.h"
#include "scanner/publish.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { KNOWN_MAX = 1000, WAIT_TURN_MS = 500 };

#define NOT_KEPT "the answers were not kept"

struct probing {
    const struct workspace *w;
    const struct probe_night_options *o;
    struct store *store;      /* NULL while it asks: a scan may have the state meanwhile */
    int lock;                 /* of probes among themselves; -1: none */
    struct store_run planned; /* that said what is where */
    struct store_run run;
    struct probe_heard heard;
    char *vantage, *pictures; /* the latter a folder */
    struct probe_counts counts;
    size_t pictures_taken;
};

/* ---- may it be asked from here, and now ---- */

static bool check_age(struct probing *p, struct error *err)
{
    struct store_run last;
    if (!store_run_find(p->store, NULL, &p->planned, NULL, err) ||
        !probe_targets_scan(p->store, "published", &last, err))
        return false;
    int64_t hours = (p->heard.at_unix_s - last.started_unix_s) / 3600;
    if (last.id == 0)
        return error_set(err, ERROR_USAGE, "there was no scan without filters yet: scan first");
    return hours < PROBE_RUN_AGE_MAX_H ||
           error_set(
               err, ERROR_USAGE,
               "the last scan without filters, %s, is %lld hours old, and addresses move: scan first",
               last.name, (long long)hours);
}

/* To begin a run would abandon it, and its half of a night come out as the probe's. */
static bool check_unfinished(struct probing *p, struct error *err)
{
    struct store_run cut;
    return probe_targets_scan(p->store, "walking", &cut, err) &&
           (cut.id == 0 ||
            error_set(err, ERROR_USAGE,
                      "the scan %s was cut short: end it with `scan --resume`, or scan anew, first",
                      cut.name));
}

static bool check_vantage(struct probing *p, struct error *err)
{
    struct string_list own = { NULL, 0 };
    const char *held = NULL;
    probe_vantage_addresses(&own);
    bool ok = p->o->from_inside || probe_targets_held(p->store, &own, &held, err);
    if (held != NULL)
        error_set(
            err, ERROR_USAGE,
            "this machine has the address %s, which is one of the estate's: what answers here says little of the"
            " internet. Probe from elsewhere, or say --from-inside",
            held);
    string_list_release(&own);
    return ok && held == NULL;
}

/* ---- what to ask ---- */

static void add_ports(struct json_object *out, struct json_object *ports)
{
    for (size_t i = 0; ports != NULL && i < json_object_array_length(ports) &&
                       json_object_array_length(out) < KNOWN_MAX;
         i++)
        json_object_array_add(out, json_object_get(json_object_array_get_idx(ports, i)));
}

/* Ports of a known use, by the settings that checks have of them. */
static struct json_object *known_ports(const struct workspace *w)
{
    static const char *const params[] = { "admin_ports", "data_ports", "web_ports",
                                          "expected_public" };
    struct json_object *out = json_object_new_array();
    for (size_t i = 0; i < sizeof params / sizeof *params; i++)
        add_ports(out,
                  json_object_object_get(catalog_param(w->catalog, params[i], w->settings), "tcp"));
    return out;
}

/* ---- pictures ---- */

static bool is_page(struct json_object *answer)
{
    return json_object_object_get(answer, "status") != NULL;
}

/* Those that answered with pages, each once; targets of two accounts may be one address. */
static size_t find_pages(const struct probing *p, struct picture_subject *out)
{
    struct map *seen = map_new(NULL);
    size_t count = 0;
    for (size_t i = 0; i < p->heard.targets.count; i++) {
        const struct probe_target *t = &p->heard.targets.items[i];
        struct json_object *answer = p->heard.answers[i];
        char *event = probe_targets_event(t);
        if (answer != NULL && is_page(answer) && map_get(seen, event) == NULL) {
            const char *protocol = json_string(answer, "protocol");
            bool tls = protocol != NULL && strcmp(protocol, "https") == 0;
            map_set(seen, event, seen);
            out[count++] = (struct picture_subject){ t->address, t->port, tls };
        }
        free(event);
    }
    map_free(seen);
    return count;
}

static bool take_pictures(struct probing *p, struct error *err)
{
    const struct config *c = p->w->config;
    const struct pictures_options options = {
        .picture = { .clock = p->o->clock,
                     .interrupted = p->o->interrupted,
                     .interrupted_ctx = p->o->interrupted_ctx },
        .program = c->probe.chromium,
        .path = p->o->path,
        .user = c->probe.chromium_user,
        .folder = p->pictures,
        .at_unix_s = p->heard.at_unix_s,
        .log = p->o->log,
        .out = p->o->out,
    };
    if (!c->probe.screenshots)
        return true;
    struct picture_subject *pages = memory_new(p->heard.targets.count, sizeof *pages);
    size_t count = find_pages(p, pages);
    bool ok = probe_pictures_take(&options, pages, count, &p->pictures_taken, err);
    free(pages);
    return ok;
}

/* ---- the state ---- */

static bool open_state(struct probing *p, struct error *err)
{
    p->store = store_open(p->w->config->state, STORE_WRITE, clock_wall_s(&p->o->clock), err);
    return p->store != NULL;
}

static void close_state(struct probing *p)
{
    store_close(p->store);
    p->store = NULL;
}

static bool is_interrupted(const struct probing *p)
{
    return p->o->interrupted != NULL && p->o->interrupted(p->o->interrupted_ctx);
}

/* A scan that began meanwhile is let end. */
static bool open_state_again(struct probing *p, struct error *err)
{
    int64_t until_ms = clock_mono_ms(&p->o->clock) + PROBE_STATE_WAIT_MAX_S * INT64_C(1000);
    bool said = false;
    struct error why = ERROR_INIT;
    while (!open_state(p, &why)) {
        const struct timespec turn = { 0, WAIT_TURN_MS * 1000 * 1000 };
        if (why.kind != ERROR_BUSY || is_interrupted(p) ||
            clock_mono_ms(&p->o->clock) >= until_ms) {
            *err = why;
            return error_prefix(err, NOT_KEPT);
        }
        if (!said)
            log_say(p->o->log, LOG_INFO, "probe_waits", NULL,
                    "the answers are kept once the state is free: %s", why.message);
        said = true;
        why = (struct error)ERROR_INIT;
        (void)nanosleep(&turn, NULL);
    }
    return true;
}

/* Two that ask at a time would disturb twice as much. */
static bool take_lock(struct probing *p, struct error *err)
{
    char *path = memory_format("%s/probe.lock", p->w->config->state);
    bool ok = lock_take(path, p->heard.at_unix_s, &p->lock, err);
    free(path);
    return ok;
}

/* ---- the whole ---- */

static size_t left_out(const struct probing *p)
{
    return p->heard.targets.waiting + p->heard.targets.beyond;
}

static struct json_object *for_machines(const struct probing *p)
{
    struct json_object *o = json_object_new_object();
    json_object_object_add(o, "ports_asked", json_object_new_uint64(p->counts.asked));
    json_object_object_add(o, "ports_open", json_object_new_uint64(p->counts.open));
    json_object_object_add(o, "ports_unasked", json_object_new_uint64(p->counts.unasked));
    json_object_object_add(o, "ports_left_out", json_object_new_uint64(left_out(p)));
    json_object_object_add(o, "addresses_not_ours",
                           json_object_new_uint64(p->heard.targets.not_ours));
    json_object_object_add(o, "vantage", json_object_new_string(p->vantage));
    json_object_object_add(o, "screenshots", json_object_new_uint64(p->pictures_taken));
    return o;
}

static bool publish(struct probing *p, int *out_status, struct error *err)
{
    struct json_object *facts = json_object_new_object();
    const struct scan_options options = { .clock = p->o->clock,
                                          .log = p->o->log,
                                          .out = p->o->out,
                                          .screenshots = p->pictures_taken > 0 ? p->pictures : NULL,
                                          .detailed_exitcode = p->o->detailed_exitcode };
    json_object_object_add(facts, "probe", for_machines(p));
    bool ok = publish_run(p->w, &options, p->store, &p->run, err) &&
              publish_sheets(p->w, &options, p->store, &p->run, facts, out_status, err);
    json_object_put(facts);
    if (ok && p->pictures_taken > 0)
        fprintf(p->o->out, "screenshots: %zu in %s/runs/%s/screenshots\n", p->pictures_taken,
                p->w->config->state, p->run.name);
    return ok;
}

static void say_what_is_left(const struct probing *p)
{
    if (p->heard.targets.not_ours > 0)
        log_say(p->o->log, LOG_WARNING, "probe_not_ours", NULL,
                "%zu addresses are not asked: nothing that the last run saw holds them",
                p->heard.targets.not_ours);
    if (left_out(p) > 0)
        log_say(
            p->o->log, LOG_WARNING, "probe_left_out", NULL,
            "%zu ports wait for a later probe: this one asks the %zu that were not asked for longest",
            left_out(p), p->heard.targets.count);
}

static bool plan(struct probing *p, struct error *err)
{
    const struct probe_choice choice = { known_ports(p->w), PROBE_QUESTIONS_MAX,
                                         probe_knock_has_route };
    bool ok = open_state(p, err) && check_age(p, err) && check_unfinished(p, err) &&
              check_vantage(p, err) && take_lock(p, err) &&
              probe_targets_read(p->store, &choice, &p->heard.targets, err);
    json_object_put(choice.known);
    p->heard.planned = p->planned.name;
    close_state(p);
    return ok;
}

static bool probe(struct probing *p, int *out_status, struct error *err)
{
    if (!plan(p, err))
        return false;
    say_what_is_left(p);
    if (p->heard.targets.count == 0) {
        fprintf(p->o->out,
                "nothing to ask: no finding of the last run calls an address reachable\n");
        return true;
    }
    if (!probe_asking(p->w->config, p->o, &p->heard, &p->counts, err))
        return false;
    if (p->counts.unasked > 0)
        log_say(
            p->o->log, LOG_WARNING, "probe_unasked", NULL,
            "%zu of the ports could not be asked from here: what was heard of them before stands",
            p->counts.unasked);
    return take_pictures(p, err) && open_state_again(p, err) &&
           (check_unfinished(p, err) || error_prefix(err, NOT_KEPT)) &&
           probe_keep(p->w, p->store, &p->heard, &p->run, err) && publish(p, out_status, err);
}

static void close_all(struct probing *p)
{
    struct error ignored = ERROR_INIT; /* the next one begins by removing it */
    for (size_t i = 0; p->heard.answers != NULL && i < p->heard.targets.count; i++)
        json_object_put(p->heard.answers[i]);
    free(p->heard.answers);
    if (p->lock >= 0)
        (void)file_remove_tree(p->pictures, &ignored);
    free(p->vantage);
    free(p->pictures);
    probe_targets_release(&p->heard.targets);
    close_state(p);
    lock_release(p->lock);
}

bool probe_night(const struct workspace *w, const struct probe_night_options *o, int *out_status,
                 struct error *err)
{
    struct probing p = { .w = w, .o = o, .lock = -1 };
    *out_status = 0;
    if (!w->config->probe.enabled)
        return error_set(
            err, ERROR_USAGE,
            "probing is off: it connects to your own public addresses. Switch it on with"
            " `probe: {enabled: true}` in %s",
            w->config->file == NULL ? WORKSPACE_CONFIG : w->config->file);
    p.vantage = w->config->probe.vantage == NULL ? probe_vantage_name()
                                                 : memory_string(w->config->probe.vantage);
    p.pictures = memory_format("%s/screenshots.tmp", w->config->state);
    p.heard.vantage = p.vantage;
    p.heard.at_unix_s = clock_wall_s(&o->clock);
    bool ok = probe(&p, out_status, err);
    close_all(&p);
    return ok;
}

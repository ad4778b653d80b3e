#include "scanner/scan.h"

#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/http/transport_curl.h"
#include "core/store/holding.h"
#include "providers/gcp/flow_resolver.h"
#include "scanner/bulk.h"
#include "scanner/logs/central_logs.h"
#include "scanner/logs/flow_logs.h"
#include "scanner/logs/known_resolvers.h"
#include "scanner/many.h"
#include "scanner/progress.h"
#include "scanner/publish.h"
#include "scanner/targets.h"
#include "scanner/logs/trails.h"
#include "scanner/walk.h"

#include <json-c/json.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

/* Everything that a night holds open. */
struct night {
    const struct workspace *w;
    const struct scan_options *o;
    struct store *store;
    struct store_run run;
    struct http_transport *transport; /* ours; NULL: the options' */
    struct http_engine *engine;
    struct loop loop;
    struct targets targets;
    struct found found;
    struct map *homes; /* provider:account -> struct found_account, for shared things */
    struct read_context context;
    struct flow_logs *flow_logs; /* what became of them; NULL: none are named */
    struct central_logs *central_logs; /* likewise */
    char *central_words;
    char *resolvers; /* as a filter names them */
    struct trails *trails;             /* likewise */
    struct progress *progress;
    struct walk_totals totals;
    bool filtered;
    struct error broken; /* the store's fault that stopped the walk */
};

static void on_broken(void *ctx, const struct error *why)
{
    struct night *n = ctx;
    if (n->broken.kind == ERROR_NONE)
        n->broken = *why;
    n->loop.stop = true;
}

/* ---- homes of shared things ---- */

static char *home_name(const char *provider, const char *account)
{
    return memory_format("%s:%s", provider, account);
}

static const struct string_list *regions_of(const struct found_account *f)
{
    return f->spec.regions.count > 0 ? &f->spec.regions : &f->target->config->aws.regions;
}

static bool is_home(void *ctx, const char *account, const struct resource_type *type,
                    const char *region)
{
    const struct night *n = ctx;
    char *name = home_name(type->provider, account);
    const struct string_list *regions = map_get(n->homes, name);
    free(name);
    return regions != NULL &&
           (type->global || regions->count == 0 || string_list_has(regions, region));
}

static void note_homes(struct night *n)
{
    n->homes = map_new(NULL);
    for (size_t i = 0; i < n->found.count; i++) {
        const struct found_account *f = &n->found.accounts[i];
        if (f->spec.account == NULL ||
            (f->spec.state != NULL && strcmp(f->spec.state, "active") != 0))
            continue;
        char *name = home_name(f->target->provider->name, f->spec.account);
        /* The walk takes specs over as it goes: the list is kept by value. */
        struct string_list *copy = memory_new(1, sizeof *copy);
        for (size_t k = 0; k < regions_of(f)->count; k++)
            string_list_add(copy, regions_of(f)->items[k]);
        map_set(n->homes, name, copy);
        free(name);
    }
}

static bool free_home(void *ctx, const char *key, void *value)
{
    (void)ctx;
    (void)key;
    string_list_release(value);
    free(value);
    return true;
}

/* ---- opening ---- */

static bool open_engine(struct night *n, struct error *err)
{
    const struct scan_options *o = n->o;
    struct http_curl_options curl = { .ca_file = getenv("AWS_CA_BUNDLE"),
                                      .proxy_from_environment = true };
    if (o->transport == NULL)
        n->transport = http_transport_curl_new(&curl, err);
    if (o->transport == NULL && n->transport == NULL)
        return false;
    struct http_engine_options options = {
        .transport = o->transport == NULL ? n->transport : o->transport,
        .clock = o->clock,
        .random = o->random,
        .share_of_quota = n->w->config->limits.share_of_quota,
    };
    n->engine = http_engine_new(&options);
    loop_init(&n->loop, n->engine, o->clock);
    return true;
}

static bool open_run(struct night *n, struct error *err)
{
    char checks[DIGEST_HEX_MAX];
    catalog_digest(n->w->catalog, n->w->settings, checks);
    struct store_run_options options = {
        .now_unix_s = clock_wall_s(&n->o->clock),
        .tool_version = YOMAWARI_VERSION,
        .config_digest = n->w->config->digest,
        .checks_digest = checks,
        .filtered = n->filtered,
        .resume = n->o->resume,
    };
    n->store = store_open(n->w->config->state, STORE_WRITE, options.now_unix_s, err);
    return n->store != NULL && store_run_begin(n->store, &options, &n->run, err);
}

/* ---- the accounts ---- */

static bool is_chosen(const struct scan_options *o, const struct account_spec *spec)
{
    return o->accounts.count == 0 ||
           (spec->account != NULL && string_list_has(&o->accounts, spec->account));
}

static bool choose_accounts(struct night *n, struct error *err)
{
    size_t kept = 0;
    for (size_t i = 0; i < n->found.count; i++) {
        struct found_account *f = &n->found.accounts[i];
        if (is_chosen(n->o, &f->spec))
            n->found.accounts[kept++] = *f;
        else
            account_spec_release(&f->spec);
    }
    n->found.count = kept;
    if (kept > 0 || n->o->accounts.count == 0)
        return true;
    return error_set(err, ERROR_USAGE, "--account %s: no target of the config has it",
                     n->o->accounts.items[0]);
}

static bool find_accounts(struct night *n, struct error *err)
{
    struct discover_options o = { &n->context,   &n->loop,          n->o->log,
                                  n->filtered, n->o->interrupted, n->o->interrupted_ctx };
    for (size_t i = 0; i < n->targets.count; i++)
        if (!discover_target(&o, &n->targets.items[i], &n->found, err))
            return false;
    note_homes(n);
    return discover_settle(&o, &n->found, err) && choose_accounts(n, err);
}

/* For filters over flow logs. */
static void name_resolvers(struct night *n, struct json_object *const lists[2])
{
    struct string_list resolvers = { NULL, 0 };
    known_resolvers_list(lists, &resolvers);
    n->context.resolvers = n->resolvers =
        gcp_flow_resolver_filter(&resolvers, &n->context.resolvers_left_out);
    string_list_release(&resolvers);
}

static bool read_bulk(struct night *n, struct error *err)
{
    struct bulk_options o = {
        .context = &n->context,
        .loop = &n->loop,
        .log = n->o->log,
        .folder = n->w->config->state,
        .few = n->o->accounts.count > 0,
        .interrupted = n->o->interrupted,
        .interrupted_ctx = n->o->interrupted_ctx,
    };
    const struct central_logs_options central = {
        .bulk = &o,
        .config = n->w->config,
        /* also those that the config's own list leaves out */
        .resolvers = { catalog_param(n->w->catalog, "public_resolvers", NULL),
                       catalog_param(n->w->catalog, "public_resolvers", n->w->settings) },
        .accounts = n->o->accounts.count > 0 ? &n->o->accounts : NULL,
    };
    name_resolvers(n, central.resolvers);
    n->context.central_words = n->central_words = central_logs_words(n->w->config);
    bool ok =
        bulk_read(&o, &n->found, &n->context.holding, err) &&
        many_read(&o, &n->found, &n->context.holding, err) &&
        central_logs_read(&central, &n->found, &n->context.holding, &n->central_logs, err);
    n->context.central_logs = n->central_logs;
    return ok;
}

static bool read_trails(struct night *n, struct error *err)
{
    const struct trails_options o = {
        .config = n->w->config,
        .context = &n->context,
        .loop = &n->loop,
        .log = n->o->log,
        .folder = n->w->config->state,
        .interrupted = n->o->interrupted,
        .interrupted_ctx = n->o->interrupted_ctx,
    };
    bool ok = trails_read(&o, &n->found, &n->context.holding, &n->trails, err);
    n->context.trails = n->trails;
    return ok;
}

static bool read_logs(struct night *n, struct error *err)
{
    struct flow_logs_options o = {
        .config = n->w->config,
        /* also those that the config's own list leaves out */
        .resolvers = { catalog_param(n->w->catalog, "public_resolvers", NULL),
                       catalog_param(n->w->catalog, "public_resolvers", n->w->settings) },
        .started_unix_s = n->run.started_unix_s,
        .seed = random_below(&n->o->random, UINT64_MAX),
        .store = n->store,
        .accounts = n->o->accounts.count > 0 ? &n->o->accounts : NULL,
        .loop = &n->loop,
        .log = n->o->log,
        .folder = n->w->config->state,
        .interrupted = n->o->interrupted,
        .interrupted_ctx = n->o->interrupted_ctx,
    };
    if (!flow_logs_read(&o, &n->found, &n->context.holding, &n->flow_logs, err))
        return false;
    n->context.flow_logs = n->flow_logs;
    return true;
}

static bool walk(struct night *n, struct error *err)
{
    struct walk_options o = {
        .context = &n->context,
        .loop = &n->loop,
        .log = n->o->log,
        .progress = n->progress,
        .accounts_at_once = n->w->config->limits.accounts_at_once,
        .filtered = n->filtered,
        .interrupted = n->o->interrupted,
        .interrupted_ctx = n->o->interrupted_ctx,
    };
    if (walk_accounts(&o, &n->found, &n->totals, err))
        return true;
    if (n->broken.kind != ERROR_NONE)
        *err = n->broken;
    return false;
}

static bool read_all(struct night *n, struct error *err)
{
    n->context = (struct read_context){
        .store = n->store,
        .run = &n->run,
        .redact_key = store_redact_key(n->store),
        .is_home = is_home,
        .home_ctx = n,
        .broken = on_broken,
        .broken_ctx = n,
    };
    n->progress = n->o->log->json ? NULL : progress_new(n->o->log->out, n->o->clock);
    return open_engine(n, err) && targets_open(n->w, n->o, n->store, &n->targets, err) &&
           find_accounts(n, err) && read_bulk(n, err) && read_logs(n, err) &&
           read_trails(n, err) && walk(n, err);
}

/* ---- the night ---- */

/* What the config says and this version checks, but does not act on: never in silence. */
static bool has_google(const struct config *c)
{
    for (size_t i = 0; i < c->target_count; i++)
        if (c->targets[i].cloud == CONFIG_GCP)
            return true;
    return false;
}

static void warn_of_unused(const struct scan_options *o, const struct config *c)
{
    const struct {
        const char *key;
        bool set;
    } sections[] = {
        { "owners", c->owner_count > 0 },
        { "teams", c->team_count > 0 },
        { "exceptions", c->exception_count > 0 },
        { "coverage_accepted", c->gap_count > 0 },
        { "alerts", c->alerts != NULL },
    };
    if (c->inventory_include.count > 0 && !has_google(c))
        log_say(o->log, LOG_WARNING, "config_unused", NULL,
                "%s: inventory: include names asset types of Google Cloud, which no target is in", c->file);
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        if (sections[i].set)
            log_say(o->log, LOG_WARNING, "config_unused", NULL,
                    "%s: %s is read and checked, but this version does not act on it", c->file,
                    sections[i].key);
}

static struct json_object *for_machines(const struct night *n)
{
    struct http_engine_stats stats;
    http_engine_stats(n->engine, &stats);
    struct json_object *o = json_object_new_object();
    json_object_object_add(o, "accounts", json_object_new_int64(n->totals.accounts));
    json_object_object_add(o, "accounts_incomplete",
                           json_object_new_int64(n->totals.accounts_incomplete));
    json_object_object_add(o, "calls", json_object_new_uint64(stats.attempts));
    json_object_object_add(o, "retries", json_object_new_uint64(stats.retries));
    json_object_object_add(o, "throttled", json_object_new_uint64(stats.throttled));
    json_object_object_add(o, "bytes", json_object_new_uint64(stats.bytes_received));
    if (n->flow_logs != NULL)
        json_object_object_add(o, "flow_logs", flow_logs_counts(n->flow_logs));
    if (n->trails != NULL)
        json_object_object_add(o, "trails", trails_counts(n->trails));
    json_object_object_add(o, "resumed", json_object_new_boolean(n->run.resumed));
    return o;
}

/* All that only the walk needs; it may be called again. What was free already goes back to the kernel with it, or
 * what the sheets take would come on top. */
static void close_walk(struct night *n)
{
    found_release(&n->found);
    targets_close(&n->targets);
    if (n->homes != NULL)
        map_each(n->homes, free_home, NULL);
    map_free(n->homes);
    if (n->engine != NULL) {
        http_engine_cancel_all(n->engine);
        http_engine_free(n->engine);
    }
    http_transport_curl_free(n->transport);
    n->homes = NULL;
    n->engine = NULL;
    n->transport = NULL;
    (void)malloc_trim(0);
}

static bool publish(struct night *n, int *out_status, struct error *err)
{
    struct json_object *scan = for_machines(n);
    close_walk(n);
    bool ok = publish_run(n->w, n->o, n->store, &n->run, err) &&
              publish_sheets(n->w, n->o, n->store, &n->run, scan, out_status, err);
    json_object_put(scan);
    return ok;
}

static void close_all(struct night *n)
{
    progress_free(n->progress);
    close_walk(n);
    holding_close(n->context.holding);
    flow_logs_free(n->flow_logs);
    trails_free(n->trails);
    central_logs_free(n->central_logs);
    free(n->central_words);
    free(n->resolvers);
    store_close(n->store);
}

bool scan_night(const struct workspace *w, const struct scan_options *o, int *out_status,
                struct error *err)
{
    struct night n = { .w = w, .o = o };
    n.filtered = o->accounts.count + o->types.count + o->checks.count > 0;
    warn_of_unused(o, w->config);
    bool ok = open_run(&n, err) && read_all(&n, err) && publish(&n, out_status, err);
    close_all(&n);
    return ok;
}

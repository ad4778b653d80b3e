#include "scanner/publish.h"

#include "checks/evaluate.h"
#include "core/store/address.h"
#include "core/store/asked.h"
#include "core/store/evidence.h"
#include "core/store/findings.h"
#include "core/store/follow.h"
#include "core/store/views.h"
#include "reports/sheets.h"

#include <string.h>

static bool judge(const struct workspace *w, const struct scan_options *o, struct store *store,
                  const struct store_run *run, struct error *err)
{
    struct evaluate_options options = {
        .off = w->off,
        .settings = w->settings,
        .run_time_unix_s = run->started_unix_s,
        .clock = o->clock,
        .quiet_days = w->config->quiet_days,
        .checks = o->checks.count > 0 ? &o->checks : NULL,
        .accounts = o->accounts.count > 0 ? &o->accounts : NULL,
    };
    struct evaluate_counts counts = { 0 };
    if (!evaluate_checks(w->catalog, store, run, &options, &counts, err))
        return false;
    if (counts.broken > 0)
        log_say(o->log, LOG_WARNING, "checks_broken", NULL,
                "%lld evaluations failed; controls.csv says which checks and why",
                (long long)counts.broken);
    return true;
}

bool publish_run(const struct workspace *w, const struct scan_options *o, struct store *store,
                 const struct store_run *run, struct error *err)
{
    struct finding_counts counts = { 0 };
    if (!store_begin(store, err))
        return false;
    bool ok = evidence_prune(store, run, err) && follow_resolve(store, run, err) &&
              address_update(store, run, w->types, err) && asked_prune(store, run, w->types, err) &&
              judge(w, o, store, run, err) && findings_publish(store, run, &counts, err) &&
              store_run_publish(store, run, clock_wall_s(&o->clock), err) &&
              store_prune(store, run, w->config->keep_days, err);
    if (ok)
        ok = store_commit(store, err);
    if (!ok)
        store_rollback(store);
    return ok || error_prefix(err, "publishing run %s", run->name);
}

bool publish_sheets(const struct workspace *w, const struct scan_options *o, struct store *store,
                    const struct store_run *run, struct json_object *scan, int *out_status,
                    struct error *err)
{
    struct sheets_counts counts = { 0 };
    if (!views_create(store, run, w->types, err) || !sheets_count(store, &counts, err))
        return error_prefix(err, "the sheets of run %s", run->name);
    int detailed = sheets_detailed_exit_status(&counts);
    struct sheets_options options = {
        .state_folder = w->config->state,
        .language = strcmp(w->config->language, "ja") == 0 ? SHEETS_JA : SHEETS_EN,
        .bom = w->config->bom,
        .exit_status = o->detailed_exitcode ? detailed : 0,
        .screenshots = o->screenshots,
        .scan = scan,
    };
    *out_status = options.exit_status;
    bool ok = sheets_write(store, run, w->types, &options, err) &&
              sheets_show(store, run, w->config->state, o->out, err);
    return ok ||
           error_prefix(
               err,
               "the sheets of run %s (it is published all the same; the next scan writes sheets again)",
               run->name);
}

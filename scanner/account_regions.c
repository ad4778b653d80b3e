#include "scanner/account_regions.h"

#include "core/base/memory.h"
#include "core/config.h"
#include "core/decode/json.h"
#include "core/decode/json_write.h"
#include "scanner/account.h"
#include "scanner/account_plan.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { REGIONS_MAX = 500, REGIONS_PAGES_MAX = 100, REGIONS_TEXT_MAX = 64 * 1024 };

static const struct string_list *configured(const struct account_walk *a)
{
    return a->spec.regions.count > 0 ? &a->spec.regions : &a->target->config->aws.regions;
}

/* ---- last night's ---- */

static char *memo_name(const struct account_walk *a)
{
    return memory_format("regions/%s/%s", a->target->provider->name, a->account.account);
}

static void add_all(struct string_list *to, const struct string_list *from)
{
    for (size_t i = 0; i < from->count; i++)
        string_list_add(to, from->items[i]);
}

static void add_names(struct string_list *to, struct json_object *names)
{
    size_t count =
        json_object_is_type(names, json_type_array) ? json_object_array_length(names) : 0;
    for (size_t i = 0; i < count; i++)
        if (json_object_is_type(json_object_array_get_idx(names, i), json_type_string))
            string_list_add(to, json_object_get_string(json_object_array_get_idx(names, i)));
}

static void recall_memo(struct account_walk *a)
{
    struct error ignored = ERROR_INIT; /* an unreadable memo is as good as none */
    struct json_object *memo = NULL;
    char *name = memo_name(a), *text = store_memo_get(a->context->store, name);
    if (text != NULL && json_parse(text_of(text), &memo, &ignored)) {
        add_names(&a->enabled, json_get(memo, "on"));
        add_names(&a->disabled, json_get(memo, "off"));
    }
    json_object_put(memo);
    free(text);
    free(name);
}

static void recall(struct account_walk *a)
{
    string_list_release(&a->enabled);
    string_list_release(&a->disabled);
    if (configured(a)->count > 0) {
        a->regions = ACCOUNT_REGIONS_CONFIGURED;
        add_all(&a->enabled, configured(a));
    } else {
        a->regions = ACCOUNT_REGIONS_RECALLED;
        recall_memo(a);
    }
}

static struct json_object *names_of(const struct string_list *l)
{
    struct json_object *names = json_object_new_array();
    for (size_t i = 0; i < l->count; i++)
        json_object_array_add(names, json_object_new_string(l->items[i]));
    return names;
}

static bool remember(struct account_walk *a)
{
    struct error err = ERROR_INIT;
    struct buffer text;
    struct json_object *memo = json_object_new_object();
    json_object_object_add(memo, "on", names_of(&a->enabled));
    json_object_object_add(memo, "off", names_of(&a->disabled));
    buffer_init(&text, REGIONS_TEXT_MAX);
    json_write_plain(memo, &text);
    char *name = memo_name(a);
    bool ok = store_memo_put(a->context->store, name, buffer_string(&text), &err);
    if (!ok)
        account_broken(a, &err);
    free(name);
    buffer_release(&text);
    json_object_put(memo);
    return ok;
}

/* ---- asking ---- */

static bool on_region(void *ctx, struct json_object *item, struct error *err)
{
    struct account_walk *a = ctx;
    const char *name = NULL;
    bool enabled = false;
    bool ok = a->target->provider->region(item, &name, &enabled);
    if (!ok)
        error_set(err, ERROR_DATA, "a region without a name that can be used");
    else if (a->enabled.count + a->disabled.count == REGIONS_MAX)
        ok = error_set(err, ERROR_LIMIT, "more than %d regions", REGIONS_MAX);
    else if (!string_list_has(&a->enabled, name) && !string_list_has(&a->disabled, name))
        string_list_add(enabled ? &a->enabled : &a->disabled, name);
    json_object_put(item);
    return ok;
}

static void cut(struct string_list *l, size_t count)
{
    while (l->count > count)
        free(l->items[--l->count]);
}

static void restart(void *ctx)
{
    struct account_walk *a = ctx;
    cut(&a->enabled, a->enabled_before);
    cut(&a->disabled, a->disabled_before);
}

static void ask_page_of_regions(struct account_walk *a)
{
    a->enabled_before = a->enabled.count;
    a->disabled_before = a->disabled.count;
    ask_page(&a->regions_ask);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool record(struct account_walk *a, enum outcome outcome, const char *reason)
{
    return account_record(a, "global", "regions", a->regions_ask.call.service, outcome, reason);
}

static void use_listed(struct account_walk *a)
{
    a->regions = ACCOUNT_REGIONS_LISTED;
    qsort(a->enabled.items, a->enabled.count, sizeof *a->enabled.items, compare_names);
    if (remember(a) && record(a, OUTCOME_COMPLETE, ""))
        account_plan_start(a, OUTCOME_COMPLETE, "");
}

static void use_last_nights(struct account_walk *a, enum outcome outcome, const struct error *why)
{
    recall(a);
    char *reason =
        memory_format("%s%s", why->message,
                      a->enabled.count > 0 ? "; last night's list of regions is used"
                                           : "; no region is known, only what is global is read");
    if (record(a, outcome, reason))
        account_plan_start(a, outcome, reason);
    free(reason);
}

static void listed(void *ctx, const struct ask_result *result)
{
    struct account_walk *a = ctx;
    struct error why = result->error;
    a->region_calls.calls++;
    a->region_calls.throttled += result->throttled;
    a->region_calls.ms += result->elapsed_ms;
    if (result->verdict != HTTP_VERDICT_OK) {
        use_last_nights(a, ask_outcome(result->verdict), &why);
    } else if (result->more && a->region_calls.calls < REGIONS_PAGES_MAX) {
        ask_page_of_regions(a);
    } else if (result->more) {
        error_set(&why, ERROR_LIMIT, "more than %d pages of regions", REGIONS_PAGES_MAX);
        use_last_nights(a, OUTCOME_FAILED, &why);
    } else if (a->enabled.count == 0) { /* no account is without any: not to be believed */
        error_set(&why, ERROR_DATA, "an empty list of regions");
        use_last_nights(a, OUTCOME_FAILED, &why);
    } else {
        use_listed(a);
    }
}

static bool has_list(struct account_walk *a, struct provider_listing *out)
{
    return configured(a)->count == 0 && a->target->provider->regions(a->target->session, out);
}

void account_regions_start(struct account_walk *a)
{
    struct provider_listing listing = { 0 };
    if (!has_list(a, &listing)) {
        recall(a);
        a->regions = ACCOUNT_REGIONS_CONFIGURED; /* also where the cloud has none */
        account_plan_start(a, OUTCOME_COMPLETE, "");
        return;
    }
    struct provider_call call = { listing.service, listing.operation, listing.region,
                                  listing.arguments, listing.items };
    ask_init(&a->regions_ask, &a->gate, &call);
    a->regions_ask.on_item = on_region;
    a->regions_ask.on_restart = restart;
    a->regions_ask.done = listed;
    a->regions_ask.ctx = a;
    ask_page_of_regions(a);
}

bool account_regions_shut(struct account_walk *a, enum outcome outcome, const char *reason)
{
    struct provider_listing listing = { 0 };
    bool asked = has_list(a, &listing);
    json_object_put(listing.arguments);
    recall(a);
    if (asked)
        return account_record(a, "global", "regions", listing.service, outcome, reason);
    a->regions = ACCOUNT_REGIONS_CONFIGURED;
    return true;
}

#include "scanner/account_regions.h"

#include "core/base/memory.h"
#include "core/config.h"
#include "core/decode/json.h"
#include "core/decode/json_write.h"
#include "scanner/account.h"
#include "scanner/account_plan.h"

#include <json-c/json.h>
#include <stdlib.h>

enum { REGIONS_MAX = 500, REGIONS_TEXT_MAX = 64 * 1024 };

static const struct string_list *configured(const struct account_walk *a)
{
    return a->spec.regions.count > 0 ? &a->spec.regions : &a->target->config->aws.regions;
}

static char *memo_name(const struct account_walk *a)
{
    return memory_format("regions/%s/%s", a->target->provider->name, a->account.account);
}

static void add_all(struct string_list *to, const struct string_list *from)
{
    for (size_t i = 0; i < from->count; i++)
        string_list_add(to, from->items[i]);
}

static void recall_memo(struct account_walk *a)
{
    struct error ignored = ERROR_INIT; /* an unreadable memo is as good as none */
    struct json_object *list = NULL;
    char *name = memo_name(a), *text = store_memo_get(a->context->store, name);
    if (text != NULL && json_parse(text_of(text), &list, &ignored) &&
        json_object_is_type(list, json_type_array))
        for (size_t i = 0; i < json_object_array_length(list); i++)
            string_list_add(&a->enabled,
                            json_object_get_string(json_object_array_get_idx(list, i)));
    json_object_put(list);
    free(text);
    free(name);
}

void account_regions_recall(struct account_walk *a)
{
    string_list_release(&a->enabled);
    if (configured(a)->count > 0)
        add_all(&a->enabled, configured(a));
    else
        recall_memo(a);
}

static bool remember(struct account_walk *a)
{
    struct error err = ERROR_INIT;
    struct buffer text;
    struct json_object *list = json_object_new_array();
    for (size_t i = 0; i < a->enabled.count; i++)
        json_object_array_add(list, json_object_new_string(a->enabled.items[i]));
    buffer_init(&text, REGIONS_TEXT_MAX);
    json_write_plain(list, &text);
    char *name = memo_name(a);
    bool ok = store_memo_put(a->context->store, name, buffer_string(&text), &err);
    if (!ok)
        account_broken(a, &err);
    free(name);
    buffer_release(&text);
    json_object_put(list);
    return ok;
}

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
    else
        string_list_add(enabled ? &a->enabled : &a->disabled, name);
    json_object_put(item);
    return ok;
}

static void restart(void *ctx)
{
    struct account_walk *a = ctx;
    string_list_release(&a->enabled);
    string_list_release(&a->disabled);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void listed(void *ctx, const struct ask_result *result)
{
    struct account_walk *a = ctx;
    if (result->verdict == HTTP_VERDICT_OK) {
        if (a->enabled.count > 0)
            qsort(a->enabled.items, a->enabled.count, sizeof *a->enabled.items, compare_names);
        if (remember(a) && account_record(a, "global", "regions", a->regions_ask.call.service,
                                          OUTCOME_COMPLETE, ""))
            account_plan_start(a);
        return;
    }
    restart(a);
    account_regions_recall(a);
    char *reason =
        memory_format("%s%s", result->error.message,
                      a->enabled.count > 0 ? "; last night's list of regions is used"
                                           : "; no region is known, only what is global is read");
    bool ok = account_record(a, "global", "regions", a->regions_ask.call.service,
                             ask_outcome(result->verdict), reason);
    free(reason);
    if (ok)
        account_plan_start(a);
}

void account_regions_start(struct account_walk *a)
{
    struct provider_listing listing = { 0 };
    if (configured(a)->count > 0 || !a->target->provider->regions(a->target->session, &listing)) {
        account_regions_recall(a);
        account_plan_start(a);
        return;
    }
    struct provider_call call = { listing.service, listing.operation, listing.region,
                                  listing.arguments, listing.items };
    ask_init(&a->regions_ask, &a->gate, &call);
    a->regions_ask.on_item = on_region;
    a->regions_ask.on_restart = restart;
    a->regions_ask.done = listed;
    a->regions_ask.ctx = a;
    ask_page(&a->regions_ask);
}

#include "providers/provider.h"

#include <json-c/json_object.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

void account_spec_release(struct account_spec *a)
{
    char *owned[] = { a->account, a->name, a->state, a->team, a->role, a->external_id,
                      a->log_bucket, a->log_prefix };
    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++)
        free(owned[i]);
    string_list_release(&a->regions);
    log_table_free(a->log_table);
    string_list_release(&a->log_groups);
    *a = (struct account_spec){ 0 };
}

void provider_bulk_item_release(struct provider_bulk_item *i)
{
    free(i->account);
    free(i->official);
    json_object_put(i->tree);
    *i = (struct provider_bulk_item){ 0 };
}

bool provider_check(const struct provider *p, struct error *err)
{
    if (p->abi != PROVIDER_ABI)
        return error_set(err, ERROR_INTERNAL, "a provider of interface %u where %u is needed",
                         p->abi, PROVIDER_ABI);
    if (p->name == NULL)
        return error_set(err, ERROR_INTERNAL, "a provider without name");
    const struct {
        const char *name;
        bool present;
    } members[] = {
        { "directory", p->directory != NULL },
        { "check_type", p->check_type != NULL },
        { "fields", p->fields != NULL },
        { "open", p->open != NULL },
        { "close", p->close != NULL },
        { "accounts", p->accounts != NULL },
        { "configured", p->configured != NULL },
        { "discovery", p->discovery != NULL },
        { "discovered", p->discovered != NULL },
        { "regions", p->regions != NULL },
        { "region", p->region != NULL },
        { "service_in_region", p->service_in_region != NULL },
        { "type_in_account", p->type_in_account != NULL },
        { "bulk", p->bulk != NULL },
        { "bulk_of", p->bulk_of != NULL },
        { "bulked", p->bulked != NULL },
        { "door_open", p->door_open != NULL },
        { "door_close", p->door_close != NULL },
        { "door_next", p->door_next != NULL },
        { "door_accept", p->door_accept != NULL },
        { "door_classify", p->door_classify != NULL },
        { "door_expire", p->door_expire != NULL },
        { "door_account", p->door_account != NULL },
        { "door_partition", p->door_partition != NULL },
        { "request", p->request != NULL },
        { "authorize", p->authorize != NULL },
        { "classify", p->classify != NULL },
        { "reader_new", p->reader_new != NULL },
        { "reader_begin", p->reader_begin != NULL },
        { "reader_write", p->reader_write != NULL },
        { "reader_finish", p->reader_finish != NULL },
        { "reader_left_out", p->reader_left_out != NULL },
        { "reader_free", p->reader_free != NULL },
    };
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (!members[i].present)
            return error_set(err, ERROR_INTERNAL, "the provider %s lacks %s", p->name,
                             members[i].name);
    return true;
}

const struct provider *providers_find(const char *name)
{
    for (const struct provider *const *p = providers_all(); *p != NULL; p++)
        if (strcmp((*p)->name, name) == 0)
            return *p;
    return NULL;
}

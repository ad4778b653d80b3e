#ifndef TESTS_UNIT_SCANNER_CLOUD_READER_H
#define TESTS_UNIT_SCANNER_CLOUD_READER_H

/* The scripted cloud's reader of answers, its lists, and the provider that it all is. */
#include "tests/unit/scanner/cloud.h"

struct provider_reader {
    const char *items; /* as in the call */
    bool (*on_item)(void *ctx, struct json_object *item, struct error *err);
    void *ctx;
    struct buffer line;
    struct json_object *rest;
    struct json_object *left_out;
    char *next;
    bool ended;
};

static inline void cloud_reader_forget(struct provider_reader *r)
{
    json_object_put(r->rest);
    json_object_put(r->left_out);
    free(r->next);
    buffer_clear(&r->line);
    r->rest = r->left_out = NULL;
    r->next = NULL;
    r->ended = false;
}

static inline struct provider_reader *
cloud_reader_new(const struct provider_call *call, bool (*on_item)(void *, struct json_object *, struct error *),
                 void *ctx, struct error *err)
{
    if (strcmp(call->operation, "NoOperation") == 0) {
        error_set(err, ERROR_CONFIG, "there is no such operation");
        return NULL;
    }
    struct provider_reader *r = memory_new(1, sizeof *r);
    r->items = call->items;
    r->on_item = on_item;
    r->ctx = ctx;
    buffer_init(&r->line, 1024 * 1024);
    return r;
}

static inline void cloud_reader_free(struct provider_reader *r)
{
    cloud_reader_forget(r);
    buffer_release(&r->line);
    free(r);
}

static inline bool cloud_reader_begin(struct provider_reader *r, int status, const struct http_headers *headers,
                                      struct error *err)
{
    (void)headers;
    (void)err;
    assert_in_range(status, 200, 299);
    cloud_reader_forget(r);
    return true;
}

static inline bool cloud_reader_line(struct provider_reader *r, struct error *err)
{
    const char *line = buffer_string(&r->line);
    struct json_object *tree = NULL;
    if (line[0] == '.') {
        r->ended = true;
        return true;
    }
    if (line[0] == 'n') {
        free(r->next);
        r->next = memory_string(line + 2);
        return true;
    }
    if (!json_parse(text_of(line + 1), &tree, err))
        return false;
    if (line[0] == 'i') {
        assert_non_null(r->items);
        return r->on_item(r->ctx, tree, err);
    }
    r->rest = tree;
    return true;
}

static inline bool cloud_reader_write(struct provider_reader *r, const char *data, size_t len, struct error *err)
{
    for (size_t i = 0; i < len; i++) {
        if (data[i] != '\n') {
            buffer_append_char(&r->line, data[i]);
            continue;
        }
        if (!cloud_reader_line(r, err))
            return false;
        buffer_clear(&r->line);
    }
    return true;
}

static inline bool cloud_reader_finish(struct provider_reader *r, struct provider_call *call,
                                       struct json_object **out_rest, bool *out_more, struct error *err)
{
    if (!r->ended)
        return error_set(err, ERROR_DATA, "the answer is cut short");
    if (r->next != NULL)
        json_object_object_add(call->arguments, "Page", json_object_new_string(r->next));
    if (r->items != NULL && strcmp(r->items, ".") == 0 && !r->on_item(r->ctx, json_object_get(r->rest), err))
        return false;
    *out_more = r->next != NULL;
    r->left_out = json_object_get(json_get(r->rest, "LeftOut"));
    *out_rest = r->rest;
    r->rest = NULL;
    return true;
}

/* The answer's `rest` may name places that it could not tell of: {"LeftOut": {"r2": "UNREACHABLE"}}. */
static inline struct json_object *cloud_reader_left_out(struct provider_reader *r)
{
    return r->left_out;
}

/* ---- lists ---- */

static inline enum provider_accounts cloud_accounts(const struct provider_session *s)
{
    return s->accounts;
}

static inline bool cloud_configured(const struct provider_session *s, size_t index, struct account_spec *out)
{
    if (index >= s->named_count)
        return false;
    *out = (struct account_spec){ .account = memory_string(s->named[index].account),
                                  .name = memory_string(s->named[index].name),
                                  .state = memory_string("active"),
                                  .team = memory_string(s->named[index].team),
                                  .role = memory_string(s->named[index].role),
                                  .external_id = memory_string(s->named[index].external_id) };
    for (size_t k = 0; k < s->named[index].regions.count; k++)
        string_list_add(&out->regions, s->named[index].regions.items[k]);
    return true;
}

/* Types of a level are for accounts whose id begins so: "org" for "org/1". */
static inline bool cloud_type_in_account(const struct resource_type *type, const char *account)
{
    bool is_special = strchr(account, '/') != NULL;
    if (type->level == NULL)
        return !is_special;
    return is_special && strncmp(account, type->level, strlen(type->level)) == 0;
}

static inline bool cloud_discovery(struct provider_session *s, struct provider_listing *out)
{
    if (s->next_list == s->list_count)
        return false;
    *out = (struct provider_listing){ "org", s->lists[s->next_list++], "home", NULL, "Accounts" };
    return true;
}

/* {"Id", "Name", "State"}; "Excluded": true; or {"Unit"}: the name of another list. */
static inline bool cloud_discovered(struct provider_session *s, struct json_object *item, struct account_spec *out,
                                    bool *out_wanted, struct error *err)
{
    *out_wanted = false;
    if (json_string(item, "Unit") != NULL) {
        assert_in_range(s->list_count, 1, 7);
        s->lists[s->list_count++] = "ListMore";
        return true;
    }
    if (json_string(item, "Id") == NULL)
        return error_set(err, ERROR_DATA, "an account without Id");
    *out_wanted = !json_boolean(item, "Excluded", false);
    out->account = memory_string(json_string(item, "Id"));
    out->name = memory_string(json_string(item, "Name"));
    out->state = memory_string(json_string(item, "State"));
    return true;
}

static inline bool cloud_regions(struct provider_session *s, struct provider_listing *out)
{
    if (s->cloud->regions_unknown)
        return false;
    *out = (struct provider_listing){ "net", "ListRegions", "home", NULL, "Regions" };
    return true;
}

static inline bool cloud_region(struct json_object *item, const char **out_name, bool *out_enabled)
{
    *out_name = json_string(item, "Name");
    *out_enabled = json_boolean(item, "On", true);
    return *out_name != NULL;
}

static inline bool cloud_service_in_region(const char *service, const char *region)
{
    return strcmp(service, "rare") != 0 || strcmp(region, "r1") == 0;
}

static inline bool cloud_bulk(struct provider_session *s, size_t index, const struct resource_type *const *types,
                              size_t count, int64_t now_unix_s, struct provider_bulk *out)
{
    assert_in_range(now_unix_s, 1, INT64_MAX);
    if (index >= s->bulk_lists)
        return false;
    struct json_object *arguments = json_object_new_object();
    json_object_object_add(arguments, "List", json_object_new_int((int)index));
    *out = (struct provider_bulk){ { "all", "ListAll", "home", arguments, "Things" }, types, count, s->bulk_account };
    if (s->bulk_apart) {
        out->types = &types[index % count];
        out->type_count = 1;
    }
    return true;
}

static inline bool cloud_bulk_of(struct provider_session *s, const struct resource_type *type, const char *account,
                                 int64_t now_unix_s, struct provider_listing *out)
{
    assert_in_range(now_unix_s, 1, INT64_MAX);
    if (s->bulk_lists == 0)
        return false;
    struct json_object *arguments = json_object_new_object();
    json_object_object_add(arguments, "Of", json_object_new_string(account));
    json_object_object_add(arguments, "Type", json_object_new_string(type->official));
    *out = (struct provider_listing){ "all", "ListAll", "home", arguments, "Things" };
    return true;
}

/* {"Account", "Type", "Tree"} */
static inline bool cloud_bulked(struct provider_session *s, struct json_object *item, struct provider_bulk_item *out,
                                struct error *err)
{
    (void)s;
    if (json_get(item, "Tree") == NULL)
        return error_set(err, ERROR_DATA, "a thing without Tree");
    out->account = memory_string(json_string(item, "Account"));
    out->official = memory_string(json_string(item, "Type"));
    out->tree = json_object_get(json_get(item, "Tree"));
    return true;
}

/* A const struct in each test's program; what is never called from here is left out. */
static const struct provider cloud_provider = {
    .abi = PROVIDER_ABI,
    .name = "cloud",
    .directory = "org",
    .accounts = cloud_accounts,
    .configured = cloud_configured,
    .discovery = cloud_discovery,
    .discovered = cloud_discovered,
    .regions = cloud_regions,
    .region = cloud_region,
    .service_in_region = cloud_service_in_region,
    .type_in_account = cloud_type_in_account,
    .bulk = cloud_bulk,
    .bulk_of = cloud_bulk_of,
    .bulked = cloud_bulked,
    .door_open = cloud_door_open,
    .door_close = cloud_door_close,
    .door_next = cloud_door_next,
    .door_accept = cloud_door_accept,
    .door_classify = cloud_door_classify,
    .door_expire = cloud_door_expire,
    .door_account = cloud_door_account,
    .door_partition = cloud_door_partition,
    .request = cloud_call_request,
    .authorize = cloud_authorize,
    .classify = cloud_classify,
    .reader_new = cloud_reader_new,
    .reader_begin = cloud_reader_begin,
    .reader_write = cloud_reader_write,
    .reader_finish = cloud_reader_finish,
    .reader_left_out = cloud_reader_left_out,
    .reader_free = cloud_reader_free,
};

#endif

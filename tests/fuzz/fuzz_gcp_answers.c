/* links: providers_gcp core_decode core_http */
/* Answers of Google's: the first byte picks a method, the rest is the body. Whole and byte by byte give the same items,
 * the same rest and the same places left out; what cannot be read is a fault, never an empty list. As the body of a
 * refusal it says something, and never that all is well. */
#include "core/base/buffer.h"
#include "core/decode/json.h"
#include "core/decode/json_write.h"
#include "providers/gcp/bulk.h"
#include "providers/gcp/discovery.h"
#include "providers/gcp/errors.h"
#include "providers/gcp/reader.h"
#include "core/config.h"
#include "tests/fuzz/fuzz.h"

#include <json-c/json.h>
#include <string.h>

#define NOW 1795230000

static const struct {
    const char *service, *method, *items;
} targets[] = {
    { "compute", "firewalls.list", "items" },
    { "compute", "instances.aggregatedList", "items[].instances[]" },
    { "cloudresourcemanager", "organizations.get", "." },
    { "cloudresourcemanager", "projects.list", "projects" },
    { "cloudasset", "assets.list", "assets" },
    { "logging", "entries.list", "entries" },
    { "storage", "buckets.list", "items" },
    { "container", "projects.locations.clusters.list", "clusters" },
    { "sqladmin", "instances.list", NULL },
};

struct trace {
    struct buffer out;
    struct gcp_bulk *bulk;
    struct gcp_discovery *discovery;
};

static void forget(struct account_spec *spec)
{
    free(spec->account);
    free(spec->name);
    free(spec->state);
}

/* Whatever an item is, discovery and bulk lists take it or say why not. */
static void take(struct trace *t, struct json_object *item)
{
    struct error err = ERROR_INIT;
    struct account_spec spec = { .account = NULL };
    struct provider_bulk_item thing = { .account = NULL };
    bool wanted = false;
    if (gcp_discovery_item(t->discovery, item, &spec, &wanted, &err))
        FUZZ_REQUIRE(!wanted || spec.account != NULL);
    else
        FUZZ_REQUIRE(err.kind != ERROR_NONE);
    error_clear(&err);
    if (gcp_bulk_item(t->bulk, item, &thing, &err))
        FUZZ_REQUIRE(thing.official != NULL && json_object_is_type(thing.tree, json_type_object));
    forget(&spec);
    free(thing.account);
    free(thing.official);
    json_object_put(thing.tree);
}

static bool on_item(void *ctx, struct json_object *item, struct error *err)
{
    struct trace *t = ctx;
    (void)err;
    FUZZ_REQUIRE(item != NULL);
    json_write_plain(item, &t->out);
    take(t, item);
    json_object_put(item);
    return true;
}

static bool read_in(struct provider_reader *r, struct provider_call *call, struct text body,
                    size_t piece, struct trace *t)
{
    struct error err = ERROR_INIT;
    struct json_object *rest = NULL;
    bool more = false;
    bool ok = gcp_reader_begin(r, 200, NULL, &err);
    for (size_t at = 0; ok && at < body.len; at += piece)
        ok = gcp_reader_write(r, body.data + at, body.len - at < piece ? body.len - at : piece,
                              &err);
    ok = ok && gcp_reader_finish(r, call, &rest, &more, &err);
    FUZZ_REQUIRE(ok == (err.kind == ERROR_NONE));
    FUZZ_REQUIRE(!more || json_string(call->arguments, "pageToken") != NULL);
    FUZZ_REQUIRE(ok == json_object_is_type(rest, json_type_object));
    json_write_plain(rest, &t->out);
    if (ok)
        json_write_plain(gcp_reader_left_out(r), &t->out);
    if (more) /* the same page again is a fault */
        FUZZ_REQUIRE(gcp_reader_begin(r, 200, NULL, &err) &&
                     gcp_reader_write(r, body.data, body.len, &err) &&
                     !gcp_reader_finish(r, call, &rest, &more, &err));
    json_object_put(rest);
    return ok;
}

static bool play(size_t target, struct text body, size_t piece, struct buffer *out)
{
    static const struct config_gcp gcp = { .organization = NULL };
    static const struct provider_options options = { .now_unix_s = NOW };
    static char project[] = "alpha", official[] = "x";
    struct error err = ERROR_INIT;
    struct config_gcp own = gcp;
    char *projects[] = { project, (char[]){ "team-*" } };
    struct resource_type type = { .service = project, .official = official };
    const struct resource_type *const types[] = { &type };
    struct provider_listing listing;
    struct provider_bulk list;
    struct provider_call call = { targets[target].service, targets[target].method, "global",
                                  json_object_new_object(), targets[target].items };
    own.projects = (struct string_list){ projects, 2 };
    struct trace t = { .discovery = gcp_discovery_new(&own) };
    t.bulk = gcp_bulk_new(&own, t.discovery, &options);
    buffer_init(&t.out, 16 * 1024 * 1024);
    FUZZ_REQUIRE(gcp_discovery_next(t.discovery, &listing) &&
                 gcp_bulk_list(t.bulk, 0, types, 1, NOW, &list));
    json_object_put(listing.arguments);
    json_object_put(list.listing.arguments);
    struct provider_reader *r = gcp_reader_new(&call, on_item, &t, &err);
    FUZZ_REQUIRE(r != NULL);
    bool ok = read_in(r, &call, body, piece, &t);
    gcp_reader_free(r);
    json_object_put(call.arguments);
    gcp_bulk_free(t.bulk);
    gcp_discovery_free(t.discovery);
    *out = t.out;
    return ok;
}

static void refuse(struct text body, int status)
{
    static const struct gcp_error_place place = { "alpha", NULL, "compute", false };
    struct error err = ERROR_INIT;
    struct gcp_error error;
    struct http_response response;
    http_response_init(&response);
    response.status = status;
    buffer_append_text(&response.body, body);
    gcp_error_read(&response, &error);
    enum http_verdict verdict = gcp_error_classify(status, &error, &place);
    FUZZ_REQUIRE(verdict != HTTP_VERDICT_OK && error.code[0] != '\0');
    FUZZ_REQUIRE(verdict != HTTP_VERDICT_ABSENT || error.of_api);
    FUZZ_REQUIRE(gcp_error_wait_ms(&response.headers, &error, verdict, NOW) >= 0);
    FUZZ_REQUIRE(!gcp_error_set(status, &error, &place, &err) && err.message[0] != '\0');
    FUZZ_REQUIRE(strstr(err.message, "vpcServiceControlsUniqueIdentifier: ") == NULL);
    http_response_release(&response);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buffer whole, bytes;
    if (size == 0)
        return 0;
    size_t target = data[0] % (sizeof targets / sizeof targets[0]);
    struct text body = fuzz_text(data + 1, size - 1);
    bool ok = play(target, body, size, &whole);
    FUZZ_REQUIRE(ok == play(target, body, 1, &bytes));
    if (ok)
        FUZZ_REQUIRE(text_equal(buffer_text(&whole), buffer_text(&bytes)));
    buffer_release(&whole);
    buffer_release(&bytes);
    refuse(body, 403);
    refuse(body, 404);
    refuse(body, 429);
    return 0;
}

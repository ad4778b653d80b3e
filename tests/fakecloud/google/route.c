#include "tests/fakecloud/google/route.h"

#include "core/decode/json.h"
#include "tests/fakecloud/google/form.h"
#include "tests/fakecloud/google/offer.h"
#include "tests/fakecloud/google/paging.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* Where in `path` a pattern ends, each '*' of it a segment; NULL when it does not fit. Behind ':' comes a verb
 * (":search"). */
static const char *fit(struct text pattern, const char *path)
{
    for (size_t i = 0; i < pattern.len; i++) {
        if (pattern.data[i] != '*') {
            if (*path++ != pattern.data[i])
                return NULL;
            continue;
        }
        size_t len = strcspn(path, "/:");
        if (len == 0)
            return NULL;
        path += len;
    }
    return path;
}

bool google_route_match(const char *template, const char *path, struct json_object *params)
{
    while (*template != '\0') {
        if (*template != '{') {
            if (*path++ != *template ++)
                return false;
            continue;
        }
        struct text rest = text_of(template + 1), whole = text_cut(&rest, '}'), pattern = whole,
                    name = text_cut(&pattern, '=');
        template += whole.len + 2;
        const char *end = fit(pattern.data == NULL ? TEXT_LITERAL("*") : pattern, path);
        if (end == NULL)
            return false;
        char *bare = text_copy(name),
             *value = google_form_decode((struct text){ path, (size_t)(end - path) });
        json_object_object_add(params, bare, json_object_new_string(value));
        free(value);
        free(bare);
        path = end;
    }
    return *path == '\0';
}

static const struct google_offer *find(struct google_call *c, const char *path, bool post)
{
    for (const struct google_offer *o = c->service->offers; o->method != NULL; o++) {
        struct json_object *params = json_object_new_object();
        if (o->post == post && google_route_match(o->path, path, params)) {
            c->params = params;
            return o;
        }
        json_object_put(params);
    }
    return NULL;
}

static bool read_body(struct google_call *c, const struct http_request *request,
                      struct google_fault *fault)
{
    struct json_object *body = NULL;
    struct error err = ERROR_INIT;
    if (request->body.len == 0)
        return true;
    if (!json_parse(buffer_text(&request->body), &body, &err) ||
        !json_object_is_type(body, json_type_object)) {
        json_object_put(body);
        return google_fault_set(fault, GOOGLE_FAULT_INVALID, "Invalid JSON payload received. %s",
                                err.message);
    }
    json_object_object_foreach(body, name, value)
        json_object_object_add(c->params, name, json_object_get(value));
    json_object_put(body);
    return true;
}

static bool is_one_of(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count && names[i] != NULL; i++)
        if (strncmp(names[i], name, strlen(name)) == 0 &&
            (names[i][strlen(name)] == '\0' || names[i][strlen(name)] == '='))
            return true;
    return false;
}

/* Whether the template has {name} or {name=…}. */
static bool in_path(const char *template, const char *name)
{
    size_t len = strlen(name);
    for (const char *at = strchr(template, '{'); at != NULL; at = strchr(at + 1, '{'))
        if (strncmp(at + 1, name, len) == 0 && (at[1 + len] == '}' || at[1 + len] == '='))
            return true;
    return false;
}

static bool parameters_known(const struct google_call *c, struct google_fault *fault)
{
    static const char *const common[] = { "alt", "prettyPrint" }; /* Google's system parameters */
    const struct google_offer *o = c->offer;
    json_object_object_foreach(c->params, name, value) {
        (void)value;
        if (!in_path(o->path, name) && !google_paging_is(c, name) &&
            !is_one_of(name, o->filters, GOOGLE_OFFER_FILTERS_MAX) &&
            !is_one_of(name, o->harmless, GOOGLE_OFFER_HARMLESS_MAX) && !is_one_of(name, common, 2))
            return google_fault_set(
                fault, GOOGLE_FAULT_INVALID,
                "Invalid JSON payload received. Unknown name \"%s\": Cannot bind query parameter. Field '%s' could not be found "
                "in request message, or the fake cloud does not know it (%s %s).",
                name, name, c->service->name, o->method);
    }
    const char *alt = google_call_text(c, "alt");
    return alt == NULL || strcmp(alt, "json") == 0 ||
           google_fault_set(fault, GOOGLE_FAULT_INVALID, "alt=%s is not served", alt);
}

bool google_route_find(struct google_call *c, const struct http_request *request, const char *path,
                       struct google_fault *fault)
{
    bool post = strcmp(request->method, "POST") == 0;
    c->offer = post || strcmp(request->method, "GET") == 0 ? find(c, path, post) : NULL;
    if (c->offer == NULL)
        return google_fault_set(fault, GOOGLE_FAULT_NO_METHOD, "no %s %s of %s", request->method,
                                path, c->service->name);
    google_form_add(text_of(request->query), c->params);
    return read_body(c, request, fault) && parameters_known(c, fault);
}

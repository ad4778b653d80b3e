#include "tests/fakecloud/google/google.h"

#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "core/decode/json.h"
#include "tests/fakecloud/google/access.h"
#include "tests/fakecloud/google/identity.h"
#include "tests/fakecloud/google/nights.h"
#include "tests/fakecloud/google/offer.h"
#include "tests/fakecloud/google/quota.h"
#include "tests/fakecloud/google/route.h"
#include "tests/fakecloud/google/wire.h"
#include "tests/fakecloud/ledger.h"
#include "tests/fakecloud/spoil.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_FILE_MAX = 64 * 1024, HOUR_S = 3600 };

struct google {
    struct google_options o;
    struct estate *estate;
    const struct clock *clock;
    struct google_identity identity;
    struct google_quota *quota; /* NULL: none */
    uint64_t answers;
};

/* One exchange while it is answered. */
struct exchange {
    struct google *g;
    const struct server *s;
    const struct http_request *request;
    struct google_call c;
    struct google_fault fault;
    char *principal, *host; /* "compute.googleapis.com" */
    enum deed deed;
    struct reply *out;
};

struct google *google_new(struct estate *e, const struct google_options *o,
                          const struct clock *clock, struct error *err)
{
    struct google *g = memory_new(1, sizeof *g);
    g->o = *o;
    g->estate = e;
    g->clock = clock;
    g->identity.estate = e;
    g->identity.now_s = o->now_s;
    g->identity.tokens =
        google_tokens_new(e->o.seed, o->token_life_s > 0 ? o->token_life_s : HOUR_S, clock);
    g->identity.signer = google_signer_new(err);
    if (o->throttle > 0)
        g->quota = google_quota_new(o->throttle, clock);
    if (g->identity.signer != NULL)
        return g;
    google_free(g);
    return NULL;
}

void google_free(struct google *g)
{
    if (g == NULL)
        return;
    google_signer_free(g->identity.signer);
    google_tokens_free(g->identity.tokens);
    google_quota_free(g->quota);
    free(g);
}

bool google_open(struct google *g, int port, bool tls, struct error *err)
{
    struct buffer file;
    char *url = memory_format("%s://127.0.0.1:%d", tls ? "https" : "http", port);
    buffer_init(&file, KEY_FILE_MAX);
    bool ok = g->o.key_path == NULL || (google_identity_key_file(&g->identity, url, &file, err) &&
                                        file_write_atomic(g->o.key_path, buffer_text(&file), err));
    buffer_wipe(&file);
    free(url);
    return ok;
}

/* The service that the first segment of a path names; *out_rest is what follows it. */
static const struct google_service *service_of(const char *path, const char **out_rest)
{
    size_t len = strcspn(path + 1, "/");
    char *name = memory_string_n(path + 1, len);
    const struct google_service *service = google_offer_service(name);
    free(name);
    if (path[1 + len] == '\0')
        return NULL;
    *out_rest = path + len + 2;
    return service;
}

bool google_has(const char *path)
{
    const char *rest = NULL;
    return google_identity_has(path) || service_of(path, &rest) != NULL;
}

/* ---- a service ---- */

static struct json_object *lists_of(const struct exchange *x)
{
    bool late = x->g->o.lags && strcmp(x->c.service->name, "cloudasset") == 0;
    struct json_object *before = late ? x->g->estate->lists_before : NULL;
    return before != NULL ? before : x->g->estate->lists;
}

static char *place_asked(const struct google_call *c)
{
    static const char *const names[] = { "zone", "region", "location" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (google_call_text(c, names[i]) != NULL)
            return memory_string(google_call_text(c, names[i]));
    return memory_string("global");
}

/* What a rule says of it: of several accounts the first that one has something against. *out_one is the call as if it were
 * about that alone. */
static enum deed deed_of(struct exchange *x, struct google_call *out_one)
{
    enum deed deed = DEED_NONE;
    *out_one = x->c;
    for (size_t i = 0; x->s->rules != NULL && deed == DEED_NONE && i < google_access_count(&x->c);
         i++) {
        *out_one = google_access_one(&x->c, i);
        struct rules_call asked = x->c.asked;
        asked.account = out_one->account == NULL ? "" : out_one->account;
        deed = rules_of(x->s->rules, &asked, &x->out->bytes);
    }
    return deed;
}

static bool let_in(struct exchange *x)
{
    struct google_call one;
    x->deed = deed_of(x, &one);
    x->c.trick = x->deed == DEED_EMPTY_PAGE     ? PAGE_EMPTY
                 : x->deed == DEED_REPEAT_TOKEN ? PAGE_REPEAT_TOKEN
                                                : PAGE_AS_IT_IS;
    if (google_access_deed(&one, x->deed, &x->fault))
        return false;
    return (x->g->quota == NULL || google_quota_take(x->g->quota, &x->c, &x->fault)) &&
           google_access_check(&x->c, &x->fault);
}

/* The project of a service account is the one its calls count on; a person's is nobody's. */
static const char *own_project(const struct exchange *x)
{
    const char *project = google_identity_project(&x->g->identity, x->principal);
    return project == NULL ? estate_account(x->g->estate, 0) : project;
}

static bool answer(struct exchange *x)
{
    struct json_object *tree = NULL;
    bool ok = google_offer_answer(&x->c, &tree, &x->fault);
    if (ok)
        google_wire_answer(tree, &x->out->response);
    json_object_put(tree);
    return ok;
}

static bool serve_service(struct exchange *x, const char *path)
{
    struct google_call *c = &x->c;
    c->estate = x->g->estate;
    c->server = x->s;
    c->lists = lists_of(x);
    x->host = memory_format("%s.googleapis.com", c->service->name);
    x->fault.service = x->host;
    x->principal = google_identity_bearer(&x->g->identity, x->request);
    c->principal = x->principal;
    if (c->principal == NULL)
        return google_fault_set(
            &x->fault, GOOGLE_FAULT_UNAUTHENTICATED,
            "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid "
            "authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.");
    if (!google_route_find(c, x->request, path, &x->fault) ||
        !google_access_find(c, x->request, own_project(x), &x->fault))
        return false;
    char *place = place_asked(c);
    c->asked = (struct rules_call){ c->service->name, c->offer->method,
                                    c->account == NULL ? "" : c->account, place };
    bool ok = let_in(x) && answer(x);
    c->asked.region = NULL;
    free(place);
    return ok;
}

/* ---- tokens ---- */

static bool serve_identity(struct exchange *x)
{
    const struct rules_call asked = { "oauth2", google_identity_operation(x->request->path), "",
                                      "global" };
    if (x->s->rules != NULL)
        x->deed = rules_of(x->s->rules, &asked, &x->out->bytes);
    switch (x->deed) {
    case DEED_500:
    case DEED_503:
        return google_fault_set(
            &x->fault, x->deed == DEED_500 ? GOOGLE_FAULT_INTERNAL : GOOGLE_FAULT_UNAVAILABLE,
            "Internal error encountered.");
    case DEED_THROTTLE:
        return google_fault_set(&x->fault, GOOGLE_FAULT_THROTTLED, "Quota exceeded.");
    case DEED_DENY:
        return google_fault_grant(&x->fault, "invalid_grant",
                                  "Account has been deleted or disabled.");
    default:
        break;
    }
    x->g->identity.skewed = x->deed == DEED_SKEW;
    return google_identity_answer(&x->g->identity, x->s, x->request, &x->out->response, &x->fault);
}

static void finish(struct exchange *x, bool ok)
{
    struct http_response *r = &x->out->response;
    struct error err = ERROR_INIT;
    char date[TIMESTAMP_MAX];
    bool slow = x->fault.kind == GOOGLE_FAULT_THROTTLED || x->fault.kind == GOOGLE_FAULT_RATE;
    if (!ok)
        google_fault_write(&x->fault, x->c.service != NULL && x->c.service->classic,
                           ++x->g->answers, r);
    timestamp_http(x->g->o.now_s > 0 ? x->g->o.now_s : clock_wall_s(x->g->clock), date);
    (void)http_headers_set(&r->headers, "Date", text_of(date), &err);
    spoil_reply(x->deed, x->out);
    const char *method = x->c.offer != NULL     ? x->c.offer->method
                         : x->c.service == NULL ? google_identity_operation(x->request->path)
                                                : NULL;
    ledger_note(x->s->ledger, x->c.service == NULL ? "oauth2" : x->c.service->name, method,
                ok     ? LEDGER_ANSWERED
                : slow ? LEDGER_THROTTLED
                       : LEDGER_REFUSED,
                x->deed != DEED_NONE);
}

void google_serve(struct google *g, const struct server *s, const struct http_request *request,
                  struct reply *out)
{
    struct exchange x = { .g = g, .s = s, .request = request, .out = out };
    const char *rest = NULL;
    bool identity = google_identity_has(request->path);
    x.c.service = identity ? NULL : service_of(request->path, &rest);
    bool ok = identity ? serve_identity(&x) : serve_service(&x, rest);
    finish(&x, ok);
    json_object_put(x.c.params);
    free(x.principal);
    free(x.host);
}

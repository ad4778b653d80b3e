#include "providers/gcp/credentials/subject.h"

#include "core/base/memory.h"
#include "core/decode/json.h"
#include "providers/gcp/credentials/form.h"
#include "providers/gcp/credentials/member.h"
#include "providers/gcp/credentials/token.h"
#include "providers/gcp/credentials/wipe.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* ---- what the file says ---- */

static bool read_format(const struct json_object *source, struct gcp_subject_plan *p,
                        struct error *err)
{
    const struct json_object *format = json_get(source, "format");
    const char *type = json_string(format, "type");
    if (format == NULL || type == NULL || strcmp(type, "text") == 0)
        return true;
    if (strcmp(type, "json") != 0)
        return error_set(err, ERROR_CONFIG, "format.type is neither text nor json");
    return gcp_member_string(format, "subject_token_field_name", true, &p->field, err);
}

static bool read_headers(const struct json_object *source, struct gcp_subject_plan *p,
                         struct error *err)
{
    struct json_object *headers = json_get(source, "headers");
    if (headers == NULL)
        return true;
    if (!json_object_is_type(headers, json_type_object))
        return error_set(err, ERROR_CONFIG, "headers is no object");
    json_object_object_foreach(headers, name, value) {
        if (!json_object_is_type(value, json_type_string))
            return error_set(err, ERROR_CONFIG, "headers.%s is no string", name);
        struct text t = { json_object_get_string(value),
                          (size_t)json_object_get_string_len(value) };
        if (!http_headers_set(&p->headers, name, t, err)) {
            err->kind = ERROR_CONFIG;
            return error_prefix(err, "headers");
        }
    }
    return true;
}

bool gcp_subject_plan_read(const struct json_object *source, struct gcp_subject_plan *out,
                           struct error *err)
{
    if (!json_object_is_type(source, json_type_object))
        return error_set(err, ERROR_CONFIG, "is missing or no object");
    if (json_get(source, "certificate") != NULL)
        return error_set(err, ERROR_CONFIG,
                         "certificate is not supported: federate by AWS, file, url or executable");
    if (json_get(source, "environment_id") != NULL) {
        out->kind = GCP_SUBJECT_AWS;
        return gcp_aws_plan_read(source, &out->aws, err);
    }
    if (json_get(source, "executable") != NULL) {
        out->kind = GCP_SUBJECT_EXECUTABLE;
        return gcp_executable_read(json_get(source, "executable"), &out->executable, err);
    }
    if (!gcp_member_string(source, "file", false, &out->file, err) ||
        !gcp_member_string(source, "url", false, &out->url, err))
        return false;
    if ((out->file == NULL) == (out->url == NULL))
        return error_set(err, ERROR_CONFIG,
                         "wants one of file, url, executable and environment_id");
    out->kind = out->file != NULL ? GCP_SUBJECT_FILE : GCP_SUBJECT_URL;
    return read_format(source, out, err) && read_headers(source, out, err);
}

void gcp_subject_plan_release(struct gcp_subject_plan *p)
{
    free(p->file);
    free(p->url);
    free(p->field);
    http_headers_release(&p->headers);
    gcp_executable_release(&p->executable);
    gcp_aws_plan_release(&p->aws);
    *p = (struct gcp_subject_plan){ .file = NULL };
}

/* ---- an attempt ---- */

/* Takes the token out of what a file or a URL holds. */
static bool read_content(struct gcp_subject *s, struct text content, struct error *err)
{
    const char *field = s->setup.plan->field;
    struct json_object *root = NULL;
    struct error why = ERROR_INIT;
    if (field == NULL) {
        secret_set_text(&s->token, text_trim(content));
    } else if (json_parse(content, &root, &why)) {
        secret_set_text(&s->token, text_of(json_string(root, field)));
        gcp_wipe_json(root);
    } else {
        return error_set(err, ERROR_DATA, "holds no JSON, as format.type says");
    }
    s->done = !secret_is_empty(&s->token);
    if (s->done)
        return true;
    return error_set(err, ERROR_DATA, "%s%s", field == NULL ? "is empty" : "holds no token in ",
                     field == NULL ? "" : field);
}

static bool read_file(struct gcp_subject *s, struct error *err)
{
    const char *path = s->setup.plan->file;
    struct buffer content;
    buffer_init(&content, GCP_SUBJECT_MAX);
    bool ok = gcp_host_read(s->setup.host, path, &content, err);
    if (ok)
        ok = read_content(s, buffer_text(&content), err) || error_prefix(err, "%s", path);
    buffer_wipe(&content);
    return ok || error_prefix(err, "subject token");
}

static bool run_executable(struct gcp_subject *s, int64_t now_unix_s, struct error *err)
{
    const struct gcp_executable_setup e = { .host = s->setup.host,
                                            .executable = &s->setup.plan->executable,
                                            .audience = s->setup.audience,
                                            .token_type = s->setup.token_type,
                                            .impersonated = s->setup.impersonated };
    s->done = gcp_executable_run(&e, now_unix_s, &s->token, err);
    return s->done;
}

bool gcp_subject_begin(struct gcp_subject *s, const struct gcp_subject_setup *setup,
                       int64_t now_unix_s, struct error *err)
{
    bool ok = true;
    *s = (struct gcp_subject){ .setup = *setup, .token = SECRET_INIT };
    if (setup->plan->kind == GCP_SUBJECT_FILE)
        ok = read_file(s, err);
    else if (setup->plan->kind == GCP_SUBJECT_EXECUTABLE)
        ok = run_executable(s, now_unix_s, err);
    else if (setup->plan->kind == GCP_SUBJECT_AWS)
        ok = gcp_aws_begin(&s->aws, &setup->plan->aws, setup->host, err) &&
             gcp_aws_finish(&s->aws, setup->audience, now_unix_s, &s->token, &s->done, err);
    if (!ok)
        gcp_subject_release(s);
    return ok;
}

void gcp_subject_release(struct gcp_subject *s)
{
    secret_release(&s->token);
    gcp_aws_release(&s->aws);
    *s = (struct gcp_subject){ .token = SECRET_INIT };
}

static bool url_request(const struct gcp_subject *s, struct http_request *out, struct error *err)
{
    const struct gcp_subject_plan *p = s->setup.plan;
    struct http_request r;
    http_request_init(&r);
    bool ok = gcp_place_set_source(s->setup.place, "credential_source.url", p->url, &r, err);
    for (size_t i = 0; i < p->headers.count && ok; i++)
        ok = http_headers_set(&r.headers, p->headers.items[i].name,
                              text_of(p->headers.items[i].value), err);
    if (!ok) {
        http_request_release(&r);
        return false;
    }
    r.method = memory_string("GET");
    r.max_attempts = GCP_ATTEMPTS;
    r.max_response_bytes = GCP_SUBJECT_MAX;
    http_request_release(out);
    *out = r;
    return true;
}

bool gcp_subject_request(const struct gcp_subject *s, struct http_request *out, struct error *err)
{
    if (s->setup.plan->kind == GCP_SUBJECT_AWS)
        return gcp_aws_request(&s->aws, s->setup.place, out, err);
    return url_request(s, out, err);
}

static bool accept_url(struct gcp_subject *s, const struct http_response *response,
                       struct error *err)
{
    if (!gcp_token_check_answer(response, err))
        return false;
    if (response->status != 200)
        return error_set(err, response->status >= 500 ? ERROR_NETWORK : ERROR_DENIED, "HTTP %d",
                         response->status);
    return read_content(s, buffer_text(&response->body), err);
}

bool gcp_subject_accept(struct gcp_subject *s, int64_t now_unix_s,
                        const struct http_response *response, struct error *err)
{
    if (s->setup.plan->kind == GCP_SUBJECT_AWS)
        return gcp_aws_accept(&s->aws, response, err) &&
               gcp_aws_finish(&s->aws, s->setup.audience, now_unix_s, &s->token, &s->done, err);
    return accept_url(s, response, err) ||
           error_prefix(err, "subject token from credential_source.url");
}

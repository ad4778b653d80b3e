#include "providers/aws/credentials/sts_answer.h"

#include "core/decode/xml.h"

#include <string.h>

static const char *const names[STS_FIELDS] = {
    [STS_ACCESS_KEY_ID] = "AccessKeyId",
    [STS_SECRET_ACCESS_KEY] = "SecretAccessKey",
    [STS_SESSION_TOKEN] = "SessionToken",
    [STS_EXPIRATION] = "Expiration",
    [STS_ARN] = "Arn",
    [STS_ACCOUNT] = "Account",
    [STS_CODE] = "Code",
    [STS_MESSAGE] = "Message",
};

/* What a refusal leaves unsaid. (AWS STS API Reference, errors of AssumeRole.) */
static const struct {
    const char *code, *advice;
} advices[] = {
    { "AccessDenied", "a role that is missing, one whose trust policy does not name the caller and a "
                      "wrong or missing external id all look like this: check the three" },
    { "ExpiredToken", "the credentials that signed this have expired: get fresh ones" },
    { "ExpiredTokenException", "the token has expired: get a fresh one" },
    { "InvalidClientTokenId", "the access key does not exist, is inactive, or belongs to another "
                              "partition" },
    { "SignatureDoesNotMatch", "the secret access key is wrong, or this machine's clock is off" },
    { "RequestExpired", "this machine's clock is off" },
    { "RegionDisabledException", "sts is switched off in this region: activate it in the account's "
                                 "settings, or name another region" },
    { "PackedPolicyTooLarge", "the session policy is too large once packed: shorten it" },
    { "ValidationError", "DurationSeconds may be more than the role's maximum, or than the 3600 that "
                         "role chaining allows" },
};

struct reading {
    struct sts_answer *answer;
    struct buffer *current; /* NULL: inside no element that we want */
};

static bool on_start(void *ctx, const char *name, const struct xml_attribute *attributes, size_t count,
                     struct error *err)
{
    struct reading *r = ctx;
    (void)attributes;
    (void)count;
    (void)err;
    r->current = NULL;
    for (int i = 0; i < STS_FIELDS; i++)
        if (strcmp(name, names[i]) == 0)
            r->current = &r->answer->fields[i];
    if (r->current != NULL)
        buffer_clear(r->current);
    return true;
}

static bool on_text(void *ctx, struct text t, struct error *err)
{
    struct reading *r = ctx;
    if (r->current == NULL)
        return true;
    buffer_append_text(r->current, t);
    return buffer_ok(r->current) ||
           error_set(err, ERROR_LIMIT, "an element of more than %d bytes", STS_FIELD_MAX);
}

static bool on_end(void *ctx, const char *name, struct error *err)
{
    struct reading *r = ctx;
    (void)name;
    (void)err;
    r->current = NULL;
    return true;
}

static bool read_xml(const struct http_response *response, struct sts_answer *out, struct error *err)
{
    static const struct xml_handler handler = { on_start, on_text, on_end };
    struct reading reading = { out, NULL };
    struct text body = buffer_text(&response->body);
    struct xml_reader *reader = xml_reader_new(&handler, &reading);
    bool ok = xml_reader_write(reader, body.data, body.len, err) && xml_reader_finish(reader, err);
    xml_reader_free(reader);
    return ok;
}

static bool refuse(const struct http_response *response, const struct sts_answer *a, struct error *err)
{
    struct text code = sts_answer_get(a, STS_CODE), message = sts_answer_get(a, STS_MESSAGE);
    enum error_kind kind = response->status >= 500 ? ERROR_NETWORK : ERROR_DENIED;
    const char *advice = NULL;
    /* Its first line only: after it SignatureDoesNotMatch shows the canonical string, token and all. */
    message.len = text_find(message, '\n');
    if (code.len == 0)
        return error_set(err, kind, "sts answered HTTP %d without saying why", response->status);
    for (size_t i = 0; i < sizeof advices / sizeof *advices; i++)
        if (text_equal_string(code, advices[i].code))
            advice = advices[i].advice;
    return error_set(err, kind, "sts refused: %.*s: %.*s%s%s%s", (int)code.len, code.data,
                     (int)message.len, message.data == NULL ? "" : message.data,
                     advice == NULL ? "" : " (", advice == NULL ? "" : advice,
                     advice == NULL ? "" : ")");
}

bool sts_answer_read(const struct http_response *response, struct sts_answer *out, struct error *err)
{
    for (int i = 0; i < STS_FIELDS; i++)
        buffer_init(&out->fields[i], STS_FIELD_MAX);
    if (response->transport != HTTP_TRANSPORT_OK)
        return error_set(err, ERROR_NETWORK, "sts gave no answer: %s", response->message);
    struct error xml = ERROR_INIT;
    bool readable = read_xml(response, out, &xml);
    if (response->status != 200)
        return refuse(response, out, err); /* a code may stand there even if the rest is broken */
    if (readable)
        return true;
    *err = xml;
    return error_prefix(err, "the answer of sts");
}

void sts_answer_release(struct sts_answer *a)
{
    for (int i = 0; i < STS_FIELDS; i++)
        buffer_wipe(&a->fields[i]);
}

struct text sts_answer_get(const struct sts_answer *a, enum sts_field field)
{
    return buffer_text(&a->fields[field]);
}

const char *sts_answer_name(enum sts_field field)
{
    return names[field];
}

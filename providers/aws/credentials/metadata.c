#include "providers/aws/credentials/metadata.h"

#include "core/base/memory.h"
#include "core/decode/json.h"

#include <json-c/json.h>
#include <string.h>

void aws_metadata_request(struct http_request *r, const char *method, int64_t timeout_ms, int attempts)
{
    r->method = memory_string(method);
    r->connect_timeout_ms = timeout_ms;
    r->timeout_ms = timeout_ms;
    r->max_attempts = attempts;
    r->max_response_bytes = AWS_METADATA_ANSWER_MAX;
    r->direct = true;
}

bool aws_metadata_credentials(const struct http_response *response, struct aws_credentials *out,
                              struct error *err)
{
    struct json_object *root = NULL;
    if (!json_parse(buffer_text(&response->body), &root, err))
        return error_prefix(err, "the credentials");
    const char *code = json_string(root, "Code"), *message = json_string(root, "Message");
    bool ok = code == NULL || strcmp(code, "Success") == 0 ||
              error_set(err, ERROR_DENIED, "%s%s%s", code, message == NULL ? "" : ": ",
                        message == NULL ? "" : message);
    ok = ok && aws_credentials_read_json(root, "Token", out, err);
    json_object_put(root);
    return ok;
}

#include "providers/gcp/credentials/executable.h"

#include "core/base/memory.h"
#include "core/decode/json.h"
#include "providers/aws/credentials/process.h"
#include "providers/gcp/credentials/member.h"
#include "providers/gcp/credentials/wipe.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define ALLOW "GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES"
#define GIVEN "GOOGLE_EXTERNAL_ACCOUNT_"
#define GIVEN_MAX 6 /* variables */
#define WHAT "executable"

bool gcp_executable_read(const struct json_object *o, struct gcp_executable *out, struct error *err)
{
    out->timeout_ms = GCP_EXECUTABLE_TIMEOUT_MS;
    return (gcp_member_string(o, "command", true, &out->command, err) &&
            gcp_member_string(o, "output_file", false, &out->output_file, err) &&
            gcp_member_number(o, "timeout_millis", GCP_EXECUTABLE_TIMEOUT_MIN_MS,
                              GCP_EXECUTABLE_TIMEOUT_MAX_MS, &out->timeout_ms, err)) ||
           error_prefix(err, WHAT);
}

void gcp_executable_release(struct gcp_executable *e)
{
    free(e->command);
    free(e->output_file);
    *e = (struct gcp_executable){ .command = NULL };
}

/* ---- what it prints ---- */

static const char *token_member(const char *type)
{
    if (strcmp(type, "urn:ietf:params:oauth:token-type:jwt") == 0 ||
        strcmp(type, "urn:ietf:params:oauth:token-type:id_token") == 0)
        return "id_token";
    return strcmp(type, "urn:ietf:params:oauth:token-type:saml2") == 0 ? "saml_response" : NULL;
}

static bool read_success(const struct json_object *root, int64_t now_unix_s, struct secret *out,
                         struct error *err)
{
    struct json_object *expires = json_get(root, "expiration_time");
    const char *type = json_string(root, "token_type");
    const char *member = type == NULL ? NULL : token_member(type);
    if (member == NULL)
        return error_set(err, ERROR_DATA,
                         "token_type is missing or not one of jwt, id_token and saml2");
    if (expires != NULL && !json_object_is_type(expires, json_type_int))
        return error_set(err, ERROR_DATA, "expiration_time is no whole number of seconds");
    if (expires != NULL && json_object_get_int64(expires) <= now_unix_s)
        return error_set(err, ERROR_DENIED, "its token has expired");
    bool ok = gcp_member_secret(root, member, true, out, err);
    if (!ok)
        err->kind = ERROR_DATA;
    return ok;
}

static bool read_answer(const struct json_object *root, int64_t now_unix_s, struct secret *out,
                        struct error *err)
{
    struct json_object *success = json_get(root, "success");
    if (json_int(root, "version", 0) != 1)
        return error_set(err, ERROR_DATA, "version is not 1, the only one there is");
    if (!json_object_is_type(success, json_type_boolean))
        return error_set(err, ERROR_DATA, "success is missing or no boolean");
    if (json_object_get_boolean(success))
        return read_success(root, now_unix_s, out, err);
    const char *code = json_string(root, "code"), *message = json_string(root, "message");
    return error_set(err, ERROR_DENIED, "it says %s: %s", code == NULL ? "no code" : code,
                     message == NULL ? "no message" : message);
}

static bool read_output(struct text output, int64_t now_unix_s, struct secret *out,
                        struct error *err)
{
    struct json_object *root = NULL;
    struct error why = ERROR_INIT;
    if (!json_parse(output, &root, &why))
        return error_set(err, ERROR_DATA, "it printed %s instead of JSON",
                         text_trim(output).len == 0 ? "nothing" : "something else");
    bool ok = read_answer(root, now_unix_s, out, err);
    gcp_wipe_json(root);
    return ok;
}

/* Whether output_file holds a token that is good for a while: without expiration_time nobody knows. */
static bool read_kept(const struct gcp_executable_setup *s, int64_t now_unix_s, struct secret *out)
{
    struct buffer content;
    struct json_object *root = NULL;
    struct error ignored = ERROR_INIT;
    if (s->executable->output_file == NULL)
        return false;
    buffer_init(&content, AWS_HOST_OUTPUT_MAX);
    bool ok = gcp_host_read(s->host, s->executable->output_file, &content, &ignored) &&
              json_parse(buffer_text(&content), &root, &ignored) &&
              json_get(root, "expiration_time") != NULL &&
              read_answer(root, now_unix_s, out, &ignored);
    gcp_wipe_json(root);
    buffer_wipe(&content);
    return ok;
}

/* ---- running it ---- */

static char *given(const char *name, const char *value)
{
    return memory_format(GIVEN "%s=%s", name, value);
}

/* "env", the variables, the program's words, NULL; the variables are free()d by the caller. */
static size_t make_variables(const struct gcp_executable_setup *s, char *out[GIVEN_MAX])
{
    size_t count = 0;
    out[count++] = given("AUDIENCE", s->audience);
    out[count++] = given("TOKEN_TYPE", s->token_type);
    out[count++] = given("INTERACTIVE", "0");
    out[count++] = given("REVOKE", "0");
    if (s->impersonated != NULL)
        out[count++] = given("IMPERSONATED_EMAIL", s->impersonated);
    if (s->executable->output_file != NULL)
        out[count++] = given("OUTPUT_FILE", s->executable->output_file);
    return count;
}

static bool start(const struct gcp_executable_setup *s, char *words[], struct buffer *output,
                  struct error *err)
{
    const char *argv[1 + GIVEN_MAX + AWS_PROCESS_WORDS_MAX + 1] = { "env" };
    const struct aws_host *machine = &s->host->machine;
    char *variables[GIVEN_MAX];
    struct buffer errors;
    int status = 0;
    size_t given_count = make_variables(s, variables), count = 1;
    for (size_t i = 0; i < given_count; i++)
        argv[count++] = variables[i];
    for (size_t i = 0; words[i] != NULL; i++)
        argv[count++] = words[i];
    argv[count] = NULL;
    buffer_init(&errors, AWS_HOST_STDERR_MAX);
    bool ok = machine->run_process(machine->ctx, argv, s->executable->timeout_ms, output, &errors,
                                   &status, err);
    struct text said = text_trim(buffer_text(&errors));
    if (ok && status != 0)
        ok = error_set(err, ERROR_DENIED, "%s ended with status %d%s%.*s", words[0], status,
                       said.len > 0 ? ": " : "", (int)said.len, said.len > 0 ? said.data : "");
    for (size_t i = 0; i < given_count; i++)
        free(variables[i]);
    buffer_release(&errors);
    return ok;
}

/* `env` would take a first word with '=' for one more variable. */
static bool split(const char *command, char *out_words[AWS_PROCESS_WORDS_MAX + 1],
                  struct error *err)
{
    struct error why = ERROR_INIT;
    bool ok = aws_process_split(command, out_words, &why);
    if (ok && strchr(out_words[0], '=') == NULL)
        return true;
    if (ok)
        aws_process_free_words(out_words);
    return error_set(err, ERROR_CONFIG,
                     "its command is not 1 to %d words with quotes that end, the first without '='",
                     AWS_PROCESS_WORDS_MAX);
}

static bool run(const struct gcp_executable_setup *s, int64_t now_unix_s, struct secret *out,
                struct error *err)
{
    char *words[AWS_PROCESS_WORDS_MAX + 1];
    struct buffer output;
    if (!split(s->executable->command, words, err))
        return false;
    buffer_init(&output, AWS_HOST_OUTPUT_MAX);
    bool ok = start(s, words, &output, err);
    bool silent = text_trim(buffer_text(&output)).len == 0;
    if (ok && !(silent && read_kept(s, now_unix_s, out)))
        ok = read_output(buffer_text(&output), now_unix_s, out, err);
    buffer_wipe(&output);
    aws_process_free_words(words);
    return ok;
}

bool gcp_executable_run(const struct gcp_executable_setup *setup, int64_t now_unix_s,
                        struct secret *out, struct error *err)
{
    const char *allowed = gcp_host_variable(setup->host, ALLOW);
    if (allowed == NULL || strcmp(allowed, "1") != 0)
        return error_set(err, ERROR_CONFIG,
                         WHAT ": the credentials file wants to start a program: set " ALLOW
                              "=1 if you trust that file");
    return read_kept(setup, now_unix_s, out) || run(setup, now_unix_s, out, err) ||
           error_prefix(err, WHAT);
}

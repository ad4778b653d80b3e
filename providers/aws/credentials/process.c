#include "providers/aws/credentials/process.h"

#include "core/decode/json.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* One word of `*p`, which is left behind it. Quotes may begin and end within a word. */
static bool read_word(const char **p, struct buffer *word, struct error *err)
{
    char quote = '\0';
    const char *s = *p;
    for (; *s != '\0' && (quote != '\0' || !is_blank(*s)); s++) {
        bool escapes = *s == '\\' && quote != '\'';
        if (escapes && quote == '"' && s[1] != '"' && s[1] != '\\')
            escapes = false;
        if (escapes && s[1] == '\0')
            return error_set(err, ERROR_CONFIG, "credential_process ends in a backslash");
        if (escapes)
            buffer_append_char(word, *++s);
        else if (quote == '\0' && (*s == '\'' || *s == '"'))
            quote = *s;
        else if (quote != '\0' && *s == quote)
            quote = '\0';
        else
            buffer_append_char(word, *s);
    }
    *p = s;
    return quote == '\0' || error_set(err, ERROR_CONFIG, "credential_process has a quote without its end");
}

bool aws_process_split(const char *command, char *out_words[AWS_PROCESS_WORDS_MAX + 1],
                       struct error *err)
{
    size_t count = 0;
    bool ok = true;
    struct buffer word;
    buffer_init(&word, strlen(command) + 1);
    for (const char *p = command; ok;) {
        while (is_blank(*p))
            p++;
        if (*p == '\0')
            break;
        ok = count < AWS_PROCESS_WORDS_MAX ||
             error_set(err, ERROR_LIMIT, "credential_process has more than %d words",
                       AWS_PROCESS_WORDS_MAX);
        ok = ok && read_word(&p, &word, err);
        if (ok)
            out_words[count++] = buffer_detach(&word);
    }
    out_words[count] = NULL;
    if (ok && count == 0)
        ok = error_set(err, ERROR_CONFIG, "credential_process is empty");
    if (!ok)
        aws_process_free_words(out_words);
    buffer_release(&word);
    return ok;
}

void aws_process_free_words(char *words[])
{
    for (; *words != NULL; words++) {
        free(*words);
        *words = NULL;
    }
}

static bool read_output(struct text output, struct aws_credentials *out, struct error *err)
{
    struct json_object *root = NULL;
    if (!json_parse(output, &root, err))
        return error_prefix(err, "credential_process printed invalid JSON");
    bool ok = json_int(root, "Version", 0) == 1 ||
              error_set(err, ERROR_DATA, "Version is not 1, the only one there is");
    ok = ok && aws_credentials_read_json(root, "SessionToken", out, err);
    json_object_put(root);
    return ok || error_prefix(err, "credential_process");
}

bool aws_process_run(const struct aws_host *host, const char *command, struct aws_credentials *out,
                     struct error *err)
{
    char *words[AWS_PROCESS_WORDS_MAX + 1];
    struct buffer output, errors;
    int status = 0;
    if (!aws_process_split(command, words, err))
        return false;
    buffer_init(&output, AWS_HOST_OUTPUT_MAX);
    buffer_init(&errors, AWS_HOST_STDERR_MAX);
    bool ok = host->run_process(host->ctx, (const char *const *)words, AWS_PROCESS_TIMEOUT_MS, &output,
                                &errors, &status, err);
    if (!ok)
        error_prefix(err, "credential_process");
    struct text said = text_trim(buffer_text(&errors));
    if (ok && status != 0)
        ok = error_set(err, ERROR_DENIED, "credential_process: %s ended with status %d%s%.*s", words[0],
                       status, said.len > 0 ? ": " : "", (int)said.len, said.len > 0 ? said.data : "");
    ok = ok && read_output(buffer_text(&output), out, err);
    buffer_wipe(&output);
    buffer_release(&errors);
    aws_process_free_words(words);
    return ok;
}

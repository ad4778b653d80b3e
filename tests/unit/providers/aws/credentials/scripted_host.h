#ifndef TESTS_UNIT_PROVIDERS_AWS_CREDENTIALS_SCRIPTED_HOST_H
#define TESTS_UNIT_PROVIDERS_AWS_CREDENTIALS_SCRIPTED_HOST_H

/* A machine made of JSON, for the credential sources: variables, files and a process. */
#include "core/base/encode.h"
#include "core/base/file.h"
#include "core/base/memory.h"
#include "providers/aws/credentials/host.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

struct script {
    struct json_object *env;   /* name -> value; NULL: none */
    struct json_object *files; /* path -> content; NULL: `root` holds them, or there are none */
    const char *root;          /* a folder that stands for "/" */
    int processes;             /* run so far */
};

static inline const char *script_variable(void *ctx, const char *name)
{
    const struct script *s = ctx;
    return json_object_get_string(json_object_object_get(s->env, name));
}

static inline bool script_read_file(void *ctx, const char *path, struct buffer *out, bool *out_absent,
                                    struct error *err)
{
    const struct script *s = ctx;
    struct json_object *content = json_object_object_get(s->files, path);
    *out_absent = true;
    if (content != NULL) {
        buffer_append_string(out, json_object_get_string(content));
        *out_absent = false;
    }
    if (s->files != NULL || s->root == NULL)
        return true;
    char *real = memory_format("%s%s", s->root, path);
    *out_absent = !file_exists(real);
    bool ok = *out_absent || file_read(real, out, err);
    free(real);
    return ok;
}

/* As a shell would run the vectors' commands, of which there are three: `echo WORDS`, `echo WORDS |
 * base64 --decode`, `exit N`. The program itself runs no shell: to it these are plain words. */
static inline bool script_run_process(void *ctx, const char *const argv[], int64_t timeout_ms,
                                      struct buffer *out, struct buffer *errors, int *out_status,
                                      struct error *err)
{
    struct script *s = ctx;
    (void)timeout_ms;
    s->processes++;
    *out_status = 0;
    if (strcmp(argv[0], "exit") == 0) {
        buffer_append_string(errors, "told to fail\n");
        *out_status = argv[1][0] - '0';
        return true;
    }
    if (strcmp(argv[0], "echo") != 0)
        return error_set(err, ERROR_IO, "no such program: %s", argv[0]);
    bool decode = argv[1] != NULL && argv[2] != NULL && strcmp(argv[2], "|") == 0;
    if (decode)
        return encode_base64_decode(out, text_of(argv[1]));
    for (size_t i = 1; argv[i] != NULL; i++)
        buffer_append_format(out, "%s%s", i > 1 ? " " : "", argv[i]);
    return true;
}

static inline struct aws_host script_host(struct script *s)
{
    return (struct aws_host){ script_variable, script_read_file, script_run_process, s };
}

static inline void script_set(struct script *s, const char *name, const char *value)
{
    if (s->env == NULL)
        s->env = json_object_new_object();
    json_object_object_add(s->env, name, json_object_new_string(value));
}

static inline void script_file(struct script *s, const char *path, const char *content)
{
    if (s->files == NULL)
        s->files = json_object_new_object();
    json_object_object_add(s->files, path, json_object_new_string(content));
}

static inline void script_release(struct script *s)
{
    json_object_put(s->env);
    json_object_put(s->files);
    *s = (struct script){ 0 };
}

/* A file of the vectors as JSON; NULL when it does not exist. */
static inline struct json_object *vector_json(const char *path)
{
    return file_exists(path) ? json_object_from_file(path) : NULL;
}

static inline const char *member(const struct json_object *o, const char *name)
{
    return json_object_get_string(json_object_object_get(o, name));
}

/* Whether `part` stands in `whole`, capitals or not: the vectors' words are sentences, ours are not. */
static inline bool contains_nocase(const char *whole, const char *part)
{
    size_t len = strlen(part);
    for (; strlen(whole) >= len; whole++)
        if (text_equal_nocase((struct text){ whole, len }, part))
            return true;
    return false;
}

#define CREDENTIAL_VECTORS VECTORS "/aws-credentials"

#endif

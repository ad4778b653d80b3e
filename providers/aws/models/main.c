/*
 * Run by the build (cmake/Models.cmake):
 *   aws_tables models OUTPUT REFUSED MODEL...    C tables of the operations, MODELs in order of name
 *   aws_tables partitions OUTPUT PARTITIONS      C tables of hosts and regions
 */
#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "providers/aws/models/load.h"
#include "providers/aws/models/write.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INPUT_MAX (64u * 1024 * 1024)
#define OUTPUT_MAX (256u * 1024 * 1024)

static bool read_json(const char *path, struct json_object **out, struct error *err)
{
    struct buffer content;
    buffer_init(&content, INPUT_MAX);
    bool ok = file_read(path, &content, err) && json_parse(buffer_text(&content), out, err);
    buffer_release(&content);
    return ok;
}

static struct aws_model *read_model(const char *path, struct error *err)
{
    struct json_object *json = NULL;
    if (!read_json(path, &json, err))
        return NULL;
    struct aws_model *m = aws_load(json, err);
    json_object_put(json);
    return m;
}

/* Points into `content`, whose separators become NULs. */
static size_t read_refusals(struct buffer *content, struct aws_refusal **out)
{
    size_t count = 0;
    struct aws_refusal *list = NULL;
    char *save = NULL;
    for (char *line = strtok_r(content->data, "\n", &save); line != NULL;
         line = strtok_r(NULL, "\n", &save)) {
        char *words = NULL;
        line[strcspn(line, "#")] = '\0';
        char *service = strtok_r(line, " \t", &words), *operation = strtok_r(NULL, " \t", &words);
        if (service == NULL || operation == NULL)
            continue;
        list = memory_resize(list, count + 1, sizeof *list);
        list[count++] = (struct aws_refusal){ service, operation };
    }
    *out = list;
    return count;
}

static bool make_models(struct buffer *out, const char *refused_path, char **paths, size_t count,
                        struct error *err)
{
    struct aws_model **models = memory_new(count, sizeof *models);
    struct aws_refusal *refused = NULL;
    struct buffer content;
    buffer_init(&content, INPUT_MAX);
    bool ok = file_read(refused_path, &content, err);
    for (size_t i = 0; ok && i < count; i++) {
        models[i] = read_model(paths[i], err);
        ok = models[i] != NULL || error_prefix(err, "%s", paths[i]);
    }
    if (ok) {
        buffer_string(&content);
        size_t refused_count = read_refusals(&content, &refused);
        ok = write_models(out, models, count, refused, refused_count, err);
    }
    for (size_t i = 0; i < count; i++)
        aws_load_free(models[i]);
    free(models);
    free(refused);
    buffer_release(&content);
    return ok;
}

static bool make_partitions(struct buffer *out, const char *path, struct error *err)
{
    struct json_object *json = NULL;
    bool ok = read_json(path, &json, err) && write_partitions(out, json, err);
    json_object_put(json);
    return ok;
}

static bool write_file(const char *path, const struct buffer *content, struct error *err)
{
    if (!buffer_ok(content))
        return error_set(err, ERROR_LIMIT, "more than %u bytes of tables", OUTPUT_MAX);
    return file_write_atomic(path, buffer_text(content), err);
}

int main(int argc, char **argv)
{
    struct error err = ERROR_INIT;
    struct buffer out;
    buffer_init(&out, OUTPUT_MAX);
    bool ok = false;
    if (argc > 4 && strcmp(argv[1], "models") == 0)
        ok = make_models(&out, argv[3], argv + 4, (size_t)argc - 4, &err);
    else if (argc == 4 && strcmp(argv[1], "partitions") == 0)
        ok = make_partitions(&out, argv[3], &err);
    else
        error_set(
            &err, ERROR_USAGE,
            "usage: aws_tables models OUTPUT REFUSED MODEL... | partitions OUTPUT PARTITIONS");
    ok = ok && write_file(argv[2], &out, &err);
    buffer_release(&out);
    if (!ok)
        fprintf(stderr, "aws_tables: %s\n", err.message);
    return error_exit_status(&err);
}

/*
 * Run by the build (cmake/Models.cmake):
 *   gcp_tables OUTPUT POSTS REFUSED MODEL...    C tables of the methods, MODELs in order of name
 */
#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "providers/gcp/models/load.h"
#include "providers/gcp/models/write.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INPUT_MAX (64u * 1024 * 1024)
#define OUTPUT_MAX (256u * 1024 * 1024)

static struct gcp_model *read_model(const char *path, struct error *err)
{
    struct json_object *json = NULL;
    struct gcp_model *m = NULL;
    struct buffer content;
    buffer_init(&content, INPUT_MAX);
    if (file_read(path, &content, err) && json_parse(buffer_text(&content), &json, err))
        m = gcp_load(json, err);
    json_object_put(json);
    buffer_release(&content);
    return m;
}

/* The lines of two words of a file. They point into `content`, whose separators become NULs. */
static bool read_pairs(const char *path, struct buffer *content, struct gcp_pair **out,
                       size_t *out_count, struct error *err)
{
    if (!file_read(path, content, err))
        return false;
    buffer_string(content);
    char *lines = NULL;
    for (char *line = strtok_r(content->data, "\n", &lines); line != NULL;
         line = strtok_r(NULL, "\n", &lines)) {
        char *words = NULL;
        line[strcspn(line, "#")] = '\0';
        char *service = strtok_r(line, " \t", &words), *method = strtok_r(NULL, " \t", &words);
        if (service == NULL)
            continue;
        if (method == NULL)
            return error_set(err, ERROR_DATA, "%s: '%s' without a method", path, service);
        *out = memory_resize(*out, *out_count + 1, sizeof **out);
        (*out)[(*out_count)++] = (struct gcp_pair){ service, method };
    }
    return true;
}

static bool make_models(struct buffer *out, const struct gcp_rules *rules, char **paths,
                        size_t count, struct error *err)
{
    struct gcp_model **models = memory_new(count, sizeof *models);
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        models[i] = read_model(paths[i], err);
        ok = models[i] != NULL || error_prefix(err, "%s", paths[i]);
    }
    ok = ok && gcp_write_models(out, models, count, rules, err);
    for (size_t i = 0; i < count; i++)
        gcp_load_free(models[i]);
    free(models);
    return ok;
}

static bool make(char **arguments, size_t count, struct buffer *out, struct error *err)
{
    struct gcp_pair *posts = NULL, *refused = NULL;
    struct gcp_rules rules = { NULL, NULL, 0, 0 };
    struct buffer posts_text, refused_text;
    buffer_init(&posts_text, INPUT_MAX);
    buffer_init(&refused_text, INPUT_MAX);
    bool ok = read_pairs(arguments[1], &posts_text, &posts, &rules.post_count, err) &&
              read_pairs(arguments[2], &refused_text, &refused, &rules.refused_count, err);
    rules.posts = posts;
    rules.refused = refused;
    ok = ok && make_models(out, &rules, arguments + 3, count - 3, err);
    if (ok && !buffer_ok(out))
        ok = error_set(err, ERROR_LIMIT, "more than %u bytes of tables", OUTPUT_MAX);
    ok = ok && file_write_atomic(arguments[0], buffer_text(out), err);
    free(posts);
    free(refused);
    buffer_release(&posts_text);
    buffer_release(&refused_text);
    return ok;
}

int main(int argc, char **argv)
{
    struct error err = ERROR_INIT;
    struct buffer out;
    buffer_init(&out, OUTPUT_MAX);
    bool ok = argc > 4
                  ? make(argv + 1, (size_t)argc - 1, &out, &err)
                  : error_set(&err, ERROR_USAGE, "usage: gcp_tables OUTPUT POSTS REFUSED MODEL...");
    buffer_release(&out);
    if (!ok)
        fprintf(stderr, "gcp_tables: %s\n", err.message);
    return error_exit_status(&err);
}

#ifndef TESTS_UNIT_PROVIDERS_AWS_PROTOCOL_VECTORS_H
#define TESTS_UNIT_PROVIDERS_AWS_PROTOCOL_VECTORS_H

/* The published protocol cases (VECTORS/aws-protocols): each brings a model of its own. */
#include "core/base/encode.h"
#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "providers/aws/models/load.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const vector_protocols[] = { "ec2",   "query",     "json",
                                                "json_1_0", "rest-json", "rest-xml" };

/* One case with its model; valid during the call. */
struct vector_case {
    const char *protocol, *id;
    struct json_object *suite, *json;
    const struct aws_operation *op;
};
typedef bool (*vector_case_fn)(const struct vector_case *c);

static inline bool vector_are_there(void)
{
    return file_exists(VECTORS "/aws-protocols/ignore-list.json");
}

static inline struct json_object *vector_read(const char *name)
{
    struct buffer content;
    struct error err = ERROR_INIT;
    struct json_object *root = NULL;
    char *path = memory_format("%s/aws-protocols/%s", VECTORS, name);
    buffer_init(&content, 16 * 1024 * 1024);
    if (!file_exists(path)) {
        printf("skipped: %s is not there\n", path);
        exit(UNIT_SKIPPED);
    }
    if (!file_read(path, &content, &err) || !json_parse(buffer_text(&content), &root, &err)) {
        printf("%s: %s\n", path, err.message);
        abort();
    }
    buffer_release(&content);
    free(path);
    return root;
}

static inline bool vector_list_has(struct json_object *list, const char *text)
{
    for (size_t i = 0; list != NULL && i < json_object_array_length(list); i++) {
        if (strcmp(json_object_get_string(json_object_array_get_idx(list, i)), text) == 0)
            return true;
    }
    return false;
}

/* botocore's own list of what it leaves out. `side` is "input" or "output". */
static inline bool vector_is_ignored(struct json_object *ignore, const char *side, const struct vector_case *c)
{
    struct json_object *general = json_get(json_get(ignore, "general"), side);
    struct json_object *own = json_get(json_get(json_get(ignore, "protocols"), c->protocol), side);
    const char *suite = json_string(c->suite, "description");
    return vector_list_has(json_get(general, "suites"), suite) ||
           vector_list_has(json_get(own, "suites"), suite) || vector_list_has(json_get(own, "cases"), c->id);
}

/* The suite's metadata and shapes with the case's operation, as aws_load() takes them. `output` NULL: the
 * operation's own, else the name of the shape to decode (an error's). */
static inline struct aws_model *vector_model(const struct vector_case *c, const char *output)
{
    struct error err = ERROR_INIT;
    struct json_object *copy = NULL, *model = json_object_new_object();
    struct json_object *operations = json_object_new_object();
    json_object_deep_copy(json_get(c->json, "given"), &copy, NULL);
    json_object_object_del(copy, "errors");
    if (output != NULL) {
        struct json_object *reference = json_object_new_object();
        json_object_object_add(reference, "shape", json_object_new_string(output));
        json_object_object_add(copy, "output", reference);
    }
    json_object_object_add(operations, json_string(copy, "name"), copy);
    json_object_object_add(model, "metadata", json_object_get(json_get(c->suite, "metadata")));
    json_object_object_add(model, "shapes", json_object_get(json_get(c->suite, "shapes")));
    json_object_object_add(model, "operations", operations);
    struct aws_model *m = aws_load(model, &err);
    if (m == NULL) {
        printf("%s: %s\n", c->id, err.message);
        abort();
    }
    json_object_put(model);
    return m;
}

/* Runs every case of one protocol that is not ignored; gives the number that failed. */
static inline size_t vector_run(const char *side, const char *protocol, vector_case_fn run, size_t *out_ran)
{
    size_t failed = 0;
    char *name = memory_format("%s/%s.json", side, protocol);
    struct json_object *suites = vector_read(name), *ignore = vector_read("ignore-list.json");
    free(name);
    for (size_t i = 0; i < json_object_array_length(suites); i++) {
        struct json_object *suite = json_object_array_get_idx(suites, i);
        struct json_object *cases = json_get(suite, "cases");
        for (size_t k = 0; k < json_object_array_length(cases); k++) {
            struct json_object *json = json_object_array_get_idx(cases, k);
            struct vector_case c = { protocol, json_string(json, "id"), suite, json, NULL };
            if (vector_is_ignored(ignore, side, &c))
                continue;
            struct aws_model *m = vector_model(&c, NULL);
            c.op = &aws_load_service(m)->operations[0];
            if (!run(&c)) {
                printf("failed: %s %s %s\n", side, protocol, c.id);
                failed++;
            }
            (*out_ran)++;
            aws_load_free(m);
        }
    }
    json_object_put(suites);
    json_object_put(ignore);
    return failed;
}

#endif

/* The built-in types as data: their operations exist, their paths lead somewhere, what looks like a secret
 * is redacted, and every list of scalars says how it is compared. */
#include "core/base/embedded.h"
#include "core/base/memory.h"
#include "core/decode/template.h"
#include "core/model/resource_type.h"
#include "core/model/shape.h"
#include "providers/aws/protocol/model.h"
#include "providers/provider.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

static int load(void **state)
{
    struct error err = ERROR_INIT;
    struct resource_types *types = resource_types_new();
    for (size_t i = 0; i < embedded_types_count; i++)
        if (!text_ends_with(text_of(embedded_types[i].name), "/probe.yaml") && /* no cloud is asked for it */
            !resource_types_add(types, embedded_types[i].name,
                                (struct text){ embedded_types[i].text, embedded_types[i].len },
                                &err))
            fail_msg("%s", err.message);
    assert_true(resource_types_count(types) >= 14);
    *state = types;
    return 0;
}

static int unload(void **state)
{
    resource_types_free(*state);
    return 0;
}

static void providers_are_complete(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    for (const struct provider *const *p = providers_all(); *p != NULL; p++)
        assert_true(provider_check(*p, &err));
    assert_non_null(providers_find("aws"));
    struct provider broken = *providers_find("aws");
    broken.classify = NULL;
    assert_false(provider_check(&broken, &err));
    assert_string_equal(err.message, "the provider aws lacks classify");
    broken.abi = 0;
    assert_false(provider_check(&broken, &err));
}

static void operations_exist_and_only_read(void **state)
{
    struct error err = ERROR_INIT;
    for (size_t i = 0; i < resource_types_count(*state); i++) {
        const struct resource_type *type = resource_types_at(*state, i);
        if (!providers_find(type->provider)->check_type(type, &err))
            fail_msg("%s", err.message);
    }
}

static void a_type_that_would_write_or_reads_secrets_is_refused(void **state)
{
    (void)state;
    const char *const bad[] = { "TerminateInstances", "CreateUser", "GetPasswordData",
                                "GetSecretValue" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct error err = ERROR_INIT;
        struct resource_type type = { .name = (char *)(uintptr_t) "aws_x_y",
                                      .file = (char *)(uintptr_t) "f",
                                      .service = (char *)(uintptr_t) "ec2",
                                      .list = (char *)(uintptr_t)bad[i],
                                      .items = (char *)(uintptr_t) "." };
        assert_false(providers_find("aws")->check_type(&type, &err));
        assert_int_equal(err.kind, ERROR_CONFIG);
    }
}

/* Whether a path leads to a field of the tree; "*" holds anything. */
static bool leads(struct json_object *tree, const char *path)
{
    struct text rest = text_of(path);
    while (rest.data != NULL && json_object_is_type(tree, json_type_object)) {
        struct text part = text_cut(&rest, '.');
        part.len = text_find(part, '[');
        char *name = text_copy(part);
        bool found = json_object_object_get_ex(tree, name, &tree);
        free(name);
        if (!found)
            return false;
    }
    return true;
}

static void check_paths(const struct resource_type *type, struct json_object *tree,
                        const struct string_list *paths)
{
    for (size_t i = 0; i < paths->count; i++)
        if (!leads(tree, paths->items[i]))
            fail_msg("%s: %s leads nowhere", type->name, paths->items[i]);
}

static void paths_lead_somewhere(void **state)
{
    for (size_t i = 0; i < resource_types_count(*state); i++) {
        const struct resource_type *type = resource_types_at(*state, i);
        struct json_object *tree = providers_find(type->provider)->fields(type);
        if (tree == NULL)
            continue;
        const struct string_list *lists[] = { &type->volatile_paths, &type->redact,
                                              &type->plain,          &type->set,
                                              &type->ordered,        &type->json };
        for (size_t k = 0; k < sizeof lists / sizeof *lists; k++)
            check_paths(type, tree, lists[k]);
        bool plain_id = strchr(type->id, '{') == NULL && strcmp(type->id, TYPE_ID_ACCOUNT) != 0;
        const char *single[] = { plain_id ? type->id : NULL,
                                 type->display_name,
                                 type->life,
                                 type->owner,
                                 type->region,
                                 type->tags };
        for (size_t k = 0; k < sizeof single / sizeof *single; k++)
            if (single[k] != NULL && !leads(tree, single[k]))
                fail_msg("%s: %s leads nowhere", type->name, single[k]);
        for (size_t k = 0; k < type->column_count; k++)
            if (!leads(tree, type->columns[k].path))
                fail_msg("%s: column %s leads nowhere", type->name, type->columns[k].name);
        json_object_put(tree);
    }
}

/* ---- templates ---- */

/* What a template of a type may name; `item` and `parent` NULL where there is none. */
struct holes {
    const struct resource_type *type;
    struct json_object *item, *parent;
    bool row; /* what a row of the sheet says, too */
};

static bool is_of_row(const char *name)
{
    return strcmp(name, "id") == 0 || strcmp(name, "name") == 0 || strcmp(name, "key") == 0;
}

static bool is_word(const char *name)
{
    static const char *const words[] = { "partition", "account",  "region",       "each",
                                         "since",     "until",    "since_s",      "until_s",
                                         "since_ms",  "until_ms", "two_days_ago", "day", "resolvers" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(name, words[i]) == 0)
            return true;
    return false;
}

static bool check_hole(void *ctx, const char *name)
{
    const struct holes *h = ctx;
    if (strncmp(name, "last ", 5) == 0) /* the last part of what is at a path */
        name += 5;
    if (strncmp(name, "from ", 5) == 0 && strchr(name + 5, ' ') != NULL) /* from WORD PATH */
        name = strchr(name + 5, ' ') + 1;
    bool parent = strncmp(name, "parent.", 7) == 0;
    struct json_object *tree = parent ? h->parent : h->item;
    if (!is_word(name) && !(h->row && is_of_row(name)) &&
        (tree == NULL || !leads(tree, parent ? name + 7 : name)))
        fail_msg("%s: {%s} leads nowhere", h->type->name, name);
    return true;
}

static void check_template(struct holes *h, const char *text)
{
    struct error err = ERROR_INIT;
    if (text != NULL)
        assert_true(template_names(text, check_hole, h, &err));
}

static void check_arguments(struct holes *h, struct json_object *with)
{
    if (json_object_is_type(with, json_type_string))
        check_template(h, json_object_get_string(with));
    for (size_t i = 0;
         json_object_is_type(with, json_type_array) && i < json_object_array_length(with); i++)
        check_arguments(h, json_object_array_get_idx(with, i));
    if (json_object_is_type(with, json_type_object)) {
        json_object_object_foreach(with, name, value) {
            (void)name;
            check_arguments(h, value);
        }
    }
}

static void check_item_templates(struct holes *h)
{
    const struct resource_type *type = h->type;
    check_template(h, type->id);
    check_template(h, type->key);
    h->row = true;
    check_template(h, type->console);
    h->row = false;
    for (size_t i = 0; i < type->detail_count; i++) {
        check_arguments(h, type->details[i].with);
        check_template(h, type->details[i].batch_of);
    }
    for (size_t i = 0; i < type->ephemeral_count; i++) {
        check_template(h, type->ephemeral[i].parent);
        check_paths(type, h->item, &type->ephemeral[i].when.paths);
        if (type->ephemeral[i].tag != NULL && type->tags == NULL)
            fail_msg("%s is ephemeral by a tag and has no tags", type->name);
    }
}

static void templates_lead_somewhere(void **state)
{
    for (size_t i = 0; i < resource_types_count(*state); i++) {
        const struct resource_type *type = resource_types_at(*state, i);
        const struct provider *provider = providers_find(type->provider);
        const struct resource_type *above =
            type->children_of == NULL ? NULL : resource_types_find(*state, type->children_of);
        struct holes list = { type, NULL, above == NULL ? NULL : provider->fields(above), false };
        struct holes item = { type, provider->fields(type), NULL, false };
        check_arguments(&list, type->with);
        if (item.item != NULL) /* a report's fields are known when it is read */
            check_item_templates(&item);
        json_object_put(list.parent);
        json_object_put(item.item);
    }
}

static bool looks_secret(const char *name)
{
    static const char *const words[] = { "password",  "secret",  "token", "userdata",
                                         "user_data", "startup", "seed" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        for (const char *at = name; *at != '\0'; at++)
            if (strncasecmp(at, words[i], strlen(words[i])) == 0)
                return true;
    return strncmp(name, "Env", 3) == 0;
}

/* Whether a path of the list, without its [], begins with `path` and a dot: something under it. */
static bool has_below(const struct string_list *list, const char *path)
{
    size_t len = strlen(path);
    for (size_t i = 0; i < list->count; i++)
        if (strncmp(list->items[i], path, len) == 0 && list->items[i][len] == '.')
            return true;
    return false;
}

static void check_names(const struct resource_type *type, struct json_object *tree,
                        const char *above, int *faults)
{
    if (!json_object_is_type(tree, json_type_object))
        return;
    json_object_object_foreach(tree, name, child) {
        char *path = memory_format("%s%s%s", above, above[0] == '\0' ? "" : ".", name);
        bool whole =
            string_list_has(&type->redact, path); /* then nothing under it is kept either */
        if (looks_secret(name) && !whole && !has_below(&type->redact, path) &&
            !string_list_has(&type->plain, path))
            *faults += fprintf(stderr, "%s: %s looks like a secret: redact it, or say plain\n",
                               type->name, path) > 0;
        if (!whole)
            check_names(type, child, path, faults);
        free(path);
    }
}

static void what_looks_like_a_secret_is_redacted(void **state)
{
    int faults = 0;
    for (size_t i = 0; i < resource_types_count(*state); i++) {
        const struct resource_type *type = resource_types_at(*state, i);
        struct json_object *tree = providers_find(type->provider)->fields(type);
        check_names(type, tree, "", &faults);
        json_object_put(tree);
    }
    assert_int_equal(faults, 0);
}

static bool is_scalar(enum aws_type type)
{
    return type != AWS_STRUCTURE && type != AWS_LIST && type != AWS_MAP && type != AWS_DOCUMENT;
}

static void check_lists(const struct resource_type *type, const struct aws_service *s,
                        const struct aws_shape *shape, const char *path, int *faults)
{
    if (strlen(path) > 150 /* a shape that contains itself */ ||
        string_list_has(&type->volatile_paths, path))
        return;
    if (shape->type == AWS_LIST) {
        const struct aws_shape *element = aws_shape_of(s, aws_shape_element(s, shape));
        char *inside = memory_format("%s[]", path);
        if (is_scalar((enum aws_type)element->type) && !string_list_has(&type->set, inside) &&
            !string_list_has(&type->ordered, inside))
            *faults += fprintf(stderr, "%s: the list %s is neither set nor ordered\n", type->name,
                               inside) > 0;
        check_lists(type, s, element, inside, faults);
        free(inside);
    } else if (shape->type == AWS_STRUCTURE) {
        for (size_t i = 0; i < shape->count; i++) {
            const struct aws_member *m = &s->members[shape->first + i];
            char *inside =
                memory_format("%s%s%s", path, path[0] == '\0' ? "" : ".", aws_text(s, m->name));
            check_lists(type, s, aws_shape_of(s, m), inside, faults);
            free(inside);
        }
    }
}

/* One call of a type. `alone`: of a list in the answer each element goes to `as`, not the whole of it. */
struct asked {
    const char *service, *operation, *items, *as;
    bool alone;
};

static void check_asked(const struct resource_type *type, const struct asked *a, int *faults)
{
    struct error err = ERROR_INIT;
    struct aws_path path;
    const struct aws_service *s = aws_model_service(a->service);
    const struct aws_operation *op = aws_model_operation(s, a->operation);
    assert_true(aws_path_resolve(op, a->items, &path, &err));
    const struct aws_member *last =
        path.count == 0 ? &op->output : &s->members[path.steps[path.count - 1]];
    const struct aws_shape *shape = aws_shape_of(s, last);
    if (shape->type == AWS_LIST && a->alone)
        shape = aws_shape_of(s, aws_shape_element(s, shape));
    check_lists(type, s, shape, a->as, faults);
}

static void lists_of_scalars_say_how_they_are_compared(void **state)
{
    int faults = 0;
    for (size_t i = 0; i < resource_types_count(*state); i++) {
        const struct resource_type *type = resource_types_at(*state, i);
        if (strcmp(type->provider, "aws") != 0 || type->decode_csv != NULL || type->evidence)
            continue; /* events are kept, not compared */
        struct asked list = { type->service, type->list, type->items, "", true };
        check_asked(type, &list, &faults);
        for (size_t k = 0; k < type->detail_count; k++) {
            const struct type_detail *d = &type->details[k];
            struct asked detail = { d->service == NULL ? type->service : d->service, d->operation,
                                    d->items, d->as, d->batch_of != NULL };
            check_asked(type, &detail, &faults);
        }
    }
    assert_int_equal(faults, 0);
}

static bool asks_for(struct json_object *with, const char *member)
{
    return json_object_is_type(with, json_type_object) &&
           json_object_object_get_ex(with, member, NULL);
}

/* Few large pages instead of many small ones: a rate counts calls. */
static void pages_have_a_size(void **state)
{
    for (size_t i = 0; i < resource_types_count(*state); i++) {
        const struct resource_type *type = resource_types_at(*state, i);
        if (strcmp(type->provider, "aws") != 0 || type->list == NULL)
            continue;
        const struct aws_operation *op =
            aws_model_operation(aws_model_service(type->service), type->list);
        if (op->pages.limit_key != NULL && !asks_for(type->with, op->pages.limit_key))
            fail_msg("%s: say %s", type->name, op->pages.limit_key);
    }
}

/* The sheets of a quiet night are those of the night before, byte for byte; what is counted changes with what there is. */
static void no_sheet_shows_what_is_volatile(void **state)
{
    for (size_t i = 0; i < resource_types_count(*state); i++) {
        const struct resource_type *type = resource_types_at(*state, i);
        for (size_t c = 0; c < type->sheet_count; c++)
            for (size_t v = 0; v < type->volatile_paths.count; v++) {
                const char *shown = type->sheet[c].path, *moving = type->volatile_paths.items[v];
                size_t len = strlen(moving);
                if (type->count_by == NULL && strncmp(shown, moving, len) == 0 &&
                    strchr(".[", shown[len]) != NULL)
                    fail_msg("%s: the sheet shows %s, which is volatile", type->name, shown);
            }
    }
}

static void every_type_is_worth_a_look(void **state)
{
    for (size_t i = 0; i < resource_types_count(*state); i++) {
        const struct resource_type *type = resource_types_at(*state, i);
        if (type->sheet_hidden || type->evidence || strcmp(type->name, "aws_account") == 0)
            continue;
        if (type->sheet_count == 0)
            fail_msg("%s has no sheet and does not say so", type->name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(providers_are_complete),
        cmocka_unit_test(operations_exist_and_only_read),
        cmocka_unit_test(a_type_that_would_write_or_reads_secrets_is_refused),
        cmocka_unit_test(paths_lead_somewhere),
        cmocka_unit_test(templates_lead_somewhere),
        cmocka_unit_test(what_looks_like_a_secret_is_redacted),
        cmocka_unit_test(lists_of_scalars_say_how_they_are_compared),
        cmocka_unit_test(pages_have_a_size),
        cmocka_unit_test(no_sheet_shows_what_is_volatile),
        cmocka_unit_test(every_type_is_worth_a_look),
    };
    return cmocka_run_group_tests(tests, load, unload);
}

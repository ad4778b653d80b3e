/* The built-in types of Google Cloud as data: their methods exist, their paths and templates lead somewhere, what is
 * secret is redacted, and every list of single values says how it is compared. */
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/model/resource_type.h"
#include "core/model/type_paths.h"
#include "providers/gcp/gcp_type.h"
#include "providers/gcp/model/model.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int load(void **state)
{
    struct error err = ERROR_INIT;
    struct resource_types *types = resource_types_new();
    if (!resource_types_add_folder(types, SOURCE "/providers/gcp/types", &err))
        fail_msg("%s", err.message);
    assert_true(resource_types_count(types) >= 48);
    *state = types;
    return 0;
}

static int unload(void **state)
{
    resource_types_free(*state);
    return 0;
}

static void their_methods_paths_and_templates_exist(void **state)
{
    struct error err = ERROR_INIT;
    if (!resource_types_check(*state, &err))
        fail_msg("%s", err.message);
    for (size_t i = 0; i < resource_types_count(*state); i++) {
        const struct resource_type *type = resource_types_at(*state, i);
        if (type->asked_by != NULL)
            continue; /* a command of ours brings it */
        const struct resource_type *above =
            type->children_of == NULL ? NULL : resource_types_find(*state, type->children_of);
        if (!gcp_type_check(type, &err))
            fail_msg("%s", err.message);
        struct json_object *fields = gcp_type_fields(type),
                           *parent = above == NULL ? NULL : gcp_type_fields(above);
        assert_non_null(fields);
        if (!type_paths_check(type, fields, parent, &err))
            fail_msg("%s", err.message);
        json_object_put(fields);
        json_object_put(parent);
    }
}

/* ---- lists ---- */

struct looking {
    const struct resource_type *type;
    const struct gcp_service *service;
    int faults;
};

static bool is_scalar(const struct gcp_service *s, uint32_t shape)
{
    uint8_t kind = s->shapes[shape].kind;
    return kind != GCP_OBJECT && kind != GCP_ARRAY && kind != GCP_MAP;
}

static void look_at_lists(struct looking *l, uint32_t index, const char *path)
{
    const struct gcp_shape *shape = &l->service->shapes[index];
    if (strlen(path) > 160 /* a shape that contains itself */ ||
        string_list_has(&l->type->volatile_paths, path) ||
        string_list_has(&l->type->redact, path) /* one mark for the whole of it */)
        return;
    if (shape->kind == GCP_ARRAY) {
        uint32_t element = l->service->members[shape->first].shape;
        char *inside = memory_format("%s[]", path);
        if (is_scalar(l->service, element) && !string_list_has(&l->type->set, inside) &&
            !string_list_has(&l->type->ordered, inside))
            l->faults += fprintf(stderr, "%s: the list %s is neither set nor ordered\n",
                                 l->type->name, inside) > 0;
        look_at_lists(l, element, inside);
        free(inside);
    }
    for (uint32_t i = 0; shape->kind == GCP_OBJECT && i < shape->count; i++) {
        const struct gcp_member *m = &l->service->members[shape->first + i];
        char *inside = memory_format("%s%s%s", path, path[0] == '\0' ? "" : ".",
                                     gcp_text(l->service, m->name));
        look_at_lists(l, m->shape, inside);
        free(inside);
    }
}

/* The lists in one answer of a type. `as` "": of its items, each by itself. */
static void look_at_answer(struct looking *l, const char *service, const char *method,
                           const char *items, const char *as)
{
    struct error err = ERROR_INIT;
    const struct gcp_method *m = gcp_model_find(service, method, &err);
    uint32_t shape = 0;
    assert_non_null(m);
    assert_true(gcp_path_shape(m, items, &shape, &err));
    l->service = m->service;
    if (as[0] == '\0' && l->service->shapes[shape].kind == GCP_ARRAY)
        shape = l->service->members[l->service->shapes[shape].first].shape;
    look_at_lists(l, shape, as);
}

static void lists_of_single_values_say_how_they_are_compared(void **state)
{
    int faults = 0;
    for (size_t i = 0; i < resource_types_count(*state); i++) {
        const struct resource_type *type = resource_types_at(*state, i);
        struct looking l = { type, NULL, 0 };
        if (type->evidence || type->bulk_only)
            continue; /* events are kept, not compared; of what is in bulk only no list is kept */
        look_at_answer(&l, type->service, type->list, type->items, "");
        for (size_t k = 0; k < type->detail_count; k++) {
            const struct type_detail *d = &type->details[k];
            look_at_answer(&l, d->service == NULL ? type->service : d->service, d->operation,
                           d->items, d->as);
        }
        faults += l.faults;
    }
    assert_int_equal(faults, 0);
}

/* ---- secrets ---- */

/* Beside the words that are asked of every cloud's types: what Google's own schemas call such things. */
static bool sounds_secret(const char *name)
{
    static const char *const words[] = { "password",   "secret",     "token",        "privatekey",
                                         "rawkey",     "clientkey",  "encryptedkey", "keystring",
                                         "credential", "passphrase", "environment",  "startup" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        for (const char *at = name; *at != '\0'; at++)
            if (strncasecmp(at, words[i], strlen(words[i])) == 0)
                return true;
    return strcmp(name, "env") == 0;
}

/* "a[].b[c].d" as "a.b.d". */
static char *without_brackets(const char *path)
{
    char *out = memory_string(path), *to = out;
    for (bool inside = false; *path != '\0'; path++) {
        inside = inside ? *path != ']' : *path == '[';
        if (!inside && *path != ']')
            *to++ = *path;
    }
    *to = '\0';
    return out;
}

/* Whether `path` or something under it is in the list. */
static bool is_named(const struct string_list *paths, const char *path)
{
    size_t len = strlen(path);
    bool found = false;
    for (size_t i = 0; i < paths->count && !found; i++) {
        char *bare = without_brackets(paths->items[i]);
        found = strncmp(bare, path, len) == 0 && (bare[len] == '\0' || bare[len] == '.');
        free(bare);
    }
    return found;
}

static bool is_whole(const struct string_list *paths, const char *path)
{
    bool found = false;
    for (size_t i = 0; i < paths->count && !found; i++) {
        char *bare = without_brackets(paths->items[i]);
        found = strcmp(bare, path) == 0;
        free(bare);
    }
    return found;
}

static void look_at_names(struct looking *l, struct json_object *tree, const char *above)
{
    if (!json_object_is_type(tree, json_type_object))
        return;
    json_object_object_foreach(tree, name, child) {
        char *path = memory_format("%s%s%s", above, above[0] == '\0' ? "" : ".", name);
        if (sounds_secret(name) && !is_named(&l->type->redact, path) &&
            !is_named(&l->type->plain, path))
            l->faults += fprintf(stderr, "%s: %s sounds secret: redact it, or say plain\n",
                                 l->type->name, path) > 0;
        if (!is_whole(&l->type->redact, path)) /* then nothing under it is kept either */
            look_at_names(l, child, path);
        free(path);
    }
}

static void what_sounds_secret_is_redacted(void **state)
{
    int faults = 0;
    for (size_t i = 0; i < resource_types_count(*state); i++) {
        struct looking l = { resource_types_at(*state, i), NULL, 0 };
        struct json_object *tree = gcp_type_fields(l.type);
        look_at_names(&l, tree, "");
        json_object_put(tree);
        faults += l.faults;
    }
    assert_int_equal(faults, 0);
}

/* ---- manners ---- */

static bool asks_for(const struct resource_type *type, const char *argument)
{
    return type->with != NULL && json_object_object_get_ex(type->with, argument, NULL);
}

/* Few large pages instead of many small ones: a rate counts calls. */
static void pages_have_a_size(void **state)
{
    for (size_t i = 0; i < resource_types_count(*state); i++) {
        const struct resource_type *type = resource_types_at(*state, i);
        struct error err = ERROR_INIT;
        if (type->list == NULL)
            continue; /* a command brings it */
        const struct gcp_method *m = gcp_model_find(type->service, type->list, &err);
        static const char *const names[] = { "pageSize", "maxResults" };
        for (size_t k = 0; k < sizeof names / sizeof *names; k++)
            if (m->pages == GCP_PAGES_QUERY && gcp_model_parameter(m, names[k]) != NULL &&
                !asks_for(type, names[k]))
                fail_msg("%s: say %s", type->name, names[k]);
        if (m->pages == GCP_PAGES_BODY && !asks_for(type, "pageSize"))
            fail_msg("%s: say pageSize", type->name);
    }
}

/* What Cloud Asset may bring is asked for by itself before it counts as gone; what it never brings needs no such call. */
static void what_comes_in_bulk_can_be_asked_for_alone(void **state)
{
    int in_bulk = 0;
    for (size_t i = 0; i < resource_types_count(*state); i++) {
        const struct resource_type *type = resource_types_at(*state, i);
        bool bulk = !type->no_bulk && !type->evidence && type->official[0] != '\0';
        if (type->bulk_only)
            assert_string_equal(type->official, "");
        if (bulk != (type->get != NULL))
            fail_msg("%s: get and bulk: no are either-or", type->name);
        in_bulk += bulk;
    }
    assert_true(in_bulk >= 15);
}

/* Alerts hang on these, so that they are as fresh as can be. */
static void what_alerts_hang_on_is_read_directly(void **state)
{
    static const char *const names[] = {
        "gcp_compute_firewall",
        "gcp_compute_network_firewall_policy",
        "gcp_compute_instance",
        "gcp_compute_firewall_policy",
        "gcp_dns_policy",
        "gcp_iam_service_account_key",
        "gcp_project",
        "gcp_project_iam_policy",
        "gcp_organization_iam_policy",
        "gcp_folder_iam_policy",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct resource_type *type = resource_types_find(*state, names[i]);
        assert_non_null(type);
        assert_true(type->no_bulk);
    }
}

/* Children go where their parents are. */
static bool is_in(const struct resource_types *types, const char *name, const char *account)
{
    const struct resource_type *type = resource_types_find(types, name);
    if (type == NULL)
        fail_msg("there is no %s", name);
    return gcp_type_in_account(type, account) &&
           (type->children_of == NULL || is_in(types, type->children_of, account));
}

static void organizations_folders_and_projects_have_their_own_types(void **state)
{
    static const struct {
        const char *type;
        bool organization, folder, project;
    } cases[] = {
        { "gcp_organization", true, false, false },
        { "gcp_organization_iam_policy", true, false, false },
        { "gcp_iam_organization_role", true, false, false },
        { "gcp_compute_firewall_policy", true, false, false },
        { "gcp_logging_organization_sink", true, false, false },
        { "gcp_securitycenter_organization_finding", true, false, false },
        { "gcp_folder", false, true, false },
        { "gcp_folder_iam_policy", false, true, false },
        { "gcp_compute_folder_firewall_policy", false, true, false },
        { "gcp_logging_folder_sink", false, true, false },
        { "gcp_project", false, false, true },
        { "gcp_compute_firewall", false, false, true },
        { "gcp_iam_service_account_key", false, false, true },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (is_in(*state, cases[i].type, "organizations/1") != cases[i].organization ||
            is_in(*state, cases[i].type, "folders/1") != cases[i].folder ||
            is_in(*state, cases[i].type, "team-web-prod") != cases[i].project)
            fail_msg("%s is elsewhere", cases[i].type);
}

/* Two types of one official name would both be meant by what Cloud Asset brings. */
static void what_comes_in_bulk_has_a_name_of_its_own(void **state)
{
    for (size_t i = 0; i < resource_types_count(*state); i++)
        for (size_t k = 0; k < i; k++) {
            const struct resource_type *a = resource_types_at(*state, i),
                                       *b = resource_types_at(*state, k);
            if (!a->no_bulk && a->official[0] != '\0' && strcmp(a->official, b->official) == 0)
                fail_msg("%s and %s are both %s", a->name, b->name, a->official);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(their_methods_paths_and_templates_exist),
        cmocka_unit_test(lists_of_single_values_say_how_they_are_compared),
        cmocka_unit_test(what_sounds_secret_is_redacted),
        cmocka_unit_test(pages_have_a_size),
        cmocka_unit_test(what_comes_in_bulk_can_be_asked_for_alone),
        cmocka_unit_test(what_alerts_hang_on_is_read_directly),
        cmocka_unit_test(organizations_folders_and_projects_have_their_own_types),
        cmocka_unit_test(what_comes_in_bulk_has_a_name_of_its_own),
    };
    return cmocka_run_group_tests(tests, load, unload);
}

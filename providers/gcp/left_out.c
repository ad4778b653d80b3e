#include "providers/gcp/left_out.h"

#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/decode/json.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* Codes of warnings that leave nothing out. */
static const char *const harmless[] = { "NO_RESULTS_ON_PAGE", "MAX_RESULTS_EXCEEDS_LIMIT",
                                        "COMPROMISED_CREDENTIALS" };

static bool is_harmless(const char *code)
{
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++)
        if (strcmp(harmless[i], code) == 0)
            return true;
    return false;
}

char *gcp_left_out_place(const char *name)
{
    static const char *const collections[] = { "zones", "regions", "locations" };
    struct text rest = text_of(name), before = { NULL, 0 };
    if (name[0] != '\0' && strchr(name, '/') == NULL)
        return memory_string(name);
    while (rest.data != NULL) {
        struct text segment = text_cut(&rest, '/');
        for (size_t i = 0; i < sizeof collections / sizeof *collections; i++)
            if (text_equal_string(before, collections[i]) && segment.len > 0)
                return text_copy(segment);
        before = segment;
    }
    return NULL;
}

struct finding {
    struct json_object *places; /* NULL: none yet */
    struct error *err;
};

/* What is in no place has no scope of its own that could be left incomplete alone. */
static bool add(struct finding *f, const char *name, const char *reason)
{
    char *place = name == NULL ? NULL : gcp_left_out_place(name);
    bool known = place != NULL && strcmp(place, "global") != 0 && strcmp(place, "-") != 0;
    if (known && f->places == NULL)
        f->places = json_object_new_object();
    if (known)
        json_object_object_add(f->places, place, json_object_new_string(reason));
    free(place);
    return known || error_set(f->err, ERROR_DATA, "the answer leaves out %s: %s",
                              name == NULL ? "what it does not name" : name, reason);
}

static bool add_warning(struct finding *f, const char *name, struct json_object *warning)
{
    const char *code = json_string(warning, "code");
    if (!json_object_is_type(warning, json_type_object) || (code != NULL && is_harmless(code)))
        return true;
    return add(f, name, code == NULL ? "a warning" : code);
}

static bool add_names(struct finding *f, struct json_object *names, const char *reason)
{
    size_t count =
        json_object_is_type(names, json_type_array) ? json_object_array_length(names) : 0;
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        struct json_object *name = json_object_array_get_idx(names, i);
        ok = add(f,
                 json_object_is_type(name, json_type_string) ? json_object_get_string(name) : NULL,
                 reason);
    }
    return ok;
}

static bool add_regions(struct finding *f, struct json_object *warnings)
{
    size_t count =
        json_object_is_type(warnings, json_type_array) ? json_object_array_length(warnings) : 0;
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        struct json_object *warning = json_object_array_get_idx(warnings, i);
        ok = add_warning(f, json_string(warning, "region"), warning);
    }
    return ok;
}

/* Where the items are spread over an object, a warning may stand in place of any of them. */
static bool add_spread(struct finding *f, struct json_object *answer, const char *items)
{
    size_t len = strcspn(items, ".[");
    char *name = memory_format("%.*s", (int)len, items);
    struct json_object *spread = json_get(answer, name);
    bool ok = true;
    free(name);
    if (!json_object_is_type(spread, json_type_object))
        return true;
    json_object_object_foreach(spread, place, value) {
        struct json_object *warning = json_get(value, "warning");
        ok = ok && (warning == NULL || add_warning(f, place, warning));
    }
    return ok;
}

/* The warning for the whole counts only where no place is named. */
static bool add_whole(struct finding *f, struct json_object *answer)
{
    struct json_object *warning = json_get(answer, "warning");
    return warning == NULL || f->places != NULL || add_warning(f, NULL, warning);
}

bool gcp_left_out(struct json_object *answer, const char *items, struct json_object **out_places,
                  struct error *err)
{
    struct finding f = { NULL, err };
    bool ok = (items == NULL || add_spread(&f, answer, items)) &&
              add_names(&f, json_get(answer, "unreachables"), "UNREACHABLE") &&
              add_names(&f, json_get(answer, "unreachable"), "UNREACHABLE") &&
              add_names(&f, json_get(answer, "missingZones"), "missing") &&
              add_regions(&f, json_get(answer, "warnings")) && add_whole(&f, answer);
    if (ok)
        *out_places = f.places;
    else
        json_object_put(f.places);
    return ok;
}

#include "tests/fakecloud/offer.h"

#include "core/decode/json.h"
#include "tests/fakecloud/estate.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

const struct service *offer_service(const struct call *c)
{
    const struct service *const *all = offer_services();
    for (size_t i = 0; all[i] != NULL; i++)
        if (strcmp(all[i]->name, c->service->name) == 0)
            return all[i];
    return NULL;
}

const struct offer *offer_find(const struct service *s, const struct call *c)
{
    for (const struct offer *o = s->offers; o->operation != NULL; o++)
        if (strcmp(o->operation, c->op->name) == 0)
            return o;
    return NULL;
}

/* "Filters:vpc-id" is one of the {Name, Values} of Filters; the name, NULL for other parameters. */
static const char *named(const struct offer_filter *f)
{
    const char *colon = strchr(f->parameter, ':');
    return colon == NULL ? NULL : colon + 1;
}

/* Whether a filter reads this parameter, or a part of it. */
static bool reads(const struct offer_filter *f, const char *parameter)
{
    struct text rest = text_of(f->parameter);
    return text_equal_string(text_cut(&rest, ':'), parameter);
}

/* What a filter asks for: a scalar, a list, or NULL. Borrowed. */
static struct json_object *asked(const struct call *c, const struct offer_filter *f)
{
    json_object_object_foreach(c->params, name, list) {
        if (!reads(f, name))
            continue;
        if (named(f) == NULL)
            return list;
        for (size_t i = 0; i < json_object_array_length(list); i++) {
            struct json_object *one = json_object_array_get_idx(list, i);
            const char *is = json_string(one, "Name");
            if (is != NULL && strcmp(is, named(f)) == 0)
                return json_get(one, "Values");
        }
    }
    return NULL;
}

static size_t value_count(struct json_object *values)
{
    return json_object_is_type(values, json_type_array) ? json_object_array_length(values) : 1;
}

static const char *value_at(const struct call *c, struct json_object *values, size_t index)
{
    struct json_object *value = json_object_is_type(values, json_type_array)
                                    ? json_object_array_get_idx(values, index)
                                    : values;
    const char *text = json_object_get_string(value);
    return text == NULL ? "" : strcmp(text, "self") == 0 ? c->account : text;
}

/* Whether `value` stands at the end of a dotted way. */
static bool has(struct json_object *o, struct text way, const char *value)
{
    if (json_object_is_type(o, json_type_array)) {
        for (size_t i = 0; i < json_object_array_length(o); i++)
            if (has(json_object_array_get_idx(o, i), way, value))
                return true;
        return false;
    }
    if (way.data == NULL)
        return o != NULL && strcmp(json_object_get_string(o), value) == 0;
    char *name = text_copy(text_cut(&way, '.'));
    struct json_object *next = json_get(o, name);
    free(name);
    return has(next, way, value);
}

static bool passes(const struct call *c, const struct offer_filter *f, struct json_object *thing)
{
    struct json_object *values = asked(c, f);
    size_t count = values == NULL ? 0 : value_count(values);
    for (size_t i = 0; i < count; i++)
        if (has(thing, text_of(f->member), value_at(c, values, i)))
            return true;
    return values == NULL;
}

static bool passes_all(const struct call *c, const struct offer *o, struct json_object *thing)
{
    for (size_t i = 0; i < OFFER_FILTERS_MAX && o->filters[i].parameter != NULL; i++)
        if (!passes(c, &o->filters[i], thing))
            return false;
    return true;
}

/* Each value asked for must be something's, where the service says so. */
static bool values_known(const struct call *c, const struct offer_filter *f,
                         struct json_object *things, struct fault *fault)
{
    struct json_object *values = f->unknown.code == NULL ? NULL : asked(c, f);
    size_t count = values == NULL ? 0 : value_count(values);
    for (size_t i = 0; i < count; i++) {
        const char *value = value_at(c, values, i);
        if (things == NULL || !has(things, text_of(f->member), value))
            return fault_own(fault, f->unknown.status, f->unknown.code, value);
    }
    return true;
}

static bool is_harmless(const struct offer *o, const char *name)
{
    for (size_t i = 0; i < OFFER_HARMLESS_MAX && o->harmless[i] != NULL; i++)
        if (strcmp(o->harmless[i], name) == 0)
            return true;
    return o->parent.member != NULL && strcmp(o->parent.parameter, name) == 0;
}

/* How many of the {Name, Values} of `list` the filter is. */
static size_t read_count(const struct offer_filter *f, struct json_object *list)
{
    size_t count = 0;
    for (size_t i = 0; i < json_object_array_length(list); i++) {
        const char *name = json_string(json_object_array_get_idx(list, i), "Name");
        count += name != NULL && strcmp(name, named(f)) == 0;
    }
    return count;
}

/* Whether filters read all of the parameter: of {Name, Values} each must be one of them. */
static bool is_read(const struct offer *o, const char *name, struct json_object *value)
{
    size_t count = 0;
    bool list = json_object_is_type(value, json_type_array);
    for (size_t i = 0; i < OFFER_FILTERS_MAX && o->filters[i].parameter != NULL; i++) {
        const struct offer_filter *f = &o->filters[i];
        if (reads(f, name) && named(f) == NULL)
            return true;
        if (reads(f, name) && list)
            count += read_count(f, value);
    }
    return list && count > 0 && count == json_object_array_length(value);
}

static bool parameters_known(const struct call *c, const struct offer *o, struct fault *fault)
{
    json_object_object_foreach(c->params, name, value) {
        if (!call_is_paging(c, name) && !is_harmless(o, name) && !is_read(o, name, value))
            return fault_set(fault, FAULT_VALUE,
                             "the fake cloud does not know the parameter %s of %s, or its value",
                             name, c->op->name);
    }
    return true;
}

static bool parent_there(const struct call *c, const struct offer *o, struct place at,
                         struct fault *fault)
{
    const struct offer_parent *p = &o->parent;
    const char *value = p->member == NULL ? NULL : call_text(c, p->parameter);
    if (p->member == NULL)
        return true;
    return (value != NULL && estate_item(c->estate, at, p->list, p->member, value) != NULL) ||
           fault_own(fault, p->none.status, p->none.code, value == NULL ? p->parameter : value);
}

static struct json_object *chosen(const struct call *c, const struct offer *o,
                                  struct json_object *things)
{
    struct json_object *out = json_object_new_array();
    size_t count = things == NULL ? 0 : json_object_array_length(things);
    for (size_t i = 0; i < count; i++) {
        struct json_object *thing = json_object_array_get_idx(things, i);
        if (passes_all(c, o, thing))
            json_object_array_add(
                out, json_object_get(o->pluck == NULL ? thing : json_get(thing, o->pluck)));
    }
    return out;
}

static bool answer_one(const struct offer *o, struct json_object *things, struct json_object **out,
                       struct fault *fault)
{
    struct json_object *thing = json_object_array_get_idx(things, 0);
    if (thing == NULL && o->none.code != NULL)
        return fault_own(fault, o->none.status, o->none.code, "there is no such thing");
    if (thing != NULL && o->as == NULL) {
        *out = json_object_get(thing);
        return true;
    }
    *out = json_object_new_object();
    if (thing != NULL)
        paging_put(*out, o->as, json_object_get(thing));
    return true;
}

bool offer_answer(const struct service *s, const struct offer *o, const struct call *c,
                  struct json_object **out, struct fault *fault)
{
    struct place at = { c->account, s->global ? ESTATE_GLOBAL : c->region };
    if (s->before != NULL && !s->before(c, fault))
        return false;
    if (o->answer != NULL)
        return o->answer(c, out, fault);
    struct json_object *things = estate_find(c->estate, at, o->list);
    if (!parameters_known(c, o, fault) || !parent_there(c, o, at, fault))
        return false;
    for (size_t i = 0; i < OFFER_FILTERS_MAX && o->filters[i].parameter != NULL; i++)
        if (!values_known(c, &o->filters[i], things, fault))
            return false;
    struct json_object *left = chosen(c, o, things);
    bool ok = o->one ? answer_one(o, left, out, fault)
                     : paging_answer(c, left, &o->page, o->as, out, fault);
    json_object_put(left);
    return ok;
}

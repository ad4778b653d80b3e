#include "checks/policy_public.h"

#include "checks/policy_callers.h"
#include "core/base/buffer.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/decode/json.h"

#include <json-c/json.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { TEXT_MAX = 4096 };

/* ---- conditions ---- */

static bool is_one_of(const char *word, const char *const *words)
{
    for (; *words != NULL; words++)
        if (strcasecmp(word, *words) == 0)
            return true;
    return false;
}

/* What holds for those alone who have one of the values. */
static bool asks_for_equality(const char *operator)
{
    static const char any[] = "ForAnyValue:";
    static const char *const words[] = { "StringEquals", "StringEqualsIgnoreCase",
                                         "StringLike",   "ArnEquals",
                                         "ArnLike",      "IpAddress",
                                         "Bool",         NULL };
    bool of_any = strncasecmp(operator, any, sizeof any - 1) == 0;
    return is_one_of(of_any ? operator + sizeof any - 1 : operator, words);
}

/* What holds for all who have none of them, whether or not they have any. */
static bool asks_for_inequality(const char *operator)
{
    static const char *const words[] = { "StringNotEquals",
                                         "StringNotEqualsIgnoreCase",
                                         "StringNotLike",
                                         "ArnNotEquals",
                                         "ArnNotLike",
                                         "NotIpAddress",
                                         "StringNotEqualsIfExists",
                                         "StringNotLikeIfExists",
                                         "ArnNotEqualsIfExists",
                                         "ArnNotLikeIfExists",
                                         "NotIpAddressIfExists",
                                         NULL };
    return is_one_of(operator, words);
}

/* Whether one of the conditions, which all must hold, keeps to fixed callers. */
static bool keeps_to_some(struct json_object *conditions)
{
    if (!json_object_is_type(conditions, json_type_object))
        return false;
    json_object_object_foreach(conditions, operator, tests) {
        if (!json_object_is_type(tests, json_type_object) || !asks_for_equality(operator))
            continue;
        json_object_object_foreach(tests, name, values) {
            if (policy_callers_fixed(name, values))
                return true;
        }
    }
    return false;
}

/* Whether all conditions of a denial hold for everybody but fixed callers. IfExists of a caller without the value
 * holds, and of a denial this denies. `Bool: {aws:PrincipalIsAWSService: false}` is beside them. */
static bool spares_only_some(struct json_object *conditions)
{
    if (conditions == NULL)
        return true;
    if (!json_object_is_type(conditions, json_type_object))
        return false;
    json_object_object_foreach(conditions, operator, tests) {
        bool of_service =
            strcasecmp(operator, "Bool") == 0 || strcasecmp(operator, "BoolIfExists") == 0;
        if (!json_object_is_type(tests, json_type_object) ||
            (!of_service && !asks_for_inequality(operator)))
            return false;
        json_object_object_foreach(tests, name, values) {
            if (of_service) {
                const char *value = json_object_get_string(values);
                if (strcasecmp(name, "aws:PrincipalIsAWSService") != 0 || value == NULL ||
                    strcasecmp(value, "false") != 0)
                    return false;
            } else if (!policy_callers_fixed(name, values)) {
                return false;
            }
        }
    }
    return true;
}

/* ---- statements ---- */

static bool is_no_star(void *ctx, const char *text)
{
    (void)ctx;
    return strcmp(text, "*") != 0;
}

static bool is_everybody(struct json_object *statement)
{
    struct json_object *principal = json_get(statement, "Principal");
    if (json_object_is_type(principal, json_type_object))
        principal = json_get(principal, "AWS");
    return json_get(statement, "NotPrincipal") != NULL ||
           (principal != NULL && !policy_callers_each(principal, is_no_star, NULL));
}

static bool has_effect(struct json_object *statement, const char *effect)
{
    const char *is = json_string(statement, "Effect");
    return is != NULL && strcmp(is, effect) == 0;
}

struct matching {
    const char *text;
    bool covered;
};

static char *lower(const char *text)
{
    char *low = memory_string(text);
    for (char *at = low; *at != '\0'; at++)
        *at = text_lower(*at);
    return low;
}

/* True while none covers the text. Actions know no case. */
static bool covers_not(void *ctx, const char *pattern)
{
    struct matching *m = ctx;
    char *low = lower(pattern), *text = lower(m->text);
    m->covered = text_glob(low, text);
    free(text);
    free(low);
    return !m->covered;
}

static bool any_covers(struct json_object *patterns, const char *text)
{
    struct matching m = { text, false };
    (void)policy_callers_each(patterns, covers_not, &m);
    return m.covered;
}

static bool has_covering_resource(struct json_object *denial, struct json_object *allowed)
{
    struct json_object *resources = json_get(denial, "Resource"),
                       *of = json_get(allowed, "Resource");
    if (json_get(denial, "NotResource") != NULL)
        return false;
    if (resources == NULL || any_covers(resources, "*"))
        return true;
    bool list = json_object_is_type(of, json_type_array);
    size_t count = list ? json_object_array_length(of) : of == NULL ? 0 : 1;
    for (size_t i = 0; i < count; i++) {
        const char *one = json_object_get_string(list ? json_object_array_get_idx(of, i) : of);
        if (one == NULL || !any_covers(resources, one))
            return false;
    }
    return count > 0;
}

/* Whether it has nothing in common with the text, which may be a pattern, too. */
static bool is_apart(void *ctx, const char *pattern)
{
    const struct matching *m = ctx;
    char *low = lower(pattern), *text = lower(m->text);
    size_t left = strcspn(low, "*?"), right = strcspn(text, "*?");
    bool both = low[left] != '\0' && text[right] != '\0';
    bool apart = both ? strncmp(low, text, left < right ? left : right) != 0
                      : !text_glob(low, text) && !text_glob(text, low);
    free(text);
    free(low);
    return apart;
}

static bool all_are_apart(struct json_object *patterns, const char *text)
{
    struct matching m = { text, false };
    return policy_callers_each(patterns, is_apart, &m);
}

struct allowing {
    struct json_object *statements, *statement, *actions;
};

static struct json_object *statement_at(struct json_object *statements, size_t index)
{
    return json_object_is_type(statements, json_type_array)
               ? json_object_array_get_idx(statements, index)
               : statements;
}

static size_t statement_count(struct json_object *statements)
{
    return json_object_is_type(statements, json_type_array) ? json_object_array_length(statements)
                                                            : statements != NULL;
}

/* Whether it is denied to all but some. A denial's NotPrincipal names some. */
static bool is_denied(const struct allowing *a, const char *action)
{
    for (size_t i = 0; i < statement_count(a->statements); i++) {
        struct json_object *s = statement_at(a->statements, i), *but = json_get(s, "NotAction");
        if (has_effect(s, "Deny") && is_everybody(s) &&
            spares_only_some(json_get(s, "Condition")) && has_covering_resource(s, a->statement) &&
            (but != NULL ? all_are_apart(but, action) : any_covers(json_get(s, "Action"), action)))
            return true;
    }
    return false;
}

static bool add_action(void *ctx, const char *action)
{
    const struct allowing *a = ctx;
    if (!is_denied(a, action))
        json_object_array_add(a->actions, json_object_new_string(action));
    return json_object_array_length(a->actions) <= POLICY_ACTIONS_MAX;
}

static bool add_text(void *ctx, const char *text)
{
    struct buffer *out = ctx;
    buffer_append_format(out, "%s%s", out->len == 0 ? "all but " : ", ", text);
    return true;
}

static struct json_object *open_actions(struct json_object *statements,
                                        struct json_object *statement)
{
    struct allowing a = { statements, statement, json_object_new_array() };
    struct json_object *but = json_get(statement, "NotAction");
    struct buffer words;
    buffer_init(&words, TEXT_MAX);
    if (but == NULL) {
        (void)policy_callers_each(json_get(statement, "Action"), add_action, &a);
    } else if (!is_denied(&a, "*")) {
        (void)policy_callers_each(but, add_text, &words);
        json_object_array_add(a.actions, json_object_new_string(buffer_string(&words)));
    }
    buffer_release(&words);
    return a.actions;
}

static int by_text(const void *a, const void *b)
{
    struct json_object *const *left = a, *const *right = b;
    return strcmp(json_object_get_string(*left), json_object_get_string(*right));
}

/* What else is asked of everybody. */
static struct json_object *condition_names(struct json_object *conditions)
{
    struct json_object *names = json_object_new_array();
    if (!json_object_is_type(conditions, json_type_object))
        return names;
    json_object_object_foreach(conditions, operator, tests) {
        (void)operator;
        if (!json_object_is_type(tests, json_type_object))
            continue;
        json_object_object_foreach(tests, name, values) {
            (void)values;
            json_object_array_add(names, json_object_new_string(name));
        }
    }
    json_object_array_sort(names, by_text);
    return names;
}

static void add_public(struct json_object *statements, struct json_object *statement,
                       struct json_object *out)
{
    if (!has_effect(statement, "Allow") || !is_everybody(statement) ||
        keeps_to_some(json_get(statement, "Condition")))
        return;
    const char *sid = json_string(statement, "Sid");
    struct json_object *actions = open_actions(statements, statement);
    if (json_object_array_length(actions) == 0) {
        json_object_put(actions);
        return;
    }
    json_object_array_sort(actions, by_text);
    struct json_object *o = json_object_new_object();
    json_object_object_add(o, "sid", json_object_new_string(sid == NULL ? "" : sid));
    json_object_object_add(o, "actions", actions);
    json_object_object_add(o, "conditions", condition_names(json_get(statement, "Condition")));
    json_object_array_add(out, o);
}

struct json_object *policy_public_statements(struct json_object *policy)
{
    struct json_object *statements = json_get(policy, "Statement");
    size_t count = statement_count(statements);
    if (!json_object_is_type(policy, json_type_object) || statements == NULL ||
        count > POLICY_STATEMENTS_MAX)
        return NULL;
    for (size_t i = 0; i < count; i++)
        if (!json_object_is_type(statement_at(statements, i), json_type_object))
            return NULL;
    struct json_object *out = json_object_new_array();
    for (size_t i = 0; i < count; i++)
        add_public(statements, statement_at(statements, i), out);
    return out;
}

#include "checks/check.h"

#include "core/base/memory.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

bool check_is_alone(const struct check *c)
{
    for (size_t i = 0; i < c->need_count; i++)
        if (strcmp(c->needs[i].type, c->subject) != 0 || c->needs[i].where != CHECK_REGION)
            return false;
    return true;
}

bool check_reads(const struct check *c, const char *type)
{
    if (strcmp(c->subject, type) == 0 || string_list_has(&c->uses, type))
        return true;
    for (size_t i = 0; i < c->need_count; i++)
        if (strcmp(c->needs[i].type, type) == 0)
            return true;
    return false;
}

const char **check_read_types(const struct check *c)
{
    const char **out = memory_new(c->need_count + c->uses.count + 2, sizeof *out);
    size_t count = 0;
    out[count++] = c->subject;
    for (size_t i = 0; i < c->need_count; i++)
        out[count++] = c->needs[i].type;
    for (size_t i = 0; i < c->uses.count; i++)
        out[count++] = c->uses.items[i];
    return out;
}

const char **check_owned_types(const struct check *c)
{
    const char **out = memory_new(c->need_count + c->uses_of_owners.count + 1, sizeof *out);
    size_t count = 0;
    for (size_t i = 0; i < c->need_count; i++)
        if (c->needs[i].where == CHECK_OWNER)
            out[count++] = c->needs[i].type;
    for (size_t i = 0; i < c->uses_of_owners.count; i++)
        out[count++] = c->uses_of_owners.items[i];
    return out;
}

const char **check_tenanted_types(const struct check *c)
{
    const char **out = memory_new(c->of_tenants.count + 1, sizeof *out);
    for (size_t i = 0; i < c->of_tenants.count; i++)
        out[i] = c->of_tenants.items[i];
    return out;
}

bool check_needs_owners(const struct check *c, const char *type)
{
    for (size_t i = 0; i < c->need_count; i++)
        if (c->needs[i].where == CHECK_OWNER && strcmp(c->needs[i].type, type) == 0)
            return true;
    return string_list_has(&c->uses_of_owners, type);
}

bool check_is_severity(const char *s)
{
    static const char *const all[] = { "critical", "high", "medium", "low", "info" };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(all[i], s) == 0)
            return true;
    return false;
}

static void words_release(struct check_words *w)
{
    free(w->en);
    free(w->ja);
}

void check_free(struct check *c)
{
    if (c == NULL)
        return;
    for (size_t i = 0; i < c->need_count; i++) {
        free(c->needs[i].type);
        free(c->needs[i].ids);
        free(c->needs[i].instead);
        string_list_release(&c->needs[i].parts);
    }
    free(c->needs);
    struct string_list *lists[] = { &c->formerly,   &c->uses,   &c->uses_of_owners,
                                    &c->of_tenants, &c->themes, &c->params };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        string_list_release(lists[i]);
    struct check_words *words[] = { &c->title, &c->summary, &c->why, &c->fix_console };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        words_release(words[i]);
    char *const texts[] = { c->id,    c->file,   c->subject,       c->severity,
                            c->query, c->plugin, c->fix_terraform, c->fix_playbook };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        free(texts[i]);
    json_object_put(c->controls);
    json_object_put(c->words);
    json_object_put(c->tests);
    free(c);
}

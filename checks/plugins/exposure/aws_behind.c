#include "checks/plugins/exposure/aws_behind.h"

#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

void aws_behind_init(struct aws_behind *b)
{
    b->what = map_new(NULL);
    b->teams = map_new(NULL);
}

void aws_behind_release(struct aws_behind *b)
{
    map_free(b->what);
    map_free(b->teams);
}

static bool is_there(const char *s)
{
    return s != NULL && s[0] != '\0';
}

static char *word_of_machine(const struct aws_instance *i)
{
    if (i->autoscaled)
        return memory_format("autoscaling group %s", i->parent);
    if (is_there(i->parent))
        return memory_string(i->parent);
    return is_there(i->name) ? memory_format("instance %s (%s)", i->name, i->id)
                             : memory_format("instance %s", i->id);
}

/* A machine by its id, known or not. */
static char *word_of_id(const struct aws_network *n, const char *region, const char *id)
{
    const struct aws_instance *i = aws_network_instance(n, region, id);
    return i == NULL ? memory_format("instance %s", id) : word_of_machine(i);
}

char *aws_behind_word(const struct aws_interface *i)
{
    if (i->balancer != NULL)
        return memory_format("load balancer %s", i->balancer->name);
    if (i->machine != NULL)
        return word_of_machine(i->machine);
    if (i->instance != NULL && i->parent == NULL)
        return memory_format("instance %s", i->instance);
    if (is_there(i->parent))
        return memory_string(i->parent);
    if (i->by_service && is_there(i->description))
        return memory_string(i->description);
    return is_there(i->name) ? memory_format("interface %s (%s)", i->name, i->id)
                             : memory_format("interface %s", i->id);
}

static void note(struct map *words, char *word)
{
    map_set(words, word, words);
    free(word);
}

static void add_machine(struct aws_behind *b, const struct aws_network *n, const char *region,
                        const char *id)
{
    const struct aws_instance *i = aws_network_instance(n, region, id);
    note(b->what, word_of_id(n, region, id));
    if (i != NULL && is_there(i->team))
        map_set(b->teams, i->team, b);
}

/* ---- what is registered with a load balancer ---- */

/* An address that nobody is known to hold is not named: it comes and goes. */
static void add_target(struct aws_behind *b, const struct aws_network *n,
                       const struct aws_target_group *g, const char *id)
{
    const struct aws_interface *card = NULL;
    if (text_starts_with(text_of(id), "i-"))
        add_machine(b, n, g->region, id);
    else if ((card = aws_network_holder(n, g->region, g->vpc, id)) != NULL)
        note(b->what, aws_behind_word(card));
}

static void add_registered(struct aws_behind *b, const struct aws_network *n,
                           const struct aws_balancer *of)
{
    for (size_t i = 0; i < of->instances.count; i++)
        add_machine(b, n, of->region, of->instances.items[i]);
    for (size_t i = 0; i < of->target_groups.count; i++) {
        const struct aws_target_group *g = of->target_groups.items[i].group;
        for (size_t k = 0; k < g->targets.count; k++)
            add_target(b, n, g, g->targets.items[k].id);
    }
}

void aws_behind_add(struct aws_behind *b, const struct aws_network *n,
                    const struct aws_interface *i)
{
    const char *team = i->machine != NULL ? i->machine->team : i->team;
    char *word = aws_behind_word(i);
    bool known = map_get(b->what, word) != NULL;
    note(b->what, word);
    if (is_there(team))
        map_set(b->teams, team, b);
    if (i->balancer != NULL && !known)
        add_registered(b, n, i->balancer);
}

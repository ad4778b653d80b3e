#ifndef TESTS_FAKECLOUD_GOOGLE_FIREWALL_RECIPES_H
#define TESTS_FAKECLOUD_GOOGLE_FIREWALL_RECIPES_H

#include <stddef.h>

#define FIREWALL_ADMIN "gcp_firewall_open_admin_port"
#define FIREWALL_OPEN "gcp_firewall_open_to_internet"

/* What a network's rules are, and what a check must say of them. */
#define FIREWALL_RECIPES_RULES_MAX 4

struct firewall_rule {
    const char *name; /* behind the recipe's name; NULL: no more */
    int priority;
    const char *what; /* members of the rule's JSON: "allowed" or "denied", sources, targets, … */
    /* The finding; subject NULL: none. `reached`: its severity where a machine is reached (reach.h). */
    const char *check, *subject, *reached;
    const char *ports, *sources, *targets; /* of its evidence, JSON; ports NULL: none */
};

struct firewall_recipe {
    const char *name;
    struct firewall_rule rules[FIREWALL_RECIPES_RULES_MAX];
};

const struct firewall_recipe *firewall_recipes_all(size_t *out_count);

/* The default network's, as Google makes them. */
const struct firewall_recipe *firewall_recipes_default(void);

#endif

#ifndef CHECKS_PLUGINS_ROOT_ACTIVITY_ROOT_HOLDERS_H
#define CHECKS_PLUGINS_ROOT_ACTIVITY_ROOT_HOLDERS_H

#include "checks/check.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Holders of one address, kept (struct check_holder is borrowed during a call), and the choice among them. */
struct root_holder {
    char *provider, *account, *account_name, *team, *type, *id, *name, *parent; /* parent: NULL for none */
    int64_t from_unix_s, until_unix_s;
};

struct root_holders {
    struct root_holder items[CHECK_HOLDERS_MAX];
    size_t count;
};

/* Asks the view; the time matters only where there are more than CHECK_HOLDERS_MAX. */
bool root_holders_ask(struct root_holders *h, const struct check_view *view, const char *address, int64_t at_unix_s,
                      struct error *err);
void root_holders_release(struct root_holders *h);

enum root_held { ROOT_HELD_THEN, ROOT_HELD_SINCE, ROOT_HELD_BEFORE };
enum root_held root_holders_held(const struct root_holder *h, int64_t at_unix_s);

/* Whether things of that type send for many machines that stand behind them. */
bool root_holders_is_shared(const struct root_holder *h);

/* The one that counts, as root_actor.h says; NULL: nobody. `account` (NULL: any): only its. *out_several: more than one
 * had an equal claim, and nobody is chosen. */
const struct root_holder *root_holders_choose(const struct root_holders *h, const char *account, int64_t at_unix_s,
                                              bool *out_several);

#endif

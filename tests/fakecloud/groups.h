#ifndef TESTS_FAKECLOUD_GROUPS_H
#define TESTS_FAKECLOUD_GROUPS_H

#include "tests/fakecloud/estate.h"

/* Security groups: closed and open in every form that AWS knows. Each account has in each region the
 * default groups of its VPCs, one group that machines use, and some drawn from the recipes. */
void groups_build(struct estate *e, size_t account, size_t region);

/* The id of the group that machines use, closed; free(). */
char *groups_machines(const struct estate *e, struct place at);

/* Makes a group with SSH open to anybody, named after `what`. */
void groups_add_open(struct estate *e, size_t account, size_t region, const char *what);

/* Takes out the first open group that a recipe made; nothing when none is left. */
void groups_remove_open(struct estate *e, struct place at);

/* The group that machines use lets anybody in by SSH, or no more: the other way each time. */
void groups_toggle_machines(struct estate *e, struct place at);

/* Something uses that group, or no more: what its finding is to say of it. Kept in order; told again when it is open. */
void groups_add_behind(struct estate *e, struct place at, const char *word);
void groups_drop_behind(struct estate *e, struct place at, const char *word);

/* A tag of that group gets another value. */
void groups_tag_machines(struct estate *e, struct place at, const char *value);

#endif

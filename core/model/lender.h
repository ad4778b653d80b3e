#ifndef CORE_MODEL_LENDER_H
#define CORE_MODEL_LENDER_H

#include <stdbool.h>

struct json_object;
struct resource_type;

/*
 * In whose things a thing lives: what stands at the type's path `lender` (a network of another account, say). Of an ARN
 * its account, of a URL or name with slashes what stands after projects/, else the text itself. `each` is called with the
 * account's id for each value there, in the tree's order, the same one as often as it stands there; also for the account's
 * own. What tells none is passed over. lender_tenants_each(): likewise what stands at the path `tenants`.
 */
typedef void (*lender_fn)(void *ctx, const char *account);
void lender_each(const struct resource_type *type, struct json_object *tree, lender_fn each, void *ctx);
void lender_tenants_each(const struct resource_type *type, struct json_object *tree, lender_fn each, void *ctx);

#endif

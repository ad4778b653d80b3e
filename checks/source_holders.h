#ifndef CHECKS_SOURCE_HOLDERS_H
#define CHECKS_SOURCE_HOLDERS_H

#include "checks/sandbox.h"
#include "core/store/store.h"

/* Who holds an address, asked of the store (core/store/address.h) for whoever is judged in the sandbox. Borrowed. */
struct source_holders {
    struct store *store;
    struct sandbox *sandbox;
};

/* For sandbox_run; as long as `h` lives. */
struct sandbox_holders source_holders_of(struct source_holders *h);

#endif

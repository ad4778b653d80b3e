#ifndef TESTS_UNIT_CHECKS_CATALOG_KIT_H
#define TESTS_UNIT_CHECKS_CATALOG_KIT_H

#include "tests/unit/checks/kit.h"

/* An empty catalogue over the kit's types, anew for each test. */
static struct resource_types *types;
static struct catalog *catalog;

static int set_up(void **state)
{
    (void)state;
    types = kit_make_types();
    catalog = catalog_new(types);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    catalog_free(catalog);
    resource_types_free(types);
    return 0;
}

#endif

#include "tests/fakecloud/watch.h"

#include "core/base/memory.h"
#include "tests/fakecloud/analyzers.h"
#include "tests/fakecloud/chance.h"
#include "tests/fakecloud/detectors.h"
#include "tests/fakecloud/hub.h"

#include <stdlib.h>

void watch_build(struct estate *e, size_t account)
{
    detectors_build(e, account);
    hub_build(e, account);
    analyzers_build(e, account);
}

static struct place place_of(const struct estate *e, const char *kind)
{
    char *path = memory_format("night/%d/%s", e->night, kind);
    uint64_t place = chance_number(e->o.seed, path, e->o.accounts * e->o.regions);
    free(path);
    return estate_place(e, (size_t)place / e->o.regions, (size_t)place % e->o.regions);
}

void watch_change(struct estate *e)
{
    detectors_toggle(e, place_of(e, "detector"));
    hub_toggle(e, place_of(e, "hub"));
    analyzers_toggle(e, place_of(e, "analyzer"));
}

#include "tests/fakecloud/google/put.h"

#include "tests/fakecloud/google/projects.h"
#include "tests/fakecloud/truth.h"

#include <json-c/json.h>

void google_put_thing(const struct google_put *p, struct json_object *thing)
{
    const char *row[] = { p->type, p->id, p->key };
    struct place at = { estate_account(p->e, p->project), p->region };
    json_object_object_add(thing, ESTATE_KEY, json_object_new_string(p->key));
    estate_put(p->e, at, p->list, thing);
    google_projects_tell(p->e, p->project, p->place == NULL ? p->region : p->place, row);
}

bool google_put_drop(const struct google_put *p)
{
    struct place at = { estate_account(p->e, p->project), p->region };
    if (!estate_drop(p->e, at, p->list, ESTATE_KEY, p->key))
        return false;
    at.region = p->place == NULL ? p->region : p->place;
    truth_gone(p->e, at, p->type, p->id);
    return true;
}

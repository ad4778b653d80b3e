#ifndef TESTS_UNIT_PROVIDERS_GCP_MODEL_MODEL_TEXT_H
#define TESTS_UNIT_PROVIDERS_GCP_MODEL_MODEL_TEXT_H

#include "core/base/text.h"
#include "core/decode/json.h"
#include "providers/gcp/models/load.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>

/* A model from its methods and shapes as JSON texts. */
static inline struct gcp_model *model_text(const char *methods, const char *shapes,
                                           struct error *err)
{
    char text[8192];
    struct json_object *json = NULL;
    int len = snprintf(text, sizeof text,
                       "{\"name\":\"toys\",\"version\":\"v1\",\"host\":\"toys.googleapis.com\",\"base\":\"\","
                       "\"methods\":%s,\"shapes\":%s}",
                       methods, shapes);
    assert_in_range(len, 1, sizeof text - 1);
    assert_true(json_parse(text_of(text), &json, err));
    struct gcp_model *m = gcp_load(json, err);
    json_object_put(json);
    return m;
}

#endif

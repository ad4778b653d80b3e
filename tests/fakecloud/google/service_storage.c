#include "tests/fakecloud/google/offer.h"
#include "tests/fakecloud/google/policies.h"

/* Cloud Storage JSON v1. */

static const struct google_offer offers[] = {
    { .method = "buckets.list",
      .path = "storage/v1/b",
      .kind = GOOGLE_LIST,
      .list = "storage.buckets",
      .as = "items",
      .word = "storage#buckets",
      .usual = 1000,
      .most = 1000,
      .harmless = { "project", "projection", "returnPartialSuccess" },
      .permission = "storage.buckets.list" },
    { .method = "buckets.get",
      .path = "storage/v1/b/{bucket}",
      .kind = GOOGLE_GET,
      .list = "storage.buckets",
      .by = "bucket=name",
      .harmless = { "projection" },
      .permission = "storage.buckets.get" },
    { .method = "buckets.getIamPolicy",
      .path = "storage/v1/b/{bucket}/iam",
      .kind = GOOGLE_ANSWER,
      .answer = google_policies_answer,
      .harmless = { "optionsRequestedPolicyVersion" },
      .permission = "storage.buckets.getIamPolicy" },
    { .method = NULL },
};

const struct google_service google_service_storage = {
    .name = "storage",
    .title = "Cloud Storage JSON API",
    .classic = true,
    .offers = offers,
};

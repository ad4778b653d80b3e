#include "providers/gcp/limits.h"

#include "core/base/memory.h"
#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

/* One key for all that fits, so that the methods share it. First match wins. */
struct bucket {
    const char *service; /* NULL: any */
    const char *methods; /* glob */
    const char *kind;    /* what the quota is called in the key; "": the whole API */
    double per_minute;
};

static const struct bucket buckets[] = {
    { "compute", "*ist", "list", 1500 },
    { "compute", "*", "read", 1500 },
    { "cloudasset", "assets.list", "list", 100 },
    { "cloudresourcemanager", "*.list", "list", 600 },
    { "cloudresourcemanager", "*.search", "search", 600 },
    { "cloudresourcemanager", "*", "read", 600 },
    { "logging", "entries.list", "entries", 60 },
    { "logging", "*", "read", 600 },
    { "iam", "*", "read", 6000 },
    { "secretmanager", "*", "read", 600 },
    { "securitycenter", "*", "read", 1000 },
    { "cloudfunctions", "*", "read", 1200 },
    { "cloudkms", "*", "read", 300 },
    { NULL, "*", "", 300 },
};

enum { SHARE_AT_ONCE = 10 }; /* of a minute's quota one part in so many */

static const struct bucket *find(const char *service, const char *method)
{
    const struct bucket *b = buckets;
    while (b->service != NULL &&
           (strcmp(b->service, service) != 0 || !text_glob(b->methods, method)))
        b++;
    return b;
}

void gcp_limit_of(const char *service, const char *method, const char *project,
                  struct http_limit *out)
{
    const struct bucket *b = find(service, method);
    free(out->key);
    out->key = memory_format("gcp/%s/%s/%s", project, service, b->kind);
    out->burst = b->per_minute / SHARE_AT_ONCE;
    out->rate_per_s = (b->per_minute - out->burst) / 60;
}

#include "providers/gcp/limits.h"

#include "core/base/memory.h"
#include "core/base/text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* One key for all that fits, so that the methods share it. First match wins. */
struct bucket {
    const char *service; /* NULL: any */
    const char *methods; /* glob */
    const char *kind;    /* what the quota is called in the key; "": the whole API */
    double per_minute, per_second; /* 0: none */
    bool by_account; /* counted by the project that is read, unless requests name one */
};

static const struct bucket buckets[] = {
    { "compute", "*ist", "list", 1500, 0, true },
    { "compute", "*", "read", 1500, 0, true },
    { "cloudasset", "assets.list", "list", 100, 0, false },
    { "cloudresourcemanager", "*.list", "list", 600, 10, false },
    { "cloudresourcemanager", "*.search", "search", 240, 4, false },
    { "cloudresourcemanager", "*", "read", 600, 10, false },
    { "logging", "entries.list", "entries", 60, 0, false },
    { "logging", "*", "read", 600, 0, false },
    { "iam", "*", "read", 6000, 0, true },
    { "secretmanager", "*", "read", 600, 0, false },
    { "securitycenter", "*", "read", 1000, 0, false },
    { "cloudfunctions", "*", "read", 1200, 0, false },
    { "cloudkms", "*", "read", 300, 0, false },
    { "container", "*", "read", 3000, 0, false },
    { NULL, "*", "", 600, 0, false },
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

/* Whose the credentials are may not be known, but it is one and the same. */
static const char *payer_of(const struct bucket *b, const struct gcp_payers *p)
{
    if (p->quota_project != NULL)
        return p->quota_project;
    if (b->by_account)
        return p->account;
    return p->own != NULL ? p->own : "-";
}

void gcp_limit_of(const char *service, const char *method, const struct gcp_payers *payers,
                  struct http_limit *out)
{
    const struct bucket *b = find(service, method);
    free(out->key);
    out->key = memory_format("gcp/%s/%s/%s", payer_of(b, payers), service, b->kind);
    out->burst = b->per_minute / SHARE_AT_ONCE;
    out->rate_per_s = (b->per_minute - out->burst) / 60;
    if (b->per_second > 0) {
        out->burst = 1;
        out->rate_per_s = b->per_second - out->burst;
    }
}

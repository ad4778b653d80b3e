#ifndef PROVIDERS_GCP_LIMITS_H
#define PROVIDERS_GCP_LIMITS_H

#include "core/http/http.h"

/* Whose quota it may be. */
struct gcp_payers {
    const char *quota_project; /* that requests name; NULL: none */
    const char *own;           /* the credentials' project; NULL: not known */
    const char *account;       /* that is read */
};

/*
 * Which bucket a call draws from, and how large Google says it is. Google counts by API, kind of call and project, in
 * minutes that begin on the minute ("Compute Engine rate quotas": 1,500 reads and 1,500 lists; "Cloud Asset
 * Inventory quotas": 100 ListAssets; "Project limits" of Resource Manager: 10 a second and 600 a minute, each for list and
 * the rest, 4 and 240 for search; "Quotas and limits" of Logging: 60 entries.list; of IAM: 6,000 reads; of Secret
 * Manager: 600 reads; of Security Command Center: 1,000 reads; of Cloud Run functions: 1,200 reads; of GKE: 3,000
 * requests; of KMS: 300 reads). APIs that publish nothing that binds a reader get a modest one.
 *
 * The project is the one that requests name as theirs. Where they name none, Compute and IAM count by the project that
 * is read ("these quotas apply on a per-project basis"), the others by the project of the credentials.
 *
 * A tenth of a minute's quota may go at once, and the steady rate is what is left of it: no span of a minute, wherever
 * it begins, sees more than the quota. Where there is one of a second too, calls go one by one.
 */
void gcp_limit_of(const char *service, const char *method, const struct gcp_payers *payers,
                  struct http_limit *out);

#endif

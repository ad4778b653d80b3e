#ifndef CORE_CONFIG_CHECK_H
#define CORE_CONFIG_CHECK_H

#include "core/base/text.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * What a single value of the config may look like. Each answers NULL when the value is fine, else the
 * words that follow its name in the fault: "must be 12 digits". Values are not empty.
 */
typedef const char *(*config_check_fn)(const char *value);

const char *config_check_any(const char *s);
const char *config_check_account(const char *s);     /* 12 digits */
const char *config_check_account_glob(const char *s); /* id, glob or name; digits alone must be 12 */
const char *config_check_region(const char *s);
const char *config_check_role(const char *s);        /* name, with or without path, or ARN */
const char *config_check_role_arn(const char *s);
const char *config_check_external_id(const char *s); /* STS: 2 to 1,224 of [\w+=,.@:/-] */
const char *config_check_unit(const char *s);        /* AWS Organizations: ou-… or r-… */
const char *config_check_digits(const char *s);
const char *config_check_project(const char *s);     /* GCP project id or glob */
const char *config_check_project_id(const char *s);  /* GCP project id */
const char *config_check_domain(const char *s);      /* with a dot, without one at either end */
const char *config_check_glob(const char *s);
const char *config_check_tag(const char *s);         /* KEY=VALUE, globs allowed */
const char *config_check_provider(const char *s);    /* a glob that aws or gcp matches */
const char *config_check_word(const char *s);        /* [a-z0-9_]+: ids of checks, names of settings */
const char *config_check_team(const char *s);        /* becomes a folder's name */
const char *config_check_email(const char *s);
const char *config_check_repository(const char *s);  /* OWNER/NAME */
const char *config_check_severity(const char *s);
const char *config_check_language(const char *s);
const char *config_check_fingerprint(const char *s); /* f and 64 hex digits */
const char *config_check_path(const char *s);        /* absolute */
const char *config_check_url(const char *s);         /* http(s)://HOST… */
const char *config_check_endpoint(const char *s);    /* the same, with {service} anywhere */
const char *config_check_yes(const char *s);         /* true, yes, false, no */
const char *config_check_range(const char *s);       /* an address, or a range of them: 10.0.0.0/8 */
const char *config_check_date(const char *s);        /* 2026-12-31 */

/* The first second after that day, UTC; 0 for what config_check_date() refuses. */
int64_t config_check_day_end(const char *s);

/* Whether a key's name says that its value would be a secret, which the config must not hold. Names that
 * end in _env or _file say where it is, and are fine. */
bool config_check_is_secret_name(const char *name);

#endif

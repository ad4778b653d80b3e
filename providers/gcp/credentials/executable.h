#ifndef PROVIDERS_GCP_CREDENTIALS_EXECUTABLE_H
#define PROVIDERS_GCP_CREDENTIALS_EXECUTABLE_H

#include "core/base/secret.h"
#include "providers/gcp/credentials/host.h"

#include <stdbool.h>
#include <stdint.h>

struct json_object;

/*
 * A program that prints a subject token ("Executable-sourced credentials", AIP-4117). A credentials file
 * that can start programs is a loaded gun, so none starts unless the environment says
 * GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES=1.
 *
 * It starts without a shell, its words split as by one, through `env`, which adds to the environment
 * GOOGLE_EXTERNAL_ACCOUNT_AUDIENCE, _TOKEN_TYPE, _INTERACTIVE=0, _REVOKE=0, and where they apply
 * _IMPERSONATED_EMAIL and _OUTPUT_FILE; none of them is secret. It prints JSON of version 1:
 *   {"version": 1, "success": true, "token_type": …, "id_token" or "saml_response": …, "expiration_time"}
 *   {"version": 1, "success": false, "code": …, "message": …}
 * With output_file, what that holds is used as long as its expiration_time lies ahead; else the program
 * runs, and where it prints nothing the file is read once more.
 */
#define GCP_EXECUTABLE_TIMEOUT_MS 30000
#define GCP_EXECUTABLE_TIMEOUT_MIN_MS 5000
#define GCP_EXECUTABLE_TIMEOUT_MAX_MS 120000

struct gcp_executable {
    char *command, *output_file; /* output_file or NULL */
    int64_t timeout_ms;
};

/* Reads credential_source.executable. */
bool gcp_executable_read(const struct json_object *o, struct gcp_executable *out, struct error *err);
void gcp_executable_release(struct gcp_executable *e); /* fine on zeroed memory */

struct gcp_executable_setup {
    const struct gcp_host *host;
    const struct gcp_executable *executable;
    const char *audience, *token_type;
    const char *impersonated; /* e-mail, or NULL */
};

/* Blocks while it runs. Lines show what it wrote to standard error and its own message, never its output. */
bool gcp_executable_run(const struct gcp_executable_setup *setup, int64_t now_unix_s, struct secret *out,
                        struct error *err);

#endif

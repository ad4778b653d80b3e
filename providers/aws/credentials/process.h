#ifndef PROVIDERS_AWS_CREDENTIALS_PROCESS_H
#define PROVIDERS_AWS_CREDENTIALS_PROCESS_H

#include "providers/aws/credentials/credentials.h"
#include "providers/aws/credentials/host.h"

/*
 * credential_process: a program of the user's that prints credentials as JSON, {"Version": 1,
 * "AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration", "AccountId"} (AWS SDKs and Tools
 * Reference Guide, "Process credential provider").
 */
#define AWS_PROCESS_WORDS_MAX 64
#define AWS_PROCESS_TIMEOUT_MS 60000

/* Splits as a POSIX shell does, quotes and backslashes, and nothing else of it: no variables, no pipes.
 * `out_words` is ended by NULL; each is free()d by aws_process_free_words(). */
bool aws_process_split(const char *command, char *out_words[AWS_PROCESS_WORDS_MAX + 1],
                       struct error *err);
void aws_process_free_words(char *words[]);

/* Runs it and reads what it prints. Messages show what it wrote to standard error, never its output. */
bool aws_process_run(const struct aws_host *host, const char *command, struct aws_credentials *out,
                     struct error *err);

#endif

#ifndef PROVIDERS_AWS_CREDENTIALS_CONTAINER_H
#define PROVIDERS_AWS_CREDENTIALS_CONTAINER_H

#include "core/http/http.h"
#include "providers/aws/credentials/credentials.h"
#include "providers/aws/credentials/host.h"

/*
 * Credentials of an ECS task, an EKS pod (Pod Identity) or a Greengrass component, from the agent at the
 * address that the environment names (AWS SDKs and Tools Reference Guide, "Container credential
 * provider"). One GET.
 */
#define AWS_CONTAINER_TIMEOUT_MS 2000
#define AWS_CONTAINER_ATTEMPTS 3 /* an agent may start later than we do */

/* Whether the environment names an agent. */
bool aws_container_is_set(const struct aws_host *host);

/* ERROR_CONFIG for an address that must not be asked: http is for the machine itself and the agents'
 * known addresses. The token file is read here, each time. */
bool aws_container_request(const struct aws_host *host, struct http_request *out_request,
                           struct error *err);
bool aws_container_accept(const struct http_response *response, struct aws_credentials *out,
                          struct error *err);

#endif

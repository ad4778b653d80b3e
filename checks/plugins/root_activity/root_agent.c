#include "checks/plugins/root_activity/root_agent.h"

#include "core/base/text.h"

#include <stdio.h>
#include <string.h>

/* The first that stands in an agent counts: tools name the library below them, too. */
static const struct {
    const char *part, *product;
    bool program;
} known[] = {
    { "kali", "kali", true },
    { "parrot", "parrot", true },
    { "pentoo", "pentoo", true },
    { "Mozilla/", "console", false },
    { "console.amazonaws.com", "console", false },
    { "signin.amazonaws.com", "console", false },
    { "S3Console", "console", false },
    { "AWSConsole", "console", false },
    { "Coral/", "console", false },
    { "AWS Internal", "aws-internal", false },
    { "aws-internal", "aws-internal", false },
    { "Terraform", "terraform", true },
    { "OpenTofu", "opentofu", true },
    { "Pulumi", "pulumi", true },
    { "aws-cli", "aws-cli", true },
    { "Boto3", "boto3", true },
    { "Botocore", "boto3", true },
    { "Boto/", "boto", true },
    { "gcloud", "gcloud", true },
    { "google-cloud-sdk", "gcloud", true },
    { ".amazonaws.com", "aws-service", false },
};

static bool is_of_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           strchr("._-", c) != NULL;
}

static size_t name_length(const char *agent)
{
    size_t len = 0;
    while (agent[len] != '\0' && is_of_name(agent[len]))
        len++;
    return len;
}

/* "product/1.2 (more)": anything else is no name that should be believed. */
static bool copy_name(const char *agent, char out[ROOT_AGENT_MAX])
{
    size_t len = name_length(agent);
    if (len == 0 || len >= ROOT_AGENT_MAX || strchr("/ ", agent[len]) == NULL)
        return false;
    for (size_t i = 0; i < len; i++)
        out[i] = text_lower(agent[i]);
    out[len] = '\0';
    return true;
}

static size_t find(const char *agent)
{
    size_t i = 0;
    while (i < sizeof known / sizeof *known && strstr(agent, known[i].part) == NULL)
        i++;
    return i;
}

/* CloudTrail puts some agents into brackets. */
static const char *skip_bracket(const char *agent)
{
    return *agent == '[' ? agent + 1 : agent;
}

void root_agent_product(const char *agent, char out[ROOT_AGENT_MAX])
{
    size_t i = find(agent);
    if (i < sizeof known / sizeof *known)
        snprintf(out, ROOT_AGENT_MAX, "%s", known[i].product);
    else if (!copy_name(skip_bracket(agent), out))
        snprintf(out, ROOT_AGENT_MAX, "%s", *agent == '\0' ? "none" : "other");
}

bool root_agent_is_program(const char *agent)
{
    char name[ROOT_AGENT_MAX];
    size_t i = find(agent);
    return i < sizeof known / sizeof *known ? known[i].program
                                            : copy_name(skip_bracket(agent), name);
}

#include "providers/aws/endpoint.h"

#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/http/http.h"
#include "providers/aws/partitions.h"
#include "providers/aws/protocol/model.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool aws_region_is_valid(const char *region)
{
    size_t len = strspn(region, "abcdefghijklmnopqrstuvwxyz0123456789-");
    return len > 0 && region[len] == '\0' && len < AWS_REGION_MAX;
}

/* Whether `words` (" a b ") holds `word`. */
static bool has_word(const char *words, const char *word)
{
    size_t len = strlen(word);
    for (const char *at = strstr(words, word); at != NULL && len > 0; at = strstr(at + 1, word)) {
        if (at > words && at[-1] == ' ' && at[len] == ' ')
            return true;
    }
    return false;
}

/* The longest prefix among `words` that `region` begins with: "us-gov-" beats "us-". */
static size_t longest_prefix(const char *words, const char *region)
{
    size_t best = 0;
    struct text rest = text_of(words);
    while (rest.data != NULL) {
        struct text word = text_cut(&rest, ' ');
        if (word.len > best && strncmp(region, word.data, word.len) == 0)
            best = word.len;
    }
    return best;
}

static const struct aws_partition_data *partition_of(const char *region)
{
    const struct aws_partition_data *best =
        &aws_partitions[0]; /* "aws" comes first in AWS's own list */
    size_t best_len = 0;
    for (size_t i = 0; i < aws_partitions_count; i++) {
        size_t len = longest_prefix(aws_partitions[i].prefixes, region);
        if (len > best_len) {
            best = &aws_partitions[i];
            best_len = len;
        }
    }
    return best;
}

const struct aws_partition *aws_partition_of(const char *region)
{
    return &partition_of(region)->partition;
}

static const struct aws_place *find_place(const struct aws_partition_data *p, const char *service)
{
    for (size_t i = 0; i < p->place_count; i++) {
        if (strcmp(p->places[i].service, service) == 0)
            return &p->places[i];
    }
    return NULL;
}

bool aws_service_is_global(const struct aws_service *service, const char *region)
{
    const struct aws_place *place = find_place(partition_of(region), service->name);
    return place != NULL && place->is_global;
}

enum aws_presence aws_service_in_region(const struct aws_service *service, const char *region)
{
    const struct aws_partition_data *p = partition_of(region);
    const struct aws_place *place = find_place(p, service->name);
    if (place == NULL || place->regions_unknown || !aws_region_is_valid(region) ||
        !has_word(p->regions, region))
        return AWS_UNKNOWN;
    return has_word(place->missing, region) ? AWS_MISSING : AWS_PRESENT;
}

/* Puts the region for "{region}"; false when it is too long. */
static bool expand_host(const char *rule, const char *region, char *out, size_t size)
{
    const char *hole = strstr(rule, "{region}");
    int len = hole == NULL ? snprintf(out, size, "%s", rule)
                           : snprintf(out, size, "%.*s%s%s", (int)(hole - rule), rule, region,
                                      hole + strlen("{region}"));
    return len > 0 && (size_t)len < size;
}

static const char *host_rule(const struct aws_place *place,
                             const struct aws_endpoint_options *options)
{
    if (place == NULL)
        return NULL;
    int variant = options->fips ? (options->dual_stack ? AWS_HOST_DUALSTACK_FIPS : AWS_HOST_FIPS)
                                : (options->dual_stack ? AWS_HOST_DUALSTACK : AWS_HOST_PLAIN);
    return place->hosts[variant];
}

static bool resolve_host(const struct aws_service *service, const struct aws_partition_data *p,
                         const struct aws_endpoint_options *options, struct aws_endpoint *out,
                         struct error *err)
{
    const char *rule = host_rule(find_place(p, service->name), options);
    if (rule == NULL)
        return error_set(err, ERROR_DATA, "partition %s has no %s%sendpoint of %s", p->partition.id,
                         options->fips ? "FIPS " : "", options->dual_stack ? "dual-stack " : "",
                         service->name);
    if (!expand_host(rule, options->region, out->host, sizeof out->host))
        return error_set(err, ERROR_LIMIT, "the host of %s in %s is too long", service->name,
                         options->region);
    return true;
}

/* Takes host, port and path from an override. */
static bool take_url(const struct aws_endpoint_options *options, struct aws_endpoint *out,
                     struct error *err)
{
    struct http_request r;
    http_request_init(&r);
    bool ok = http_request_set_url(&r, text_of(options->url), err);
    if (!ok) {
        err->kind = ERROR_CONFIG;
        goto out;
    }
    size_t path_len = strlen(r.path);
    while (path_len > 0 && r.path[path_len - 1] == '/')
        path_len--;
    if (r.query != NULL && r.query[0] != '\0')
        ok = error_set(err, ERROR_CONFIG, "endpoint %s: a query has no place there", options->url);
    else if (strlen(r.host) >= sizeof out->host || path_len >= sizeof out->path)
        ok = error_set(err, ERROR_CONFIG, "endpoint %s is too long", options->url);
    else if (strcmp(r.scheme, "http") == 0 && !options->allow_http && !http_host_is_local(r.host))
        ok =
            error_set(err, ERROR_CONFIG,
                      "endpoint %s: plain http is for loopback and link-local addresses; use https",
                      options->url);
    if (!ok)
        goto out;
    out->scheme = strcmp(r.scheme, "http") == 0 ? "http" : "https";
    snprintf(out->host, sizeof out->host, "%s", r.host);
    snprintf(out->path, sizeof out->path, "%.*s", (int)path_len, r.path);
    out->port = r.port;
    out->path_style = true;
    out->fixed_host = true;
out:
    http_request_release(&r);
    return ok;
}

bool aws_endpoint_resolve(const struct aws_service *service,
                          const struct aws_endpoint_options *options, struct aws_endpoint *out,
                          struct error *err)
{
    struct aws_endpoint found = { .scheme = "https", .signing_name = service->signing_name };
    if (!aws_region_is_valid(options->region))
        return error_set(err, ERROR_CONFIG, "'%s' is no region's name", options->region);
    const struct aws_partition_data *p = partition_of(options->region);
    const struct aws_place *place = find_place(p, service->name);
    const char *signing =
        place != NULL && place->signing_region != NULL ? place->signing_region : options->region;
    snprintf(found.signing_region, sizeof found.signing_region, "%s", signing);
    bool has_url = options->url != NULL && options->url[0] != '\0';
    if (has_url ? !take_url(options, &found, err) : !resolve_host(service, p, options, &found, err))
        return false;
    *out = found;
    return true;
}

/* The service's id with `_` for what is no letter and no digit. */
static char *id_words(const struct aws_service *service, int (*change)(int))
{
    char *s = memory_string(service->id);
    for (char *c = s; *c != '\0'; c++)
        *c = isalnum((unsigned char)*c) ? (char)change((unsigned char)*c) : '_';
    return s;
}

char *aws_service_variable(const struct aws_service *service)
{
    return id_words(service, toupper);
}

char *aws_service_profile_key(const struct aws_service *service)
{
    return id_words(service, tolower);
}

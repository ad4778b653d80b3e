#ifndef PROVIDERS_GCP_MODEL_MODEL_H
#define PROVIDERS_GCP_MODEL_MODEL_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_object;

/*
 * What Google says of its methods, as const data: path, parameters, the shape of what is sent and answered. The data
 * is providers/gcp/models/<service>.json, written by models/generate.py from the discovery documents for the methods
 * listed in models/methods.txt, and turned into tables at build time. Everything here lives as long as the program.
 */

enum gcp_kind {
    GCP_OBJECT, /* members of known names */
    GCP_ARRAY,  /* one member: the element */
    GCP_MAP,    /* one member: the value of any name (additionalProperties) */
    GCP_STRING, /* also int64, uint64, bytes and times, which travel as text */
    GCP_INTEGER,
    GCP_NUMBER,
    GCP_BOOLEAN,
    GCP_ANY, /* any JSON */
};

/* A member of an object, an element, a value: its name ("" for elements and values) and its shape. */
struct gcp_member {
    uint32_t name;  /* offset in the service's strings: gcp_text() */
    uint32_t shape; /* index in the service's shapes */
};

struct gcp_shape {
    uint32_t first, count; /* in the service's members */
    uint8_t kind;          /* enum gcp_kind */
};

struct gcp_parameter {
    const char *name;
    uint8_t kind;  /* enum gcp_kind; GCP_STRING, GCP_INTEGER, GCP_BOOLEAN, … of one value */
    bool in_path;  /* else in the query */
    bool required;
    bool repeated; /* a list: name=a&name=b */
    const char *pattern; /* of {+x}: the whole value, with a star for each segment that varies; "": not said */
};

enum gcp_page_token { GCP_PAGES_NONE, GCP_PAGES_QUERY, GCP_PAGES_BODY }; /* where pageToken travels */

struct gcp_method {
    const struct gcp_service *service;
    const char *name;        /* firewalls.list; projects.serviceAccounts.keys.list */
    const char *http_method; /* GET, or POST for reads that have a body */
    const char *path;        /* below the base: "projects/{project}/zones", "v1/{+name}/keys" ({+x}: slashes stay) */
    const char *api_version; /* sent as X-Goog-Api-Version: "2026-11-01"; "" for most, who have none. Without it Compute
                              * answers as it did before, and calls an aggregated list failed for one zone's sake */
    const struct gcp_parameter *parameters;
    size_t parameter_count;
    uint32_t request, response; /* shapes */
    bool has_request, has_response;
    uint8_t pages; /* enum gcp_page_token; the answer's nextPageToken goes there */
};

struct gcp_service {
    const char *name;    /* the API's: "compute", "sqladmin" */
    const char *version; /* "v1" */
    const char *host;    /* "compute.googleapis.com", "storage.googleapis.com" */
    const char *base;    /* path before the methods': "compute/v1/", "" for most */
    const char *strings;
    const struct gcp_shape *shapes;
    const struct gcp_member *members;
    size_t shape_count, member_count;
    const struct gcp_method *methods; /* by name */
    size_t method_count;
};

static inline const char *gcp_text(const struct gcp_service *s, uint32_t offset)
{
    return s->strings + offset;
}

const struct gcp_service *gcp_model_service(const char *name); /* NULL: no model of it */
const struct gcp_service *gcp_model_services(size_t *out_count); /* all, by name */

/* NULL when the method is not in the model, or gcp_model_allows() refuses it. */
const struct gcp_method *gcp_model_method(const struct gcp_service *service, const char *name);

/* By both names; NULL with ERROR_CONFIG saying which of them is not there. */
const struct gcp_method *gcp_model_find(const char *service, const char *method, struct error *err);

/*
 * Whether a method may be asked at all: its last word is list, aggregatedList, get, getIamPolicy, search, query or
 * one of the few get… and list… that only read (getEffectiveFirewalls, …), GET, or POST for those that
 * models/posts.txt names with its reason; and models/refused.txt does not name it (what hands out secrets: key strings, secret
 * versions, serial consoles, tokens; what makes a job). generate.py, the table writer and gcp_model_method() each hold to it.
 */
bool gcp_model_allows(const char *service, const char *method, const char *http_method);

const struct gcp_parameter *gcp_model_parameter(const struct gcp_method *m, const char *name); /* NULL: none */

/* The member of an object of this shape, or the value that a map has under any name; NULL: there is none. */
const struct gcp_member *gcp_model_member(const struct gcp_service *service, uint32_t shape, const char *name);

/* The shape at a path of the method's answer ("items", "items[].instances[]", "."; NULL is "."); `[]` at a map or an array
 * is its element. ERROR_CONFIG naming the step that the model does not know, or the method that answers nothing. */
bool gcp_path_shape(const struct gcp_method *m, const char *path, uint32_t *out_shape, struct error *err);

/* The members that an item at `path` can have, at a list its element, as a tree for core/model/shape.h: names to trees,
 * "*" where anything may stand (scalars, maps, any JSON, and where a shape contains itself). A new reference; NULL
 * with ERROR_CONFIG as above. */
struct json_object *gcp_path_fields(const struct gcp_method *m, const char *path, struct error *err);

#endif

#ifndef PROVIDERS_AWS_PROTOCOL_MODEL_H
#define PROVIDERS_AWS_PROTOCOL_MODEL_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What AWS says of its operations, as const data: how a request is written, what shape an answer has,
 * how pages follow one another, which errors are known. The data is providers/aws/models/<service>.json,
 * written by models/generate.py for the operations listed in models/operations.txt, and turned into
 * tables at build time. Everything here lives as long as the program and may be kept by pointer.
 *
 * Tables refer to one another by number and to text by offset, so that the built-in ones hold few
 * pointers and shapes may contain themselves.
 */

enum aws_protocol { AWS_EC2, AWS_QUERY, AWS_JSON, AWS_REST_JSON, AWS_REST_XML };

enum aws_type {
    AWS_STRUCTURE,
    AWS_LIST,      /* one member: the element */
    AWS_MAP,       /* two members: key and value */
    AWS_STRING,
    AWS_INTEGER,   /* integer and long */
    AWS_FLOAT,     /* float and double */
    AWS_BOOLEAN,
    AWS_TIMESTAMP,
    AWS_BLOB,
    AWS_DOCUMENT,  /* any JSON */
};

/* Where a member travels. */
enum aws_location { AWS_BODY, AWS_URI, AWS_QUERYSTRING, AWS_HEADER, AWS_HEADERS, AWS_STATUS_CODE };

/* How a time is written; AWS_TIME_DEFAULT leaves it to protocol and location. */
enum aws_time_format { AWS_TIME_DEFAULT, AWS_TIME_ISO8601, AWS_TIME_UNIX, AWS_TIME_RFC822 };

enum aws_member_flag {
    AWS_REQUIRED = 1 << 0,
    AWS_FLATTENED = 1 << 1,     /* list or map without an element of its own around it */
    AWS_ATTRIBUTE = 1 << 2,     /* XML attribute of the structure's element */
    AWS_JSON_VALUE = 1 << 3,    /* header that holds base64 of JSON */
    AWS_ROOT_TEXT = 1 << 4,     /* the text of the answer's root element (s3 GetBucketLocation) */
    AWS_URL_JSON = 1 << 5,      /* percent-encoded JSON text on the wire, given as JSON (IAM's policies) */
    AWS_OWN_NAME = 1 << 6,      /* the model gives it a name on the wire; else that is its name in our JSON */
};

/* A reference to a shape with what the reference adds: a member of a structure, the element of a list,
 * key or value of a map, the input or output of an operation. Text members are offsets; read them with
 * aws_text(). Offset 0 is the empty text: none. */
struct aws_member {
    uint32_t name;       /* in our JSON: GroupId; "" for elements, keys, values */
    uint32_t wire;       /* in JSON and XML bodies, headers, URIs: groupId */
    uint32_t query;      /* in form bodies; differs from `wire` for ec2: GroupId */
    uint32_t element;    /* in XML answers; differs from `wire` for flattened lists whose elements are named */
    uint32_t namespace;  /* xmlns, rest-xml bodies */
    uint32_t prefix;     /* of that namespace */
    uint16_t shape;      /* index in the service's shapes */
    uint16_t flags;      /* enum aws_member_flag */
    uint8_t location;    /* enum aws_location */
    uint8_t time_format; /* enum aws_time_format */
};

#define AWS_NO_MEMBER UINT16_MAX

struct aws_shape {
    uint32_t name;
    uint32_t first;   /* index in the service's members */
    uint16_t count;
    uint16_t payload; /* structure whose body is one member: its number among the members, or AWS_NO_MEMBER */
    uint8_t type;     /* enum aws_type */
    bool is_union;    /* exactly one member is set */
    bool is_error;    /* its XML is found in <Error> */
};

#define AWS_TOKENS_MAX 4 /* tokens of one paginator; AWS uses three at most */

/* Paths are dotted member names. All NULL and count 0 for an operation without pages. */
struct aws_pages {
    const char *input_tokens[AWS_TOKENS_MAX];
    const char *output_tokens[AWS_TOKENS_MAX];
    size_t count;
    const char *more;      /* boolean member that says whether there is more, or NULL */
    const char *limit_key; /* input member that sets the page size, or NULL */
};

/* An error that the model names for an operation. */
struct aws_known_error {
    const char *code;
    bool retryable, throttling;
};

struct aws_operation {
    const struct aws_service *service;
    const char *name;           /* DescribeSecurityGroups */
    const char *method;         /* POST */
    const char *uri;            /* /{Bucket}?location */
    const char *host_prefix;    /* "{AccountId}.", or NULL */
    const char *result_wrapper; /* query: the element in the root that holds the output, or NULL */
    struct aws_member input, output;
    bool has_input, has_output;
    bool is_unsigned;           /* sts AssumeRoleWithWebIdentity */
    struct aws_pages pages;
    const struct aws_known_error *errors;
    size_t error_count;
};

struct aws_service {
    const char *name;            /* botocore's: "ec2", "s3control" */
    const char *id;              /* "S3 Control": AWS_ENDPOINT_URL_S3_CONTROL */
    enum aws_protocol protocol;
    const char *api_version;
    const char *target_prefix;   /* json: before the dot of X-Amz-Target, else "" */
    const char *json_version;    /* "1.0", "1.1", else "" */
    const char *signing_name;
    const char *endpoint_prefix; /* the service's word in host names */
    bool query_compatible;       /* json that came from query: sends x-amzn-query-mode */
    bool bucket_in_host;         /* s3: {Bucket} may move from the path into the host */
    const char *strings;
    const struct aws_shape *shapes;
    const struct aws_member *members;
    size_t shape_count, member_count;
    const struct aws_operation *operations; /* by name */
    size_t operation_count;
};

/* NULL when the service has no model. */
const struct aws_service *aws_model_service(const char *name);

/* NULL when the operation is not in the model, or aws_model_allows() refuses it. */
const struct aws_operation *aws_model_operation(const struct aws_service *service, const char *name);

/* All services, by name. */
const struct aws_service *aws_model_services(size_t *out_count);

/*
 * Whether an operation may be asked at all: its name begins Describe, Get, List, Lookup, Search, Head or
 * BatchGet and models/refused.txt does not name it (what hands out secrets, or changes something in spite
 * of its name), or it is one of the few others that a walk cannot do without: iam GenerateCredentialReport,
 * sts AssumeRole and AssumeRoleWithWebIdentity, athena StartQueryExecution and StopQueryExecution (for queries of ours
 * alone: providers/aws/call.h). generate.py, the build's table writer and
 * aws_model_operation() each hold to it.
 */
bool aws_model_allows(const char *service, const char *operation);

/* Text at an offset. */
static inline const char *aws_text(const struct aws_service *s, uint32_t offset)
{
    return s->strings + offset;
}

static inline const struct aws_shape *aws_shape_of(const struct aws_service *s, const struct aws_member *m)
{
    return &s->shapes[m->shape];
}

/* The member of a structure called `name` in our JSON; NULL when there is none. */
const struct aws_member *aws_shape_member(const struct aws_service *s, const struct aws_shape *shape,
                                          const char *name);

/* A list's element; a map's key and value. */
static inline const struct aws_member *aws_shape_element(const struct aws_service *s, const struct aws_shape *shape)
{
    return &s->members[shape->first];
}
static inline const struct aws_member *aws_shape_key(const struct aws_service *s, const struct aws_shape *shape)
{
    return &s->members[shape->first];
}
static inline const struct aws_member *aws_shape_value(const struct aws_service *s, const struct aws_shape *shape)
{
    return &s->members[shape->first + 1];
}

/*
 * The way from an operation's output to its items: "SecurityGroups", "Reservations[].Instances[]",
 * "DistributionList.Items[]", "User". `[]` after a list is needed only where the way goes on. The last
 * step is a list (its elements are the items), or a structure or map (one item).
 */
#define AWS_PATH_STEPS_MAX 8

struct aws_path {
    uint32_t steps[AWS_PATH_STEPS_MAX]; /* indices in the service's members */
    size_t count;
};

/* ERROR_CONFIG naming the step that the model does not know. `path` NULL, "" or "." is the whole output:
 * count 0. */
bool aws_path_resolve(const struct aws_operation *op, const char *path, struct aws_path *out, struct error *err);

struct json_object;

/* The members that an item at `path` can have, as a tree for core/model/shape.h: an object of member
 * names to trees, "*" where anything may stand (scalars, maps, documents, and where a shape contains
 * itself). json_object_put() the result; NULL with ERROR_CONFIG for a path that the model does not know. */
struct json_object *aws_path_fields(const struct aws_operation *op, const char *path, struct error *err);

#endif

#include "providers/gcp/model/model.h"

#include "providers/gcp/model/tables.h"

#include <stdlib.h>
#include <string.h>

static int service_order(const void *name, const void *service)
{
    return strcmp(name, ((const struct gcp_service *)service)->name);
}

static int method_order(const void *name, const void *method)
{
    return strcmp(name, ((const struct gcp_method *)method)->name);
}

const struct gcp_service *gcp_model_service(const char *name)
{
    return bsearch(name, gcp_services, gcp_services_count, sizeof gcp_services[0], service_order);
}

const struct gcp_service *gcp_model_services(size_t *out_count)
{
    *out_count = gcp_services_count;
    return gcp_services;
}

bool gcp_model_allows(const char *service, const char *method, const char *http_method)
{
    return gcp_allow(&gcp_method_rules, service, method, http_method);
}

const struct gcp_method *gcp_model_method(const struct gcp_service *service, const char *name)
{
    const struct gcp_method *m = bsearch(name, service->methods, service->method_count,
                                         sizeof service->methods[0], method_order);
    return m != NULL && gcp_model_allows(service->name, name, m->http_method) ? m : NULL;
}

const struct gcp_method *gcp_model_find(const char *service, const char *method, struct error *err)
{
    const struct gcp_service *s = gcp_model_service(service);
    const struct gcp_method *m = s == NULL ? NULL : gcp_model_method(s, method);
    if (s == NULL)
        error_set(err, ERROR_CONFIG, "there is no model of the service %s", service);
    else if (m == NULL)
        error_set(err, ERROR_CONFIG, "%s has no method %s that only reads", service, method);
    return m;
}

const struct gcp_parameter *gcp_model_parameter(const struct gcp_method *m, const char *name)
{
    for (size_t i = 0; i < m->parameter_count; i++) {
        if (strcmp(m->parameters[i].name, name) == 0)
            return &m->parameters[i];
    }
    return NULL;
}

const struct gcp_member *gcp_model_member(const struct gcp_service *service, uint32_t shape,
                                          const char *name)
{
    const struct gcp_shape *s = &service->shapes[shape];
    if (s->kind == GCP_MAP)
        return &service->members[s->first];
    for (size_t i = 0; s->kind == GCP_OBJECT && i < s->count; i++) {
        const struct gcp_member *m = &service->members[s->first + i];
        if (strcmp(gcp_text(service, m->name), name) == 0)
            return m;
    }
    return NULL;
}

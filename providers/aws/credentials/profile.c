#include "providers/aws/credentials/profile.h"

#include "core/base/map.h"
#include "core/base/memory.h"
#include "providers/aws/credentials/profile_parse.h"
#include "providers/aws/credentials/settings.h"

#include <stdlib.h>
#include <string.h>

struct property {
    struct buffer value; /* may be a secret: wiped */
    char *where;
    bool is_credentials;
};

struct aws_section {
    struct map *properties;
    struct map *nested; /* "key\nnested" -> property; a name holds no line end */
    char *where;
    bool prefixed; /* [profile default] has been seen: [default] of the config file is out of force */
};

struct aws_profiles {
    struct map *sections[AWS_SECTION_SERVICES + 1]; /* by kind, then name */
};

/* ---- building ---- */

struct builder {
    struct aws_profiles *profiles;
    const char *file_name;
    bool is_credentials;
    struct aws_section *section; /* NULL: the lines belong to nothing that counts */
    struct property *property;
    char key[PROFILE_KEY_MAX];
};

static void free_property(void *value)
{
    struct property *p = value;
    buffer_wipe(&p->value);
    free(p->where);
    free(p);
}

static void free_section(void *value)
{
    struct aws_section *s = value;
    map_free(s->properties);
    map_free(s->nested);
    free(s->where);
    free(s);
}

static struct property *add_property(struct map *to, const char *key, struct text value, char *where,
                                     bool is_credentials)
{
    struct property *p = memory_new(1, sizeof *p);
    buffer_init(&p->value, AWS_HOST_FILE_MAX); /* its file is not larger */
    buffer_append_text(&p->value, value);
    p->where = where;
    p->is_credentials = is_credentials;
    map_set(to, key, p);
    return p;
}

static struct aws_section *open_section(struct builder *b, enum aws_section_kind kind, struct text name,
                                        int line)
{
    if (!profile_parse_is_name(name))
        return NULL;
    struct map *of_kind = b->profiles->sections[kind];
    char *key = text_copy(name);
    struct aws_section *s = map_get(of_kind, key);
    if (s == NULL) {
        s = memory_new(1, sizeof *s);
        s->properties = map_new(free_property);
        s->nested = map_new(free_property);
        s->where = memory_format("%s:%d", b->file_name, line);
        map_set(of_kind, key, s);
    }
    free(key);
    return s;
}

/* Cuts `word` and white space off the front. */
static bool cut_word(struct text *name, const char *word)
{
    size_t len = strlen(word);
    if (!text_starts_with(*name, word) || name->len == len ||
        (name->data[len] != ' ' && name->data[len] != '\t'))
        return false;
    *name = text_trim((struct text){ name->data + len, name->len - len });
    return true;
}

static void forget_unprefixed(struct aws_section *s)
{
    map_free(s->properties);
    map_free(s->nested);
    s->properties = map_new(free_property);
    s->nested = map_new(free_property);
    s->prefixed = true;
}

static struct aws_section *config_section(struct builder *b, struct text name, int line)
{
    if (text_equal_string(name, "default")) {
        struct aws_section *s = open_section(b, AWS_SECTION_PROFILE, name, line);
        return s->prefixed ? NULL : s;
    }
    if (cut_word(&name, "profile")) {
        struct aws_section *s = open_section(b, AWS_SECTION_PROFILE, name, line);
        if (s != NULL && !s->prefixed && text_equal_string(name, "default"))
            forget_unprefixed(s);
        return s;
    }
    if (cut_word(&name, "sso-session"))
        return open_section(b, AWS_SECTION_SSO_SESSION, name, line);
    if (cut_word(&name, "services"))
        return open_section(b, AWS_SECTION_SERVICES, name, line);
    return NULL;
}

static void on_section(void *ctx, struct text name, int line)
{
    struct builder *b = ctx;
    b->property = NULL;
    b->section = b->is_credentials ? open_section(b, AWS_SECTION_PROFILE, name, line)
                                   : config_section(b, name, line);
}

static void on_property(void *ctx, const char *key, struct text value, int line)
{
    struct builder *b = ctx;
    b->property = NULL;
    if (b->section == NULL)
        return;
    memcpy(b->key, key, strlen(key) + 1);
    b->property = add_property(b->section->properties, key, value,
                               memory_format("%s:%d", b->file_name, line), b->is_credentials);
}

static void on_more(void *ctx, struct text line_text)
{
    struct builder *b = ctx;
    if (b->property == NULL)
        return;
    buffer_append_char(&b->property->value, '\n');
    buffer_append_text(&b->property->value, line_text);
}

static void on_nested(void *ctx, const char *key, struct text value)
{
    struct builder *b = ctx;
    if (b->property == NULL)
        return;
    char *path = memory_format("%s\n%s", b->key, key);
    add_property(b->section->nested, path, value, NULL, b->is_credentials);
    free(path);
}

static bool read_into(struct aws_profiles *p, const char *file_name, struct text content,
                      bool is_credentials, struct error *err)
{
    struct builder b = { .profiles = p, .file_name = file_name, .is_credentials = is_credentials };
    struct profile_sink sink = { on_section, on_property, on_more, on_nested, &b };
    return profile_parse(file_name, content, &sink, err);
}

struct aws_profiles *aws_profiles_parse(const char *config_name, struct text config,
                                        const char *credentials_name, struct text credentials,
                                        struct error *err)
{
    struct aws_profiles *p = memory_new(1, sizeof *p);
    for (int kind = 0; kind <= AWS_SECTION_SERVICES; kind++)
        p->sections[kind] = map_new(free_section);
    /* The credentials file last: what it holds wins. */
    if (read_into(p, config_name, config, false, err) &&
        read_into(p, credentials_name, credentials, true, err))
        return p;
    aws_profiles_free(p);
    return NULL;
}

void aws_profiles_free(struct aws_profiles *p)
{
    if (p == NULL)
        return;
    for (int kind = 0; kind <= AWS_SECTION_SERVICES; kind++)
        map_free(p->sections[kind]);
    free(p);
}

/* ---- files ---- */

static char *locate(const struct aws_host *host, const char *override, const char *file)
{
    const char *named = aws_settings_variable(host, override);
    if (named != NULL && strncmp(named, "~/", 2) != 0)
        return memory_string(named);
    char *below_home = named != NULL ? memory_string(named + 2) : memory_format(".aws/%s", file);
    const char *home = aws_settings_variable(host, "HOME");
    char *path = home == NULL ? NULL : memory_format("%s/%s", home, below_home);
    free(below_home);
    return path;
}

void aws_profiles_locate(const struct aws_host *host, char **out_config, char **out_credentials)
{
    *out_config = locate(host, "AWS_CONFIG_FILE", "config");
    *out_credentials = locate(host, "AWS_SHARED_CREDENTIALS_FILE", "credentials");
}

const char *aws_profiles_default_name(const struct aws_host *host)
{
    const char *name = aws_settings_variable(host, "AWS_PROFILE");
    if (name == NULL)
        name = aws_settings_variable(host, "AWS_DEFAULT_PROFILE");
    return name != NULL ? name : "default";
}

struct aws_profiles *aws_profiles_load(const struct aws_host *host, struct error *err)
{
    char *paths[2];
    struct buffer contents[2];
    struct aws_profiles *p = NULL;
    bool ok = true, absent = false;
    aws_profiles_locate(host, &paths[0], &paths[1]);
    for (int i = 0; i < 2; i++) {
        buffer_init(&contents[i], AWS_HOST_FILE_MAX);
        if (ok && paths[i] != NULL)
            ok = host->read_file(host->ctx, paths[i], &contents[i], &absent, err);
    }
    if (ok)
        p = aws_profiles_parse(paths[0], buffer_text(&contents[0]), paths[1],
                               buffer_text(&contents[1]), err);
    for (int i = 0; i < 2; i++) {
        buffer_wipe(&contents[i]);
        free(paths[i]);
    }
    return p;
}

/* ---- reading ---- */

size_t aws_profiles_count(const struct aws_profiles *p, enum aws_section_kind kind)
{
    return map_count(p->sections[kind]);
}

const struct aws_section *aws_profiles_section(const struct aws_profiles *p,
                                               enum aws_section_kind kind, const char *name)
{
    return p == NULL ? NULL : map_get(p->sections[kind], name);
}

size_t aws_section_count(const struct aws_section *s)
{
    return map_count(s->properties);
}

static const char *value_of(const struct property *p)
{
    return p == NULL ? NULL : p->value.data == NULL ? "" : p->value.data;
}

const char *aws_section_get(const struct aws_section *s, const char *key)
{
    return s == NULL ? NULL : value_of(map_get(s->properties, key));
}

const char *aws_section_nested(const struct aws_section *s, const char *key, const char *nested)
{
    if (s == NULL)
        return NULL;
    char *path = memory_format("%s\n%s", key, nested);
    const char *value = value_of(map_get(s->nested, path));
    free(path);
    return value;
}

const char *aws_section_where(const struct aws_section *s, const char *key)
{
    const struct property *p = map_get(s->properties, key);
    return p != NULL ? p->where : s->where;
}

bool aws_section_is_credentials(const struct aws_section *s, const char *key)
{
    const struct property *p = map_get(s->properties, key);
    return p != NULL && p->is_credentials;
}

/* ---- endpoints ---- */

/* "Elastic Load Balancing v2" -> "elastic_load_balancing_v2", or in capitals; free(). */
static char *service_word(const char *service_id, bool capitals)
{
    char *word = memory_string(service_id);
    for (char *c = word; *c != '\0'; c++) {
        if (*c == ' ')
            *c = '_';
        else if (capitals && *c >= 'a' && *c <= 'z')
            *c = (char)(*c - 'a' + 'A');
        else if (!capitals)
            *c = text_lower(*c);
    }
    return word;
}

const char *aws_profiles_endpoint_url(const struct aws_profiles *p, const struct aws_host *host,
                                      const char *profile, const char *service_id)
{
    const struct aws_section *section = aws_profiles_section(p, AWS_SECTION_PROFILE, profile);
    if (aws_settings_is_true(host, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", section,
                             "ignore_configured_endpoint_urls"))
        return NULL;
    char *capitals = service_word(service_id, true), *small = service_word(service_id, false);
    char *name = memory_format("AWS_ENDPOINT_URL_%s", capitals);
    const char *services = aws_settings_profile(section, "services");
    const char *url = aws_settings_variable(host, name);
    if (url == NULL)
        url = aws_settings_variable(host, "AWS_ENDPOINT_URL");
    if (url == NULL && services != NULL)
        url = aws_section_nested(aws_profiles_section(p, AWS_SECTION_SERVICES, services), small,
                                 "endpoint_url");
    if (url == NULL || *url == '\0')
        url = aws_settings_profile(section, "endpoint_url");
    free(name);
    free(small);
    free(capitals);
    return url;
}

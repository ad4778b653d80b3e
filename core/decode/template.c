#include "core/decode/template.h"

#include <string.h>

struct piece {
    struct text literal; /* where `is_name` is false */
    char name[TEMPLATE_NAME_MAX + 1];
    bool is_name;
};

static bool read_name(const char *t, const char **at, struct piece *p, struct error *err)
{
    size_t len = strcspn(*at + 1, "{}");
    const char *close = *at + 1 + len;
    if (*close != '}')
        return error_set(err, ERROR_CONFIG, "\"%s\" has a { without its }", t);
    if (len == 0 || len > TEMPLATE_NAME_MAX)
        return error_set(err, ERROR_CONFIG, "\"%s\" has an empty or too long name in braces", t);
    memcpy(p->name, *at + 1, len);
    p->name[len] = '\0';
    p->is_name = true;
    *at = close + 1;
    return true;
}

/* Reads the piece at *at and moves it on. */
static bool read_piece(const char *t, const char **at, struct piece *p, struct error *err)
{
    const char *s = *at;
    p->is_name = false;
    if (s[0] == '{' && s[1] != '{')
        return read_name(t, at, p, err);
    if (s[0] == '}' && s[1] != '}')
        return error_set(err, ERROR_CONFIG, "\"%s\" has a } without its {", t);
    if (s[0] == '{' || s[0] == '}') {
        p->literal = (struct text){ s, 1 };
        *at = s + 2;
        return true;
    }
    p->literal = (struct text){ s, strcspn(s, "{}") };
    *at = s + p->literal.len;
    return true;
}

static bool expand_piece(const struct piece *p, template_lookup_fn lookup, void *ctx,
                         struct buffer *out, struct error *err)
{
    if (!p->is_name)
        buffer_append_text(out, p->literal);
    else if (!lookup(ctx, p->name, out))
        return error_set(err, ERROR_DATA, "no value for {%s}", p->name);
    if (!buffer_ok(out))
        return error_set(err, ERROR_LIMIT, "the expanded text has more than %zu bytes", out->max);
    return true;
}

bool template_expand(const char *t, template_lookup_fn lookup, void *ctx, struct buffer *out,
                     struct error *err)
{
    struct piece p;
    size_t before = out->len;
    const char *at = t;
    while (*at != '\0')
        if (!read_piece(t, &at, &p, err) || !expand_piece(&p, lookup, ctx, out, err)) {
            buffer_truncate(out, before);
            return false;
        }
    return true;
}

bool template_names(const char *t, template_each_fn each, void *ctx, struct error *err)
{
    struct piece p;
    bool wanted = each != NULL;
    for (const char *at = t; *at != '\0';) {
        if (!read_piece(t, &at, &p, err))
            return false;
        if (wanted && p.is_name)
            wanted = each(ctx, p.name);
    }
    return true;
}

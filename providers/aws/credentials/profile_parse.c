#include "providers/aws/credentials/profile_parse.h"

#include <string.h>

struct parser {
    const char *file_name;
    const struct profile_sink *sink;
    int line;
    bool in_section;
    bool in_property;
    bool in_block; /* the property's value is empty: its continuation is a nested block */
    bool ignored;  /* the property has a strange name: it is passed over with its continuation */
};

bool profile_parse_is_name(struct text name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.data[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!plain && (c == '\0' || strchr("-_/.%@:+", c) == NULL))
            return false;
    }
    return name.len > 0;
}

static bool fault(const struct parser *p, struct error *err, const char *what)
{
    return error_set(err, ERROR_CONFIG, "%s:%d: %s", p->file_name, p->line, what);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_comment(char c)
{
    return c == '#' || c == ';';
}

/* Cuts a comment that follows white space: a value may hold "a#b". */
static struct text without_comment(struct text line)
{
    for (size_t i = 1; i < line.len; i++)
        if (is_comment(line.data[i]) && is_blank(line.data[i - 1]))
            line.len = i;
    return text_trim(line);
}

static bool read_section(struct parser *p, struct text line, struct error *err)
{
    for (size_t i = 0; i < line.len; i++) /* neither may stand in a name, so blanks do not matter here */
        if (is_comment(line.data[i]))
            line.len = i;
    line = text_trim(line);
    if (!text_ends_with(line, "]"))
        return fault(p, err, "profile definition must end with ']'");
    p->in_section = true;
    p->in_property = false;
    p->sink->section(p->sink->ctx, text_trim((struct text){ line.data + 1, line.len - 2 }), p->line);
    return true;
}

/* Splits at the first '='; the key comes in lower case. */
static bool split(const struct parser *p, struct text line, const char *what, char key[PROFILE_KEY_MAX],
                  struct text *out_value, struct error *err)
{
    size_t at = text_find(line, '=');
    struct text name = text_trim((struct text){ line.data, at });
    if (at == line.len)
        return error_set(err, ERROR_CONFIG, "%s:%d: expected an '=' sign defining a %s", p->file_name,
                         p->line, what);
    if (name.len == 0 || name.len >= PROFILE_KEY_MAX)
        return error_set(err, ERROR_CONFIG, "%s:%d: %s did not have a name%s", p->file_name, p->line,
                         what, name.len == 0 ? "" : " of a sane length");
    for (size_t i = 0; i < name.len; i++)
        key[i] = text_lower(name.data[i]);
    key[name.len] = '\0';
    *out_value = text_trim((struct text){ line.data + at + 1, line.len - at - 1 });
    return true;
}

static bool read_property(struct parser *p, struct text line, struct error *err)
{
    char key[PROFILE_KEY_MAX];
    struct text value;
    if (!p->in_section)
        return fault(p, err, "expected a profile definition, found a property");
    if (!split(p, without_comment(line), "property", key, &value, err))
        return false;
    p->in_property = true;
    p->in_block = value.len == 0;
    p->ignored = !profile_parse_is_name(text_of(key));
    if (!p->ignored)
        p->sink->property(p->sink->ctx, key, value, p->line);
    return true;
}

static bool read_continuation(struct parser *p, struct text line, struct error *err)
{
    char key[PROFILE_KEY_MAX];
    struct text value, content = text_trim(line);
    if (!p->in_section)
        return fault(p, err, "expected a profile definition, found continuation");
    if (!p->in_property)
        return fault(p, err, "expected a property definition, found continuation");
    if (p->in_block && !split(p, without_comment(line), "sub-property", key, &value, err))
        return false;
    if (p->ignored)
        return true;
    p->sink->more(p->sink->ctx, content);
    if (p->in_block)
        p->sink->nested(p->sink->ctx, key, value);
    return true;
}

bool profile_parse(const char *file_name, struct text content, const struct profile_sink *sink,
                   struct error *err)
{
    struct parser p = { .file_name = file_name, .sink = sink };
    for (struct text rest = content; rest.data != NULL;) {
        struct text line = text_cut(&rest, '\n'), trimmed = text_trim(line);
        bool ok = true;
        p.line++;
        if (trimmed.len == 0 || is_comment(trimmed.data[0]))
            continue; /* an indented comment too: configparser, which people test with, skips it */
        if (is_blank(line.data[0]))
            ok = read_continuation(&p, line, err);
        else if (line.data[0] == '[')
            ok = read_section(&p, line, err);
        else
            ok = read_property(&p, line, err);
        if (!ok)
            return false;
    }
    return true;
}

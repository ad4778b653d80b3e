#include "tests/fakecloud/insights_words.h"

#include "core/decode/json.h"

#include <arpa/inet.h>
#include <json-c/json.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATTERN_MAX = 10000, TEXT_MAX = 128, ADDRESS_MAX = 16 };

bool insights_words_take(struct insights_words *w, const char *word)
{
    size_t len = strlen(word);
    if (strncmp(w->at, word, len) != 0)
        return false;
    w->at += len;
    return true;
}

bool insights_words_name(struct insights_words *w, char out[INSIGHTS_NAME_MAX])
{
    size_t len = strspn(w->at, "abcdefghijklmnopqrstuvwxyz");
    if (len == 0 || len >= INSIGHTS_NAME_MAX)
        return false;
    memcpy(out, w->at, len);
    out[len] = '\0';
    w->at += len;
    return true;
}

static bool give_up(struct insights_words *w)
{
    w->wrong = true;
    return false;
}

static bool expect(struct insights_words *w, const char *word)
{
    return insights_words_take(w, word) || give_up(w);
}

/* ---- what may be said of a field ---- */

static bool matches(struct insights_words *w, const char *value)
{
    char pattern[PATTERN_MAX];
    regex_t regex;
    bool any_case = expect(w, "/") && insights_words_take(w, "(?i)");
    size_t len = strcspn(w->at, "/");
    if (w->wrong || len >= sizeof pattern || w->at[len] != '/')
        return give_up(w);
    memcpy(pattern, w->at, len);
    pattern[len] = '\0';
    w->at += len + 1;
    if (regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB | (any_case ? REG_ICASE : 0)) != 0)
        return give_up(w);
    bool ok = value != NULL && regexec(&regex, value, 0, NULL, 0) == 0;
    regfree(&regex);
    return ok;
}

static bool read_text(struct insights_words *w, char out[TEXT_MAX])
{
    size_t len = expect(w, "\"") ? strcspn(w->at, "\"") : 0;
    if (w->wrong || len >= TEXT_MAX || w->at[len] != '"')
        return give_up(w);
    memcpy(out, w->at, len);
    out[len] = '\0';
    w->at += len + 1;
    return true;
}

static bool is_one_of(struct insights_words *w, const char *value)
{
    char text[TEXT_MAX];
    bool found = false;
    (void)expect(w, "[");
    do {
        if (!read_text(w, text))
            return false;
        found = found || (value != NULL && strcmp(text, value) == 0);
    } while (insights_words_take(w, ","));
    return expect(w, "]") && found;
}

static bool is_in_subnet(struct insights_words *w, struct json_object *fields, int family)
{
    char name[INSIGHTS_NAME_MAX], subnet[TEXT_MAX];
    unsigned char base[ADDRESS_MAX] = { 0 }, address[ADDRESS_MAX] = { 0 };
    if (!insights_words_name(w, name) || !expect(w, ",") || !read_text(w, subnet) ||
        !expect(w, ")"))
        return give_up(w);
    char *slash = strchr(subnet, '/');
    if (slash == NULL)
        return give_up(w);
    *slash = '\0';
    long bits = strtol(slash + 1, NULL, 10);
    if (bits < 0 || bits > (family == AF_INET ? 32 : 128))
        return give_up(w);
    const char *value = fields == NULL ? NULL : json_string(fields, name);
    if (inet_pton(family, subnet, base) != 1)
        return give_up(w);
    if (value == NULL || inet_pton(family, value, address) != 1 ||
        memcmp(base, address, (size_t)bits / 8) != 0)
        return false;
    return bits % 8 == 0 || (base[bits / 8] ^ address[bits / 8]) >> (8 - bits % 8) == 0;
}

static bool about_field(struct insights_words *w, struct json_object *fields)
{
    char name[INSIGHTS_NAME_MAX];
    if (!insights_words_name(w, name))
        return give_up(w);
    const char *value = fields == NULL ? NULL : json_string(fields, name);
    if (insights_words_take(w, " not like "))
        return !matches(w, value);
    if (insights_words_take(w, " like "))
        return matches(w, value);
    if (insights_words_take(w, " in "))
        return is_one_of(w, value);
    return give_up(w);
}

/* ---- conditions ---- */

enum { DEPTH_MAX = 16 };

static bool any_of(struct insights_words *w, struct json_object *fields, int depth);

static bool one(struct insights_words *w, struct json_object *fields, int depth)
{
    char name[INSIGHTS_NAME_MAX];
    if (depth == DEPTH_MAX)
        return give_up(w);
    if (insights_words_take(w, "not "))
        return !one(w, fields, depth + 1);
    if (insights_words_take(w, "(")) {
        bool holds = any_of(w, fields, depth + 1);
        return expect(w, ")") && holds;
    }
    if (insights_words_take(w, "ispresent(")) {
        if (!insights_words_name(w, name) || !expect(w, ")"))
            return give_up(w);
        return fields != NULL && json_get(fields, name) != NULL;
    }
    if (insights_words_take(w, "isIpv4InSubnet("))
        return is_in_subnet(w, fields, AF_INET);
    if (insights_words_take(w, "isIpv6InSubnet("))
        return is_in_subnet(w, fields, AF_INET6);
    return about_field(w, fields);
}

static bool all_of(struct insights_words *w, struct json_object *fields, int depth)
{
    bool holds = one(w, fields, depth);
    while (!w->wrong && insights_words_take(w, " and ")) {
        bool also = one(w, fields, depth);
        holds = holds && also;
    }
    return holds;
}

static bool any_of(struct insights_words *w, struct json_object *fields, int depth)
{
    bool holds = all_of(w, fields, depth);
    while (!w->wrong && insights_words_take(w, " or ")) {
        bool also = all_of(w, fields, depth);
        holds = holds || also;
    }
    return holds;
}

bool insights_words_condition(struct insights_words *w, struct json_object *fields)
{
    bool holds = any_of(w, fields, 0);
    return holds && !w->wrong;
}

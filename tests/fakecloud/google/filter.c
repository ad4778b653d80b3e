#include "tests/fakecloud/google/filter.h"

#include "core/base/text.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { WORD_MAX = 256, IP_BYTES = 16 };

struct reading {
    const char *at;
    google_filter_get_fn get;
    void *ctx;
    int depth;
    bool broken;
};

static void skip(struct reading *r)
{
    while (isspace((unsigned char)*r->at))
        r->at++;
}

/* Whether this comes next; steps over it. Words end where a word ends. */
static bool eat(struct reading *r, const char *token)
{
    size_t len = strlen(token);
    skip(r);
    if (strncmp(r->at, token, len) != 0 ||
        (isalpha((unsigned char)*token) &&
         (isalnum((unsigned char)r->at[len]) || r->at[len] == '_')))
        return false;
    r->at += len;
    return true;
}

static bool fail(struct reading *r)
{
    r->broken = true;
    return false;
}

/* A quoted text, or a bare word of a field or value. */
static void read_word(struct reading *r, char out[WORD_MAX])
{
    size_t len = 0;
    skip(r);
    bool quoted = *r->at == '"';
    if (quoted)
        r->at++;
    while (*r->at != '\0' && len + 1 < WORD_MAX &&
           (quoted ? *r->at != '"'
                   : isalnum((unsigned char)*r->at) || strchr("._-/%", *r->at) != NULL)) {
        if (quoted && *r->at == '\\' && r->at[1] != '\0')
            r->at++;
        out[len++] = *r->at++;
    }
    out[len] = '\0';
    if (quoted ? *r->at++ != '"' : len == 0)
        (void)fail(r);
}

static bool holds_part(const char *whole, const char *part)
{
    size_t len = strlen(part);
    for (; *whole != '\0'; whole++)
        if (strncasecmp(whole, part, len) == 0)
            return true;
    return len == 0;
}

static int compare(const char *is, const char *want)
{
    int64_t a = 0, b = 0;
    if (text_to_int64(text_of(is), &a) && text_to_int64(text_of(want), &b))
        return (a > b) - (a < b);
    return strcmp(is, want);
}

static bool fits(const char *is, const char *op, const char *want)
{
    if (is == NULL)
        return strcmp(op, "!=") == 0;
    int order = compare(is, want);
    return strcmp(op, ":") == 0    ? holds_part(is, want)
           : strcmp(op, "=") == 0  ? order == 0
           : strcmp(op, "!=") == 0 ? order != 0
           : strcmp(op, "<=") == 0 ? order <= 0
           : strcmp(op, ">=") == 0 ? order >= 0
           : strcmp(op, "<") == 0  ? order < 0
                                   : order > 0;
}

static bool comparison(struct reading *r, const char *field)
{
    static const char *const ops[] = { "<=", ">=", "!=", "=", "<", ">", ":" };
    size_t op = 0, count = sizeof ops / sizeof *ops;
    char want[WORD_MAX], is[WORD_MAX];
    while (op < count && !eat(r, ops[op]))
        op++;
    if (op == count)
        return fail(r);
    const char *value = r->get(r->ctx, field);
    bool several = eat(r, "("), ok = false;
    if (value != NULL && strlen(value) >= WORD_MAX)
        return fail(r);
    if (value != NULL)
        (void)memcpy(is, value, strlen(value) + 1);
    do {
        read_word(r, want);
        ok = fits(value == NULL ? NULL : is, ops[op], want) || ok;
    } while (several && !r->broken && eat(r, "OR"));
    return several && !eat(r, ")") ? fail(r) : ok;
}

static bool same_bits(const unsigned char *a, const unsigned char *b, int64_t bits)
{
    for (int64_t i = 0; i < bits; i++)
        if (((a[i / 8] ^ b[i / 8]) >> (7 - i % 8) & 1) != 0)
            return false;
    return true;
}

static bool in_net(const char *ip, const char *net)
{
    unsigned char a[IP_BYTES], b[IP_BYTES];
    struct text bits = text_of(net);
    char *base = text_copy(text_cut(&bits, '/'));
    int family = strchr(net, ':') == NULL ? AF_INET : AF_INET6;
    int64_t count = 0;
    bool ok = text_to_int64(bits, &count) && count >= 0 &&
              count <= (family == AF_INET ? 32 : 128) && inet_pton(family, ip, a) == 1 &&
              inet_pton(family, base, b) == 1 && same_bits(a, b, count);
    free(base);
    return ok;
}

/* log_id("…") and ip_in_net(…), behind their bracket. */
static bool call(struct reading *r, bool net)
{
    char first[WORD_MAX], second[WORD_MAX] = "";
    read_word(r, first);
    if (net && !eat(r, ","))
        return fail(r);
    if (net)
        read_word(r, second);
    if (r->broken || !eat(r, ")"))
        return fail(r);
    const char *value = r->get(r->ctx, net ? first : "log_id");
    return value != NULL && (net ? in_net(value, second) : strcmp(value, first) == 0);
}

static bool any_of(struct reading *r);

static bool one(struct reading *r)
{
    char field[WORD_MAX];
    if (++r->depth > GOOGLE_FILTER_DEPTH_MAX)
        return fail(r);
    bool ok = false;
    if (eat(r, "NOT")) {
        ok = !one(r);
    } else if (eat(r, "(")) {
        ok = any_of(r);
        if (!eat(r, ")"))
            ok = fail(r);
    } else {
        read_word(r, field);
        bool net = strcmp(field, "ip_in_net") == 0;
        ok = (net || strcmp(field, "log_id") == 0) && eat(r, "(") ? call(r, net)
                                                                  : comparison(r, field);
    }
    r->depth--;
    return ok;
}

static bool all_of(struct reading *r)
{
    bool ok = one(r);
    while (!r->broken && eat(r, "AND"))
        ok = one(r) && ok;
    return ok;
}

static bool any_of(struct reading *r)
{
    bool ok = all_of(r);
    while (!r->broken && eat(r, "OR"))
        ok = all_of(r) || ok;
    return ok;
}

bool google_filter_passes(const char *filter, google_filter_get_fn get, void *ctx, bool *out_passes)
{
    struct reading r = { filter, get, ctx, 0, false };
    skip(&r);
    bool ok = *r.at == '\0' || any_of(&r);
    skip(&r);
    if (r.broken || *r.at != '\0')
        return false;
    *out_passes = ok;
    return true;
}

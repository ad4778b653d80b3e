#include "reports/cell.h"

#include "core/base/utf8.h"

#include <stdint.h>

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */
#define CUT_MARK "\xe2\x80\xa6"    /* U+2026 */

/* Whether what comes next could begin a formula. */
enum head {
    HEAD_NONE,
    HEAD_CELL,      /* nothing but spaces so far */
    HEAD_SEMICOLON, /* nothing but spaces and quotes since a semicolon */
};

struct cell {
    struct buffer *out;
    size_t start; /* where the cell begins in `out` */
    size_t units, max_units;
    size_t fits; /* length of `out` up to which the cut mark still fits behind */
    bool cut;
    bool broken_line; /* a line break waits for something to come after it */
    bool guarded;
    enum head head;
};

struct character {
    const char *bytes;
    size_t len;
    uint32_t code;
};

static struct character read_character(struct text t)
{
    const unsigned char *p = (const unsigned char *)t.data;
    size_t len = p[0] < 0x80 ? 1 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    if (len > t.len || !utf8_is_valid((struct text){ t.data, len }))
        return (struct character){ REPLACEMENT, 1, 0xfffd };
    uint32_t code = len == 1 ? p[0] : p[0] & (0xffu >> (len + 1));
    for (size_t i = 1; i < len; i++)
        code = code << 6 | (p[i] & 0x3fu);
    return (struct character){ t.data, len, code };
}

static void put(struct cell *c, const char *bytes, size_t len, size_t units)
{
    if (c->cut)
        return;
    if (c->units + units > c->max_units) {
        buffer_truncate(c->out, c->fits);
        buffer_append(c->out, CUT_MARK, sizeof CUT_MARK - 1);
        c->cut = true;
        return;
    }
    buffer_append(c->out, bytes, len);
    c->units += units;
    if (c->units < c->max_units)
        c->fits = c->out->len;
}

static bool is_break(uint32_t code)
{
    return (code >= '\n' && code <= '\r') || code == 0x85 || code == 0x2028 || code == 0x2029;
}

static bool is_space(uint32_t code)
{
    return code <= ' ' || (code >= 0x7f && code <= 0xa0) || code == 0x3000;
}

static bool is_control(uint32_t code)
{
    return code < ' ' || (code >= 0x7f && code <= 0x9f);
}

static bool begins_formula(uint32_t code)
{
    switch (code) {
    case '=':
    case '+':
    case '-':
    case '@':
    case 0xff1d:
    case 0xff0b:
    case 0xff0d:
    case 0xff20:
        return true;
    default:
        return false;
    }
}

/* Takes the spaces at the end back, so that " / " stands alone between two lines. */
static void end_line(struct cell *c)
{
    while (!c->cut && c->out->len > c->start && c->out->data[c->out->len - 1] == ' ') {
        buffer_truncate(c->out, c->out->len - 1);
        c->units--;
    }
    if (c->fits > c->out->len)
        c->fits = c->out->len;
    c->broken_line = c->out->len > c->start;
}

static void begin_line(struct cell *c)
{
    static const char between[] = " / ";
    for (size_t i = 0; i < sizeof between - 1; i++)
        put(c, between + i, 1, 1);
    c->broken_line = false;
}

static void guard(struct cell *c, uint32_t code)
{
    if (c->head == HEAD_NONE && code != ';')
        return;
    if (c->head != HEAD_NONE && begins_formula(code))
        put(c, "'", 1, 1);
    if (code == ';')
        c->head = HEAD_SEMICOLON;
    else if (!is_space(code) && (c->head == HEAD_CELL || code != '"'))
        c->head = HEAD_NONE;
}

static void take(struct cell *c, const struct character *ch)
{
    if (is_break(ch->code)) {
        end_line(c);
        return;
    }
    if (c->broken_line && is_space(ch->code))
        return;
    if (c->broken_line)
        begin_line(c);
    if (c->guarded)
        guard(c, ch->code);
    if (is_control(ch->code))
        put(c, " ", 1, 1);
    else if (ch->code == 0xfffd)
        put(c, REPLACEMENT, sizeof REPLACEMENT - 1, 1);
    else
        put(c, ch->bytes, ch->len, ch->code > 0xffff ? 2 : 1);
}

/* How many bytes from the start are letters, digits and the like, which pass as they are. */
static size_t plain_bytes(const struct cell *c, struct text t)
{
    size_t room = c->max_units - c->units, len = 0;
    if (c->cut || c->broken_line || (c->guarded && c->head != HEAD_NONE) || room < 2)
        return 0;
    while (len < t.len && len < room - 1 && t.data[len] >= ' ' && t.data[len] < 0x7f &&
           t.data[len] != ';')
        len++;
    return len;
}

static void append(struct cell *c, struct text t)
{
    while (t.len > 0 && !c->cut) {
        size_t len = plain_bytes(c, t);
        if (len > 0) {
            put(c, t.data, len, len);
        } else {
            struct character ch = read_character(t);
            take(c, &ch);
            len = ch.len;
        }
        t.data += len;
        t.len -= len;
    }
}

void cell_append(struct buffer *out, struct text t, size_t max_units)
{
    struct cell c = { .out = out, .start = out->len, .max_units = max_units, .fits = out->len };
    append(&c, t);
}

void cell_append_guarded(struct buffer *out, struct text t)
{
    struct cell c = { .out = out,
                      .start = out->len,
                      .max_units = CELL_UNITS_MAX,
                      .fits = out->len,
                      .guarded = true,
                      .head = HEAD_CELL };
    append(&c, t);
}

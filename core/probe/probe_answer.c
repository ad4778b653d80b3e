#include "core/probe/probe_answer.h"

#include "core/base/buffer.h"
#include "core/base/memory.h"
#include "core/base/utf8.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { WORDS_MAX = 8 * PROBE_TEXT_MAX, NAME_MAX_BYTES = 253 };

const char *probe_state_word(enum probe_state s)
{
    static const char *const words[] = { "open", "refused", "silent", "unasked" };
    return words[s];
}

void probe_answer_init(struct probe_answer *a)
{
    *a = (struct probe_answer){ .state = PROBE_SILENT, .protocol = "" };
    a->greeting = memory_string("");
    a->title = memory_string("");
    a->server = memory_string("");
    a->reason = memory_string("");
}

void probe_answer_release(struct probe_answer *a)
{
    free(a->greeting);
    free(a->title);
    free(a->server);
    free(a->reason);
    for (size_t i = 0; i < a->name_count; i++)
        free(a->names[i]);
    *a = (struct probe_answer){ 0 };
}

/* ---- strangers' words ---- */

static size_t character_len(struct text rest)
{
    unsigned char c = (unsigned char)rest.data[0];
    size_t len = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    if (c < 0x20 || c == 0x7f || len > rest.len || !utf8_is_valid((struct text){ rest.data, len }))
        return 0;
    return len == 2 && c == 0xc2 && (unsigned char)rest.data[1] < 0xa0 ? 0 : len;
}

/* Runs of what cannot be shown, and of blanks, become one space. */
static char *cleaned(struct text t, size_t max)
{
    struct buffer out;
    bool blank = false;
    buffer_init(&out, max);
    for (size_t i = 0; i < t.len && buffer_ok(&out);) {
        struct text rest = { t.data + i, t.len - i };
        size_t len = character_len(rest);
        bool shown = len > 0 && rest.data[0] != ' ';
        if (shown && blank && out.len > 0)
            buffer_append_char(&out, ' ');
        if (shown)
            buffer_append(&out, rest.data, len);
        blank = !shown;
        i += len == 0 ? 1 : len;
    }
    return buffer_detach(&out);
}

static void replace(char **slot, char *with)
{
    free(*slot);
    *slot = with;
}

static size_t find_nocase(struct text t, const char *what, size_t from)
{
    size_t len = strlen(what);
    for (size_t i = from; i + len <= t.len; i++)
        if (strncasecmp(t.data + i, what, len) == 0)
            return i;
    return t.len;
}

/* ---- greetings ---- */

static const char *greeting_protocol(struct text g)
{
    if (text_starts_with(g, "SSH-"))
        return "ssh";
    if (text_starts_with(g, "HTTP/"))
        return "http";
    if (text_starts_with(g, "220") && find_nocase(g, "SMTP", 0) < g.len)
        return "smtp";
    if (text_starts_with(g, "220") && find_nocase(g, "FTP", 0) < g.len)
        return "ftp";
    /* A packet of three bytes' length, number 0, of protocol version 10. */
    if (g.len > 5 && g.data[2] == 0 && g.data[3] == 0 && g.data[4] == 10)
        return "mysql";
    return "greeting";
}

void probe_answer_greet(struct probe_answer *a, struct text greeting)
{
    a->protocol = greeting_protocol(greeting);
    struct text line = greeting;
    if (strcmp(a->protocol, "mysql") == 0) {
        line = (struct text){ greeting.data + 5, greeting.len - 5 };
        line.len = text_find(line, '\0');
    } else {
        line.len = text_find(line, '\n');
    }
    replace(&a->greeting, cleaned(line, PROBE_TEXT_MAX));
}

/* ---- pages ---- */

void probe_answer_page(struct probe_answer *a, struct text page)
{
    size_t open = find_nocase(page, "<title", 0);
    if (open == page.len)
        return;
    struct text rest = { page.data + open, page.len - open };
    size_t begin = text_find(rest, '>') + 1;
    if (begin >= rest.len)
        return;
    size_t end = find_nocase(rest, "</title", begin);
    replace(&a->title, cleaned((struct text){ rest.data + begin, end - begin }, PROBE_TEXT_MAX));
}

void probe_answer_server(struct probe_answer *a, struct text value)
{
    replace(&a->server, cleaned(value, PROBE_TEXT_MAX));
}

/* ---- certificates ---- */

static void add_name(struct probe_answer *a, struct text name)
{
    char *clean = cleaned(text_trim(name), NAME_MAX_BYTES);
    bool known = clean[0] == '\0' || a->name_count == PROBE_NAMES_MAX;
    for (size_t i = 0; i < a->name_count; i++)
        known = known || strcasecmp(a->names[i], clean) == 0;
    if (known)
        free(clean);
    else
        a->names[a->name_count++] = clean;
}

static void add_alternatives(struct probe_answer *a, struct text rest)
{
    while (rest.data != NULL) {
        struct text piece = text_trim(text_cut(&rest, ','));
        size_t colon = text_find(piece, ':');
        if (text_starts_with(piece, "DNS:") || text_starts_with(piece, "IP Address:"))
            add_name(a, (struct text){ piece.data + colon + 1, piece.len - colon - 1 });
    }
}

static void add_common_name(struct probe_answer *a, struct text rest)
{
    while (rest.data != NULL) {
        struct text piece = text_trim(text_cut(&rest, ','));
        size_t equals = text_find(piece, '=');
        if (equals < piece.len &&
            text_equal_string(text_trim((struct text){ piece.data, equals }), "CN"))
            add_name(a, (struct text){ piece.data + equals + 1, piece.len - equals - 1 });
    }
}

void probe_answer_certificate(struct probe_answer *a, struct text line)
{
    static const char subject[] = "Subject:", alternatives[] = "X509v3 Subject Alternative Name:";
    if (text_starts_with(line, subject))
        add_common_name(
            a, (struct text){ line.data + sizeof subject - 1, line.len - sizeof subject + 1 });
    else if (text_starts_with(line, alternatives))
        add_alternatives(a, (struct text){ line.data + sizeof alternatives - 1,
                                           line.len - sizeof alternatives + 1 });
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void probe_answer_settle(struct probe_answer *a)
{
    qsort(a->names, a->name_count, sizeof *a->names, by_bytes);
}

/* ---- said ---- */

static void add_text(struct json_object *o, const char *member, const char *value)
{
    if (value[0] != '\0')
        json_object_object_add(o, member, json_object_new_string(value));
}

struct json_object *probe_answer_json(const struct probe_answer *a)
{
    struct json_object *o = json_object_new_object(), *names = json_object_new_array();
    add_text(o, "state", probe_state_word(a->state));
    add_text(o, "protocol", a->protocol);
    add_text(o, "greeting", a->greeting);
    for (size_t i = 0; i < a->name_count; i++)
        json_object_array_add(names, json_object_new_string(a->names[i]));
    if (a->name_count > 0)
        json_object_object_add(o, "names", names);
    else
        json_object_put(names);
    if (a->status != 0)
        json_object_object_add(o, "status", json_object_new_int(a->status));
    add_text(o, "title", a->title);
    add_text(o, "server", a->server);
    add_text(o, "reason", a->reason);
    return o;
}

char *probe_answer_words(const struct probe_answer *a)
{
    struct buffer out;
    buffer_init(&out, WORDS_MAX);
    buffer_append_string(&out, a->state == PROBE_OPEN ? a->protocol : probe_state_word(a->state));
    if (a->greeting[0] != '\0')
        buffer_append_format(&out, ": %s", a->greeting);
    if (a->status != 0)
        buffer_append_format(&out, " %d", a->status);
    if (a->title[0] != '\0')
        buffer_append_format(&out, " \"%s\"", a->title);
    if (a->server[0] != '\0')
        buffer_append_format(&out, ", server %s", a->server);
    for (size_t i = 0; i < a->name_count && i < 3; i++)
        buffer_append_format(&out, "%s%s", i == 0 ? ", certificate of " : ", ", a->names[i]);
    if (a->name_count > 3)
        buffer_append_format(&out, " +%zu", a->name_count - 3);
    if (a->reason[0] != '\0')
        buffer_append_format(&out, ": %s", a->reason);
    return buffer_detach(&out);
}

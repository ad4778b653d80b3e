#include "tests/fakecloud/words.h"

#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/decode/json_write.h"
#include "core/decode/template.h"
#include "tests/fakecloud/chance.h"
#include "tests/fakecloud/truth.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST "first "

enum { SECRET_DIGITS = 24, UUID_DIGITS = 32, DIGITS_MAX = 24 };

/* What a name draws from: "@name" and "@night" filled in, below account and region. */
static char *path_of(const struct words *w, const char *region, struct text name)
{
    struct buffer path;
    buffer_init(&path, WORDS_TEXT_MAX);
    buffer_append_format(&path, "%s/%s/", w->at.account, region);
    while (name.data != NULL) {
        buffer_append_text(&path, text_cut(&name, '@'));
        if (name.data == NULL)
            break;
        if (text_starts_with(name, "night")) {
            buffer_append_format(&path, "@%d", w->e->night);
            name = (struct text){ name.data + 5, name.len - 5 };
        } else if (text_starts_with(name, "name")) {
            buffer_append_string(&path, w->name);
            name = (struct text){ name.data + 4, name.len - 4 };
        }
    }
    return buffer_detach(&path);
}

static void append_hex(const struct words *w, const char *path, size_t digits, struct buffer *out)
{
    char *hex = chance_hex(w->e->o.seed, path, digits);
    buffer_append_string(out, hex);
    free(hex);
}

static void append_uuid(const struct words *w, const char *path, struct buffer *out)
{
    char *hex = chance_hex(w->e->o.seed, path, UUID_DIGITS);
    buffer_append_format(out, "%.8s-%.4s-4%.3s-8%.3s-%.12s", hex, hex + 8, hex + 13, hex + 17,
                         hex + 20);
    free(hex);
}

static void append_secret(const struct words *w, const char *path, struct buffer *out)
{
    char *whole = memory_format("secret/%s", path),
         *hex = chance_hex(w->e->o.seed, whole, SECRET_DIGITS);
    char *secret = memory_format(WORDS_SECRET "%s", hex);
    truth_secret(w->e, secret);
    buffer_append_string(out, secret);
    free(secret);
    free(hex);
    free(whole);
}

/* None of them a zero, so that they are a number of so many digits. */
static void append_digits(const struct words *w, const char *path, size_t digits,
                          struct buffer *out)
{
    for (size_t i = 0; i < digits; i++) {
        char *one = memory_format("%s/%zu", path, i);
        buffer_append_format(out, "%d", 1 + (int)chance_number(w->e->o.seed, one, 9));
        free(one);
    }
}

/* A word of two pieces, KIND:NAME. */
static bool append_drawn(const struct words *w, struct text kind, struct text name,
                         struct buffer *out)
{
    int64_t number = 0;
    bool anywhere = text_equal_string(kind, "somewhere"), known = true;
    char *path = path_of(w, anywhere ? "" : w->at.region, name);
    if (text_equal_string(kind, "secret")) {
        append_secret(w, path, out);
    } else if (text_equal_string(kind, "uuid")) {
        append_uuid(w, path, out);
    } else if (anywhere) {
        buffer_append_string(out,
                             w->e->regions[chance_number(w->e->o.seed, path, w->e->o.regions)]);
    } else if (text_ends_with(kind, "-")) {
        char *prefix = text_copy(kind), *id = chance_id(w->e->o.seed, prefix, path);
        buffer_append_string(out, id);
        free(id);
        free(prefix);
    } else if (text_starts_with(kind, "hex")) {
        known = text_to_int64((struct text){ kind.data + 3, kind.len - 3 }, &number) &&
                number > 0 && number <= CHANCE_HEX_MAX;
        if (known)
            append_hex(w, path, (size_t)number, out);
    } else if (text_starts_with(kind, "digits")) {
        known = text_to_int64((struct text){ kind.data + 6, kind.len - 6 }, &number) &&
                number > 0 && number <= DIGITS_MAX;
        if (known)
            append_digits(w, path, (size_t)number, out);
    } else if (text_starts_with(kind, "below")) {
        known = text_to_int64((struct text){ kind.data + 5, kind.len - 5 }, &number) && number > 0;
        if (known)
            buffer_append_format(out, "%d",
                                 (int)chance_number(w->e->o.seed, path, (uint64_t)number));
    } else {
        known = false;
    }
    free(path);
    return known;
}

static bool append_word(void *ctx, const char *word, struct buffer *out)
{
    const struct words *w = ctx;
    struct text rest = text_of(word), kind = text_cut(&rest, ':');
    if (rest.data != NULL && text_starts_with(kind, FIRST)) {
        const struct words first = { w->e, 0, estate_place(w->e, 0, 0), w->name };
        kind = (struct text){ kind.data + sizeof FIRST - 1, kind.len - (sizeof FIRST - 1) };
        return append_drawn(&first, kind, rest, out);
    }
    if (rest.data != NULL)
        return append_drawn(w, kind, rest, out);
    const struct {
        const char *word, *value;
    } plain[] = { { "account", w->at.account },
                  { "region", w->at.region },
                  { "name", w->name },
                  { "owner", estate_account(w->e, 0) } };
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (strcmp(plain[i].word, word) == 0) {
            buffer_append_string(out, plain[i].value);
            return true;
        }
    const char *own = json_string(json_object_array_get_idx(w->e->accounts, w->account), word);
    buffer_append_string(out, own == NULL ? "" : own);
    return own != NULL;
}

char *words_text(const struct words *w, const char *text)
{
    struct buffer out;
    struct error err = ERROR_INIT;
    struct words copy = *w;
    buffer_init(&out, WORDS_TEXT_MAX);
    if (!template_expand(text, append_word, &copy, &out, &err)) {
        fprintf(stderr, "fakecloud: %s: %s\n", err.message, text);
        abort();
    }
    return buffer_detach(&out);
}

static struct json_object *as_text(struct json_object *tree)
{
    struct buffer out;
    buffer_init(&out, WORDS_TEXT_MAX);
    json_write_plain(tree, &out);
    struct json_object *text = json_object_new_string(buffer_string(&out));
    buffer_release(&out);
    json_object_put(tree);
    return text;
}

static struct json_object *object_of(const struct words *w, struct json_object *tree)
{
    struct json_object *made = json_object_new_object();
    json_object_object_foreach(tree, name, value) {
        struct json_object *member = words_tree(w, value);
        size_t len = strlen(name);
        if (len > 0 && name[len - 1] == '#') {
            char *bare = memory_string_n(name, len - 1);
            json_object_object_add(made, bare, as_text(member));
            free(bare);
        } else {
            json_object_object_add(made, name, member);
        }
    }
    return made;
}

struct json_object *words_tree(const struct words *w, struct json_object *tree)
{
    if (json_object_is_type(tree, json_type_object))
        return object_of(w, tree);
    if (json_object_is_type(tree, json_type_array)) {
        struct json_object *made = json_object_new_array();
        for (size_t i = 0; i < json_object_array_length(tree); i++)
            json_object_array_add(made, words_tree(w, json_object_array_get_idx(tree, i)));
        return made;
    }
    if (!json_object_is_type(tree, json_type_string)) {
        struct json_object *copy = NULL;
        json_object_deep_copy(tree, &copy, NULL);
        return copy;
    }
    char *text = words_text(w, json_object_get_string(tree));
    struct json_object *made = json_object_new_string(text);
    free(text);
    return made;
}

#include "tests/bench/parse.h"

#include "core/base/buffer.h"
#include "core/base/memory.h"

#include <expat.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum {
    DEPTH_MAX = 64,
    ITEM_DEPTH = 3, /* <…Response><…Set><item> */
    TEXT_MAX = 1024 * 1024,
};

struct parse {
    XML_Parser xml;
    struct json_tokener *json;
    struct json_object *root;
    struct json_object *open[DEPTH_MAX]; /* the value of each open element, once it has children */
    size_t depth;
    struct buffer text;
};

static void XMLCALL on_start(void *data, const XML_Char *name, const XML_Char **pairs)
{
    struct parse *p = data;
    (void)name;
    (void)pairs;
    if (p->depth == DEPTH_MAX)
        abort();
    p->open[p->depth++] = NULL;
    buffer_clear(&p->text);
}

static void XMLCALL on_text(void *data, const XML_Char *s, int len)
{
    buffer_append(&((struct parse *)data)->text, s, (size_t)len);
}

static void XMLCALL on_end(void *data, const XML_Char *name)
{
    struct parse *p = data;
    struct json_object *value = p->open[--p->depth];
    bool is_item = strcmp(name, "item") == 0;
    if (value == NULL)
        value = json_object_new_string_len(buffer_string(&p->text), (int)p->text.len);
    buffer_clear(&p->text);
    if (p->depth == 0 || (is_item && p->depth + 1 == ITEM_DEPTH)) {
        json_object_put(value);
        return;
    }
    struct json_object **parent = &p->open[p->depth - 1];
    if (*parent == NULL)
        *parent = is_item ? json_object_new_array() : json_object_new_object();
    if (is_item)
        json_object_array_add(*parent, value);
    else
        json_object_object_add(*parent, name, value);
}

struct parse *parse_new(bool is_xml)
{
    struct parse *p = memory_new(1, sizeof *p);
    buffer_init(&p->text, TEXT_MAX);
    if (is_xml) {
        p->xml = XML_ParserCreate(NULL);
        XML_SetUserData(p->xml, p);
        XML_SetElementHandler(p->xml, on_start, on_end);
        XML_SetCharacterDataHandler(p->xml, on_text);
    } else {
        p->json = json_tokener_new();
    }
    if (p->xml == NULL && p->json == NULL)
        abort();
    return p;
}

bool parse_write(struct parse *p, const char *data, size_t len)
{
    if (p->xml != NULL)
        return XML_Parse(p->xml, data, (int)len, 0) == XML_STATUS_OK;
    p->root = json_tokener_parse_ex(p->json, data, (int)len);
    enum json_tokener_error e = json_tokener_get_error(p->json);
    return e == json_tokener_success || e == json_tokener_continue;
}

bool parse_finish(struct parse *p)
{
    if (p->xml != NULL)
        return XML_Parse(p->xml, "", 0, 1) == XML_STATUS_OK && p->depth == 0;
    return p->root != NULL;
}

void parse_free(struct parse *p)
{
    if (p == NULL)
        return;
    if (p->xml != NULL)
        XML_ParserFree(p->xml);
    if (p->json != NULL)
        json_tokener_free(p->json);
    json_object_put(p->root);
    buffer_release(&p->text);
    free(p);
}

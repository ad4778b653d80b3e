#include "providers/aws/protocol/page.h"

#include "core/decode/json.h"
#include "core/decode/path.h"
#include "providers/aws/protocol/model.h"

#include <json-c/json.h>
#include <string.h>

/* A token of the answer; "" is none. Some services give structures. Borrowed. */
static struct json_object *find_token(struct json_object *rest, const char *path)
{
    struct json_object *token = path_first(rest, path);
    bool is_empty =
        json_object_is_type(token, json_type_string) && json_object_get_string_len(token) == 0;
    return is_empty ? NULL : token;
}

static bool says_more(const struct aws_pages *pages, struct json_object *rest)
{
    return pages->more == NULL || json_object_get_boolean(path_first(rest, pages->more));
}

static bool are_repeated(const struct aws_pages *pages, struct json_object *input,
                         struct json_object *const *tokens)
{
    for (size_t i = 0; i < pages->count; i++) {
        struct json_object *asked = json_get(input, pages->input_tokens[i]);
        if (tokens[i] == NULL ? asked != NULL : asked == NULL || !json_equal(asked, tokens[i]))
            return false;
    }
    return true;
}

bool aws_next_page(const struct aws_operation *op, struct json_object *rest,
                   struct json_object *input, bool *out_more, struct error *err)
{
    const struct aws_pages *pages = &op->pages;
    struct json_object *tokens[AWS_TOKENS_MAX] = { NULL };
    bool is_any = false, is_more = pages->count > 0 && says_more(pages, rest);
    for (size_t i = 0; is_more && i < pages->count; i++) {
        tokens[i] = find_token(rest, pages->output_tokens[i]);
        is_any = is_any || tokens[i] != NULL;
    }
    if (is_more && !is_any && pages->more != NULL)
        return error_set(err, ERROR_DATA,
                         "%s says that there is more, and gives no token to ask for it", op->name);
    if (is_any && are_repeated(pages, input, tokens))
        return error_set(err, ERROR_DATA, "%s gives the token of this page for the next one",
                         op->name);
    for (size_t i = 0; is_any && i < pages->count; i++) {
        json_object_object_del(input, pages->input_tokens[i]);
        if (tokens[i] != NULL)
            json_object_object_add(input, pages->input_tokens[i], json_object_get(tokens[i]));
    }
    *out_more = is_any;
    return true;
}

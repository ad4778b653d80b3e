#ifndef PROVIDERS_AWS_PROTOCOL_PAGE_H
#define PROVIDERS_AWS_PROTOCOL_PAGE_H

#include "core/base/error.h"

#include <stdbool.h>

struct aws_operation;
struct json_object;

/*
 * What comes after a page. `rest` is what aws_decoder_finish() gave for it, `input` what was asked; when
 * *out_more becomes true, `input` has been changed in place to ask for the next page.
 *
 * An empty page with a token goes on; a token that is absent, null or "" ends the list, and so does a
 * more-results member that is false. ERROR_DATA for a server fault, `input` unchanged: the same tokens as
 * in the last request, or "there is more" without a token. A number of pages is the caller's to cap.
 */
bool aws_next_page(const struct aws_operation *op, struct json_object *rest, struct json_object *input,
                   bool *out_more, struct error *err);

#endif

#include "checks/plugins/root_activity/root_address.h"

#include "core/base/ip.h"
#include "core/decode/json.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

enum { NETWORK4_BITS = 24, NETWORK6_BITS = 48 };

static void write_network(const char *address, int family, char out[CIDR_TEXT_MAX])
{
    char text[CIDR_TEXT_MAX];
    struct cidr network;
    snprintf(text, sizeof text, "%s/%d", address, family == 4 ? NETWORK4_BITS : NETWORK6_BITS);
    if (cidr_parse(text_of(text), &network))
        cidr_write(&network, out);
}

static bool is_one_of(const char *text, const char *const *words)
{
    for (; *words != NULL; words++)
        if (strcmp(text, *words) == 0)
            return true;
    return false;
}

void root_address_read(const char *text, struct root_address *out)
{
    static const char *const inside[] = { "private", "gce-internal-ip", NULL };
    static const char *const internal[] = { "AWS Internal", "aws-internal", NULL };
    struct cidr address;
    char normal[IP_TEXT_MAX];
    out->network[0] = '\0';
    if (*text == '\0') {
        out->form = ROOT_ADDRESS_NONE;
    } else if (ip_normal(text_of(text), normal) && cidr_parse(text_of(normal), &address)) {
        out->form = ip_is_private(normal) ? ROOT_ADDRESS_PRIVATE : ROOT_ADDRESS_PUBLIC;
        write_network(normal, address.family, out->network);
    } else if (is_one_of(text, inside)) {
        out->form = ROOT_ADDRESS_INSIDE;
    } else if (is_one_of(text, internal)) {
        out->form = ROOT_ADDRESS_AWS;
    } else {
        out->form = text_ends_with(text_of(text), ".amazonaws.com") ||
                            text_ends_with(text_of(text), ".amazonaws.com.cn")
                        ? ROOT_ADDRESS_SERVICE
                        : ROOT_ADDRESS_WORDS;
    }
}

/* "RANGE" or "RANGE NAME". */
static bool read_entry(struct json_object *entry, struct cidr *out, const char **out_name)
{
    const char *text = json_object_get_string(entry);
    if (!json_object_is_type(entry, json_type_string) || text == NULL)
        return false;
    struct text rest = text_of(text), range = text_cut(&rest, ' ');
    *out_name = rest.data == NULL ? "" : rest.data; /* to the end of the text */
    return cidr_parse(range, out);
}

const char *root_address_in(struct json_object *settings, const char *list, const char *address)
{
    struct json_object *entries = json_get(settings, list);
    struct cidr wanted, range;
    const char *name = NULL;
    if (!json_object_is_type(entries, json_type_array) || !cidr_parse(text_of(address), &wanted))
        return NULL;
    for (size_t i = 0; i < json_object_array_length(entries); i++)
        if (read_entry(json_object_array_get_idx(entries, i), &range, &name) &&
            cidr_contains(&range, &wanted))
            return name;
    return NULL;
}

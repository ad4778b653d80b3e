#include "checks/plugins/exposure/aws_block.h"

#include <string.h>

static enum aws_block_word word_of(const char *mode)
{
    return strcmp(mode, "off") == 0 ? AWS_BLOCK_OPEN : AWS_BLOCK_CLOSED;
}

static const struct aws_block *block_of(const struct aws_network *n, const struct aws_subnet *s)
{
    for (size_t i = 0; i < n->blocks.count; i++)
        if (n->blocks.items[i].account == s->account && n->blocks.items[i].region == s->region)
            return &n->blocks.items[i];
    return NULL;
}

enum aws_block_word aws_block_of(const struct aws_network *n, const struct aws_subnet *s)
{
    const struct aws_block *b = block_of(n, s);
    if (b != NULL &&
        (aws_network_has_id(&b->excluded, s->id) || aws_network_has_id(&b->excluded, s->vpc)))
        return AWS_BLOCK_OPEN;
    if (b != NULL && b->mode != NULL)
        return word_of(b->mode);
    /* Of a network whose owner's settings nobody may read the subnet itself says how far it is blocked. */
    if (s->block != NULL)
        return word_of(s->block);
    return s->block_read ? AWS_BLOCK_OPEN : AWS_BLOCK_UNREAD;
}

/* What is about to be gone still holds; what could not be made does not. */
bool aws_block_excludes(const char *mode, const char *state)
{
    static const char *const without[] = { "create-in-progress", "create-failed", "delete-complete",
                                           "disable-in-progress", "disable-complete" };
    for (size_t i = 0; state != NULL && i < sizeof without / sizeof *without; i++)
        if (strcmp(state, without[i]) == 0)
            return false;
    return mode != NULL && strcmp(mode, "allow-bidirectional") == 0;
}

#ifndef CORE_BASE_LIST_H
#define CORE_BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A doubly linked ring of nodes that live inside their owners. A list is a node of its own, made empty
 * by list_init(). Nodes are not owned; unlink a node before freeing what holds it.
 */
struct list {
    struct list *next, *prev;
};

#define LIST_OWNER(node, type, member) ((type *)(void *)((char *)(node) - offsetof(type, member)))

static inline void list_init(struct list *l)
{
    l->next = l->prev = l;
}

static inline bool list_is_empty(const struct list *l)
{
    return l->next == l;
}

static inline void list_push_back(struct list *l, struct list *node)
{
    node->next = l;
    node->prev = l->prev;
    l->prev->next = node;
    l->prev = node;
}

/* Unlinks; harmless on a node that list_init() made and nothing linked. */
static inline void list_remove(struct list *node)
{
    node->prev->next = node->next;
    node->next->prev = node->prev;
    list_init(node);
}

/* The first node, unlinked; NULL when empty. */
static inline struct list *list_pop_front(struct list *l)
{
    struct list *first = l->next;
    if (first == l)
        return NULL;
    list_remove(first);
    return first;
}

#endif

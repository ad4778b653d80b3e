#ifndef TESTS_UNIT_CHECKS_KIT_H
#define TESTS_UNIT_CHECKS_KIT_H

/* Small resource types and a check file to fill in, for the tests of this folder. */
#include "checks/catalog.h"
#include "core/base/memory.h"
#include "tests/unit/unit.h"

#include <stdlib.h>

static const char kit_types[] = "service: t\n"
                                "types:\n"
                                "  aws_t_box:\n"
                                "    list: ListBoxes\n"
                                "    items: Boxes\n"
                                "    id: Id\n"
                                "    key: \"arn:{account}:{region}:{Id}\"\n"
                                "    details:\n"
                                "      - {get: GetLid, as: Lid}\n"
                                "      - {get: GetLock, as: Lock}\n"
                                "    columns: {size: Size, open: Open, list_ids: \"Lists[].Id\"}\n"
                                "  aws_t_list:\n"
                                "    list: ListLists\n"
                                "    items: Lists\n"
                                "    id: Id\n"
                                "    key: \"arn:{account}:{region}:list:{Id}\"\n"
                                "    owner: Owner\n"
                                "    reference: AWS\n"
                                "    details:\n"
                                "      - {get: GetEntries, as: Entries}\n"
                                "    columns: {entries: \"Entries[].Word\"}\n"
                                "  aws_t_disk:\n"
                                "    scope: spread\n"
                                "    list: ListDisks\n"
                                "    items: Disks\n"
                                "    id: Id\n"
                                "    region: Zone\n"
                                "    key: \"arn:{account}:{Zone}:{Id}\"\n"
                                "    columns: {size: Size}\n"
                                "  aws_t_account:\n"
                                "    scope: global\n"
                                "    list: GetAccount\n"
                                "    items: \".\"\n"
                                "    id: \"@account\"\n"
                                "    key: \"arn:{account}:account\"\n"
                                "    columns: {quota: Quota}\n";

static inline struct resource_types *kit_make_types(void)
{
    struct error err = ERROR_INIT;
    struct resource_types *types = resource_types_new();
    if (!resource_types_add(types, "kit.yaml", text_of(kit_types), &err))
        fail_msg("%s", err.message);
    return types;
}

/* A check file: `head` (needs, uses, params…; NULL: none), the query's lines and the tests (NULL: none). */
static inline char *kit_file(const char *id, const char *head, const char *query, const char *tests)
{
    return memory_format("id: %s\n"
                         "subject: aws_t_box\n"
                         "severity: medium\n"
                         "themes: [boxes]\n"
                         "title: {en: A box, ja: 箱}\n"
                         "summary: {en: \"{id} {subject}\", ja: \"{id} {subject}\"}\n"
                         "why: {en: because, ja: だから}\n"
                         "fix: {console: {en: close it, ja: 閉じる}}\n"
                         "%s"
                         "query: |\n"
                         "  %s\n"
                         "%s",
                         id, head == NULL ? "" : head, query, tests == NULL ? "" : tests);
}

static inline bool kit_add(struct catalog *c, const char *id, const char *yaml, struct error *err)
{
    char *file = memory_format("checks.d/%s.yaml", id);
    bool ok = catalog_add(c, file, text_of(yaml), err);
    free(file);
    return ok;
}

/* Adds a check made by kit_file() that must load. */
static inline const struct check *kit_check(struct catalog *c, const char *id, const char *head,
                                            const char *query, const char *tests)
{
    struct error err = ERROR_INIT;
    char *yaml = kit_file(id, head, query, tests);
    bool ok = kit_add(c, id, yaml, &err);
    free(yaml);
    if (!ok)
        fail_msg("%s", err.message);
    return catalog_find(c, id);
}

#endif

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
                                "    lender: \"Homes[].Of\"\n"
                                "    tags: Tags\n"
                                "    addresses: [Address]\n"
                                "    ephemeral: [{tag: Heap}, {of: aws_t_disk, id: DiskId}]\n"
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
                                "    tags: Tags\n"
                                "    addresses: [Address]\n"
                                "    ephemeral: [{tag: Heap}]\n"
                                "  aws_t_event:\n"
                                "    kind: evidence\n"
                                "    list: ListEvents\n"
                                "    items: Events\n"
                                "    id: Id\n"
                                "    at: At\n"
                                "    window: 10d\n"
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

/* A check file: `head` (needs, uses, params…; NULL: none), what it judges by, and the tests (NULL: none). */
static inline char *kit_rule_file(const char *id, const char *head, const char *rule, const char *tests)
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
                         "%s\n"
                         "%s",
                         id, head == NULL ? "" : head, rule, tests == NULL ? "" : tests);
}

static inline char *kit_file(const char *id, const char *head, const char *query, const char *tests)
{
    char *rule = memory_format("query: |\n  %s", query);
    char *file = kit_rule_file(id, head, rule, tests);
    free(rule);
    return file;
}

static inline bool kit_add(struct catalog *c, const char *id, const char *yaml, struct error *err)
{
    char *file = memory_format("checks.d/%s.yaml", id);
    bool ok = catalog_add(c, file, text_of(yaml), err);
    free(file);
    return ok;
}

/* Adds a check that must load, and frees its file. */
static inline const struct check *kit_must_add(struct catalog *c, const char *id, char *yaml)
{
    struct error err = ERROR_INIT;
    bool ok = kit_add(c, id, yaml, &err);
    free(yaml);
    if (!ok)
        fail_msg("%s", err.message);
    return catalog_find(c, id);
}

static inline const struct check *kit_check(struct catalog *c, const char *id, const char *head,
                                            const char *query, const char *tests)
{
    return kit_must_add(c, id, kit_file(id, head, query, tests));
}

/* The same with a plugin. */
static inline const struct check *kit_plugin_check(struct catalog *c, const char *id, const char *head,
                                                   const char *plugin, const char *tests)
{
    char *rule = memory_format("plugin: %s", plugin);
    char *yaml = kit_rule_file(id, head, rule, tests);
    free(rule);
    return kit_must_add(c, id, yaml);
}

#endif

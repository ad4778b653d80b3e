#ifndef TESTS_FAKECLOUD_ESTATE_H
#define TESTS_FAKECLOUD_ESTATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_object;
struct map;

/*
 * What the fake cloud holds: lists of things in the JSON that boto3 gives for them, by account, region
 * and name of the list, and beside it the truth about them (truth.h). Made once, from a seed, night by
 * night; never changed while it is served. Or, for estates too large to be held, made account by account
 * as it is asked for (estate_make_on_demand()).
 */
#define ESTATE_ACCOUNTS_MAX 10000
#define ESTATE_ACCOUNTS_OF_COMPANY 3 /* from so many on, one more has been suspended */
#define ESTATE_REGIONS_MAX 17
#define ESTATE_NIGHTS_MAX 1000
#define ESTATE_GLOBAL "global"              /* the region of what has none */
#define ESTATE_KEY "_key"
#define ESTATE_ROLE "yomawari-read"         /* every account has it */
#define ESTATE_MADE "2026-01-05T09:00:00Z"  /* when everything of night 0 was made */

struct estate_options {
    uint64_t seed;
    size_t accounts, regions;
    int night;              /* 0: as it was made */
    const char *truth_path; /* folder for the truth files, or NULL */
    bool lags;              /* the lists of the night before are kept beside tonight's (Google's alone) */
    bool small;             /* little in each region, the same every night, no truth (small.h) */
};

struct estate {
    struct estate_options o;
    int night;                     /* being made */
    const char *const *regions;    /* o.regions names and more */
    bool keyed;                    /* things carry the truth's key as ESTATE_KEY */
    struct json_object *accounts;  /* array of organizations' Account; the first is the scanner's own, one behind
                                      all may be suspended. Google's: google/projects.h */
    struct map *numbers;           /* their indices + 1, by id */
    struct maker *maker;           /* NULL: everything is there */
    struct json_object *lists;     /* account -> region -> list -> array */
    struct json_object *lists_before; /* the same as of the night before; NULL: nobody asks for it */
    struct json_object *resources; /* the truth, see truth.h: of tonight ... */
    struct json_object *findings;
    struct json_object *findings_before; /* ... and of the night before */
    struct json_object *changes;
    struct json_object *hidden;  /* as resources: what those who ask for it are refused (Google's alone) */
    struct json_object *outcomes;
    struct json_object *secrets; /* of all nights so far */
    struct json_object *checks;  /* those that the truth speaks of, as keys */
    struct map *queries;         /* of Logs Insights, by id (service_logs.c): all that is remembered from call to call */
};

/* Where something is. Borrowed strings. */
struct place {
    const char *account, *region;
};

struct estate *estate_new(const struct estate_options *options); /* empty, with AWS's accounts */
struct estate *estate_new_bare(const struct estate_options *options, const char *const *regions); /* without accounts */
void estate_free(struct estate *e);                              /* NULL is fine */

/* From now on the lists of an account are made by `make` when they are first asked for; those of the
 * ESTATE_KEPT accounts made last are kept. What one call reads stays until it ends. */
#define ESTATE_KEPT 256
void estate_make_on_demand(struct estate *e, void (*make)(struct estate *e, size_t account));

/* Adds an account, taken over, under its member "Id". */
void estate_add_account(struct estate *e, struct json_object *account);
/* The number of an account by its id, SIZE_MAX when there is none. */
size_t estate_number(const struct estate *e, const char *id);

const char *estate_account(const struct estate *e, size_t index);
const char *estate_region(size_t index); /* AWS's; us-east-1 is the first */
struct place estate_place(const struct estate *e, size_t account, size_t region);
struct place estate_global(const struct estate *e, size_t account);

/* A list; borrowed. estate_list() makes it when it is not there, estate_find() gives NULL. */
struct json_object *estate_list(struct estate *e, struct place at, const char *list);
struct json_object *estate_find(const struct estate *e, struct place at, const char *list);

/* The element of a list whose member `name` is `value`; NULL when there is none. Borrowed. */
struct json_object *estate_item(const struct estate *e, struct place at, const char *list,
                                const char *name, const char *value);
/* Takes such an element out; false when there is none. */
bool estate_drop(struct estate *e, struct place at, const char *list, const char *name, const char *value);

/* Adds to a list and takes the item over. */
void estate_put(struct estate *e, struct place at, const char *list, struct json_object *item);

/* JSON from a printf format; the pieces must need no escapes. A format that gives no JSON ends the
 * program. json_object_put() the result. */
struct json_object *estate_json(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif

#ifndef PROVIDERS_GCP_DISCOVERY_H
#define PROVIDERS_GCP_DISCOVERY_H

#include "providers/provider.h"

struct config_gcp;

/*
 * Which projects a target has. An organization, and each folder that the config names, is itself read
 * (organizations.get, folders.get: an account of its own, "organizations/1", "folders/2"), then the tree below it:
 * projects.list and folders.list for each folder, deleted ones too, since what Google still keeps is frozen and not
 * closed. These lists are strongly consistent; searches may lag by minutes. Globs of projects are matched against
 * projects.search, which shows what the credentials may see. Ids without a glob are not asked for at all: the config
 * names them. At most GCP_DISCOVERY_FOLDERS_MAX folders.
 */
enum { GCP_DISCOVERY_FOLDERS_MAX = 10000 };

struct gcp_discovery;
struct gcp_discovery *gcp_discovery_new(const struct config_gcp *gcp); /* `gcp` is borrowed */
void gcp_discovery_free(struct gcp_discovery *d);                      /* NULL is fine */

enum provider_accounts gcp_discovery_accounts(const struct gcp_discovery *d);

/* The project ids that the config names, by number; false: no more. */
bool gcp_discovery_configured(const struct gcp_discovery *d, size_t index,
                              struct account_spec *out);

/* The next list; false: no more. */
bool gcp_discovery_next(struct gcp_discovery *d, struct provider_listing *out);

/* Reads an item of the list that gcp_discovery_next() gave last. */
bool gcp_discovery_item(struct gcp_discovery *d, struct json_object *item, struct account_spec *out,
                        bool *out_wanted, struct error *err);

/* ---- what was found ---- */

/* The id of a project by its number, in digits; NULL: not known, or not wanted. */
const char *gcp_discovery_project(const struct gcp_discovery *d, const char *number);
/* Learns a number in another way. */
void gcp_discovery_note_project(struct gcp_discovery *d, const char *number, const char *id);

/* Whether the folder ("folders/2") was found at all: then it is an account, or excluded. */
bool gcp_discovery_knows_folder(const struct gcp_discovery *d, const char *folder);
/* Whether the folder ("folders/2") was met below the organization or another folder of the config. */
bool gcp_discovery_has_folder(const struct gcp_discovery *d, const char *folder);
/* Whether all lists were given, and read as far as we know: only then is what was found all there is. */
bool gcp_discovery_is_done(const struct gcp_discovery *d);

/* The live projects that globs matched, by number; NULL: no more. */
const char *gcp_discovery_matched(const struct gcp_discovery *d, size_t index);

#endif

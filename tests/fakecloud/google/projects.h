#ifndef TESTS_FAKECLOUD_GOOGLE_PROJECTS_H
#define TESTS_FAKECLOUD_GOOGLE_PROJECTS_H

#include "tests/fakecloud/estate.h"

/*
 * Google's estate: an organization with folders (Production, in it Web; Development; Sandbox, in it Labs) and
 * projects, spread over all of them. Entries of e->accounts, which words.h can name:
 *   Id: the project's id, number, organization (its number), title, _role
 * A project is found by its number too. Organization and folders are accounts of lists alone, "organizations/N" and
 * "folders/N". Behind the o.accounts ordinary projects come, from GOOGLE_PROJECTS_OF_COMPANY on, those of other
 * roles; they hold a default network and little more, and nothing of theirs changes.
 */
#define GOOGLE_PROJECTS_OF_COMPANY 3
#define GOOGLE_PROJECTS_DELETED "deleted"     /* DELETE_REQUESTED; its list of compute is refused */
#define GOOGLE_PROJECTS_DISABLED "disabled"   /* some APIs are off: google_projects_api_is_off() */
#define GOOGLE_PROJECTS_DENIED "denied"       /* the caller may see that it is there, and nothing in it */
#define GOOGLE_PROJECTS_PERIMETER "perimeter" /* VPC Service Controls keep the caller out */

/* `o`: accounts is how many projects. estate_free(). */
struct estate *google_projects_estate(const struct estate_options *o);

/* Organization, folders and what a project's entry says of it, as things; their truth. */
void google_projects_build(struct estate *e);

bool google_projects_api_is_off(const char *service);

/* How many projects there are, of all roles; the role of one, "" for an ordinary one. */
size_t google_projects_count(const struct estate *e);
const char *google_projects_role(const struct estate *e, size_t project);

/* Whether what is in it can be asked for: of others the truth is hidden. */
bool google_projects_is_open(const struct estate *e, size_t project);

/* Tells the truth of a thing where its project is open, the hidden one where it is not. */
void google_projects_tell(struct estate *e, size_t project, const char *region, const char *const type_id_key[3]);

/* Accounts of lists; borrowed. */
const char *google_projects_organization(const struct estate *e);

#endif

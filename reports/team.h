#ifndef REPORTS_TEAM_H
#define REPORTS_TEAM_H

/*
 * The name of a team's folder; free(). Letters of any language, digits, space, dot, '-' and '_' stay; all
 * else becomes '_', since a tag may name a team anything. A name that had to be changed or cut, and one
 * that looks as if it had been, gets "-" and twelve hex digits of its SHA-256: two teams never share a
 * folder.
 */
enum { TEAM_FOLDER_MAX = 100 }; /* bytes, the digits included */
char *team_folder(const char *team);

#endif

#ifndef CORE_BASE_BANNED_H
#define CORE_BASE_BANNED_H

/*
 * Functions that cannot be used safely, made into compile errors. The build includes this header ahead
 * of every file of ours; the system's headers that declare them come first. Use what stands beside.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BANNED(name) sorry_##name##_is_banned_see_core_base_banned_h

#undef strcpy
#define strcpy(...) BANNED(strcpy) /* buffer_append, memory_string */
#undef strcat
#define strcat(...) BANNED(strcat) /* buffer_append */
#undef strncpy
#define strncpy(...) BANNED(strncpy) /* memory_string_n */
#undef strncat
#define strncat(...) BANNED(strncat)
#undef sprintf
#define sprintf(...) BANNED(sprintf) /* snprintf, buffer_append_format */
#undef vsprintf
#define vsprintf(...) BANNED(vsprintf)
#undef strtok
#define strtok(...) BANNED(strtok) /* text_cut */
#undef gmtime
#define gmtime(...) BANNED(gmtime) /* timestamp_* */
#undef localtime
#define localtime(...) BANNED(localtime)
#undef ctime
#define ctime(...) BANNED(ctime)
#undef asctime
#define asctime(...) BANNED(asctime)
#undef atoi
#define atoi(...) BANNED(atoi) /* text_to_int64 */
#undef atol
#define atol(...) BANNED(atol)
#undef rand
#define rand(...) BANNED(rand) /* struct random_source */
#undef system
#define system(...) BANNED(system) /* execve, without a shell */
#undef popen
#define popen(...) BANNED(popen)
#undef alloca
#define alloca(...) BANNED(alloca) /* memory_new */

#endif

#ifndef SCANNER_DEFAULT_CLOUD_H
#define SCANNER_DEFAULT_CLOUD_H

#include "core/config.h"

/*
 * Which cloud a scan without a config means: the one that this machine has credentials for, in its environment or in
 * the files where the clouds' own tools look. AWS where both have some, and where neither has: a machine's role shows only
 * to who asks for it.
 */
enum config_cloud default_cloud(void);

#endif

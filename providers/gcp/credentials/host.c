#include "providers/gcp/credentials/host.h"

#include <sys/stat.h>

static bool is_open_to_others(void *ctx, const char *path)
{
    struct stat st;
    (void)ctx;
    return stat(path, &st) == 0 && (st.st_mode & S_IROTH) != 0;
}

struct gcp_host gcp_host_system(void)
{
    return (struct gcp_host){ aws_host_system(), is_open_to_others, NULL };
}

const char *gcp_host_variable(const struct gcp_host *host, const char *name)
{
    const char *value = host->machine.variable(host->machine.ctx, name);
    return text_trim(text_of(value)).len > 0 ? value : NULL;
}

bool gcp_host_read(const struct gcp_host *host, const char *path, struct buffer *out,
                   struct error *err)
{
    bool absent = false;
    if (!host->machine.read_file(host->machine.ctx, path, out, &absent, err))
        return false;
    return !absent || error_set(err, ERROR_IO, "%s: no such file", path);
}

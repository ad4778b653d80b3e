#include "scanner/probing/probe_vantage.h"

#include "core/base/ip.h"
#include "core/base/memory.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

enum { NAME_BYTES = 256 };

char *probe_vantage_name(void)
{
    char name[NAME_BYTES] = "";
    if (gethostname(name, sizeof name - 1) != 0 || name[0] == '\0')
        return memory_string("unnamed");
    return memory_string(name);
}

static bool write_address(const struct sockaddr *at, char out[INET6_ADDRSTRLEN])
{
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    if (at->sa_family == AF_INET) {
        memcpy(&v4, at, sizeof v4);
        return inet_ntop(AF_INET, &v4.sin_addr, out, INET6_ADDRSTRLEN) != NULL;
    }
    if (at->sa_family != AF_INET6)
        return false;
    memcpy(&v6, at, sizeof v6);
    return !IN6_IS_ADDR_LINKLOCAL(&v6.sin6_addr) &&
           inet_ntop(AF_INET6, &v6.sin6_addr, out, INET6_ADDRSTRLEN) != NULL;
}

void probe_vantage_addresses(struct string_list *out)
{
    struct ifaddrs *all = NULL;
    char text[INET6_ADDRSTRLEN], normal[IP_TEXT_MAX];
    if (getifaddrs(&all) != 0)
        return;
    for (const struct ifaddrs *i = all; i != NULL && out->count < VANTAGE_ADDRESSES_MAX;
         i = i->ifa_next)
        if (i->ifa_addr != NULL && (i->ifa_flags & IFF_LOOPBACK) == 0 &&
            write_address(i->ifa_addr, text) && ip_normal(text_of(text), normal))
            string_list_add(out, normal);
    freeifaddrs(all);
}

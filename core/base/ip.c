#include "core/base/ip.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

bool ip_normal(struct text address, char out[IP_TEXT_MAX])
{
    char text[IP_TEXT_MAX];
    unsigned char bytes[sizeof(struct in6_addr)];
    if (address.len >= sizeof text ||
        memchr(address.data == NULL ? "" : address.data, '\0', address.len) != NULL)
        return false;
    memcpy(text, address.len == 0 ? "" : address.data, address.len);
    text[address.len] = '\0';
    int family = strchr(text, ':') == NULL ? AF_INET : AF_INET6;
    if (inet_pton(family, text, bytes) != 1)
        return false;
    inet_ntop(family, bytes, out, IP_TEXT_MAX);
    return true;
}

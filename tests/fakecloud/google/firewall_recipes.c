#include "tests/fakecloud/google/firewall_recipes.h"

#define TCP(ports) "\"allowed\":[{\"IPProtocol\":\"tcp\",\"ports\":[" ports "]}]"
#define NO_TCP(ports) "\"denied\":[{\"IPProtocol\":\"tcp\",\"ports\":[" ports "]}]"
#define ALLOW(protocol) "\"allowed\":[{\"IPProtocol\":\"" protocol "\"}]"
#define FROM(ranges) ",\"sourceRanges\":[" ranges "]"
#define WORLD FROM("\"0.0.0.0/0\"")
#define TAGGED(tag) ",\"targetTags\":[\"" tag "\"]"
#define IN ",\"direction\":\"INGRESS\""
#define NOTHING NULL, NULL, NULL, NULL, NULL, NULL
#define ANY "[\"0.0.0.0/0\"]"
#define ALL "[\"all\"]"
#define SSH FIREWALL_ADMIN, "tcp/22", "critical", "\"22\"", ANY, ALL

static const struct firewall_recipe recipes[] = {
    { "ssh-anywhere", { { "ssh", 1000, TCP("\"22\"") WORLD IN, SSH } } },
    { "rdp-over-v6",
      { { "rdp", 1000, TCP("\"3389\"") FROM("\"::/0\"") IN, FIREWALL_ADMIN, "tcp/3389", "critical",
          "\"3389\"", "[\"::/0\"]", ALL } } },
    { "v4-in-halves",
      { { "halves", 1000, TCP("\"22\"") FROM("\"0.0.0.0/1\",\"128.0.0.0/1\"") IN, FIREWALL_ADMIN,
          "tcp/22", "critical", "\"22\"", "[\"0.0.0.0/1\",\"128.0.0.0/1\"]", ALL } } },
    { "no-sources", { { "any", 1000, TCP("\"22\"") IN, SSH } } },
    { "by-number",
      { { "six", 1000, "\"allowed\":[{\"IPProtocol\":\"6\",\"ports\":[\"22\"]}]" WORLD IN,
          SSH } } },
    { "everything",
      { { "all", 1000, ALLOW("all") WORLD IN, FIREWALL_ADMIN, "all", "critical", "\"all\"", ANY,
          ALL } } },
    { "switched-off", { { "ssh", 1000, TCP("\"22\"") WORLD ",\"disabled\":true" IN, NOTHING } } },
    { "denied-first",
      { { "no", 900, NO_TCP("\"22\"") WORLD IN, NOTHING },
        { "yes", 1000, TCP("\"22\"") WORLD IN, NOTHING } } },
    { "denied-at-par",
      { { "no", 1000, NO_TCP("\"22\"") WORLD IN, NOTHING },
        { "yes", 1000, TCP("\"22\"") WORLD IN, NOTHING } } },
    { "denied-later",
      { { "no", 1100, NO_TCP("\"22\"") WORLD IN, NOTHING },
        { "yes", 1000, TCP("\"22\"") WORLD IN, SSH } } },
    { "denied-for-some",
      { { "no", 900, NO_TCP("\"22\"") WORLD TAGGED("db") IN, NOTHING },
        { "yes", 1000, TCP("\"22\"") WORLD IN, SSH } } },
    { "denied-for-all",
      { { "no", 900, NO_TCP("\"22\"") WORLD IN, NOTHING },
        { "yes", 1000, TCP("\"22\"") WORLD TAGGED("web") IN, NOTHING } } },
    { "denied-in-part",
      { { "no", 900, NO_TCP("\"22\"") FROM("\"104.16.0.0/12\"") IN, NOTHING },
        { "yes", 1000, TCP("\"22\"") WORLD IN, SSH } } },
    { "through-iap",
      { { "iap", 1000, TCP("\"22\",\"3389\"") FROM("\"35.235.240.0/20\"") IN, NOTHING } } },
    { "health-checks",
      { { "health", 1000, TCP("\"8080\"") FROM("\"130.211.0.0/22\",\"35.191.0.0/16\"") IN,
          NOTHING } } },
    { "web",
      { { "https", 1000, TCP("\"443\"") WORLD TAGGED("web") IN, FIREWALL_OPEN, "tcp/443", "low",
          "\"443\"", ANY, "[\"tag web\"]" } } },
    { "database",
      { { "postgres", 1000, TCP("\"5432\"") WORLD IN, FIREWALL_OPEN, "tcp/5432", "critical", "\"5432\"",
          ANY, ALL } } },
    { "ping",
      { { "icmp", 1000, ALLOW("icmp") WORLD IN, FIREWALL_OPEN, "icmp", "low", NULL, ANY, ALL } } },
    { "from-tags",
      { { "tags", 1000, TCP("\"22\"") ",\"sourceTags\":[\"bastion\"]" IN, NOTHING } } },
    { "office", { { "office", 1000, TCP("\"22\"") FROM("\"198.51.100.0/24\"") IN, NOTHING } } },
    { "outward",
      { { "egress", 1000,
          TCP("\"22\"") ",\"destinationRanges\":[\"0.0.0.0/0\"],\"direction\":\"EGRESS\"",
          NOTHING } } },
};

static const struct firewall_recipe of_default = {
    "default-allow",
    { { "internal", 65534,
        "\"allowed\":[{\"IPProtocol\":\"tcp\",\"ports\":[\"0-65535\"]},{\"IPProtocol\":\"udp\",\"ports\":[\"0-65535\"]},"
        "{\"IPProtocol\":\"icmp\"}]" FROM("\"10.128.0.0/9\"") IN,
        NOTHING },
      { "icmp", 65534, ALLOW("icmp") WORLD IN, FIREWALL_OPEN, "icmp", "low", NULL, ANY, ALL },
      { "rdp", 65534, TCP("\"3389\"") WORLD IN, FIREWALL_ADMIN, "tcp/3389", "critical", "\"3389\"", ANY,
        ALL },
      { "ssh", 65534, TCP("\"22\"") WORLD IN, SSH } },
};

const struct firewall_recipe *firewall_recipes_all(size_t *out_count)
{
    *out_count = sizeof recipes / sizeof *recipes;
    return recipes;
}

const struct firewall_recipe *firewall_recipes_default(void)
{
    return &of_default;
}

/* Addresses that are the same read the same; what is no address is none. */
#include "core/base/ip.h"
#include "tests/unit/unit.h"

static void expect(const char *address, const char *wanted)
{
    char got[IP_TEXT_MAX] = "untouched";
    assert_true(ip_normal(text_of(address), got));
    assert_string_equal(got, wanted);
}

static void every_writing_of_an_address_has_one_form(void **state)
{
    (void)state;
    expect("203.0.113.7", "203.0.113.7");
    expect("10.0.0.0", "10.0.0.0");
    expect("2001:DB8:0:0:0:0:0:1", "2001:db8::1");
    expect("2001:0db8::0001", "2001:db8::1");
    expect("2600:1900:4000:318:0:0:0:0", "2600:1900:4000:318::");
    expect("fe80::1:0:0:1", "fe80::1:0:0:1");
    expect("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255",
           "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
}

static void what_is_no_address_by_itself_is_none(void **state)
{
    (void)state;
    static const char *const others[] = {
        "",
        "10.0.0.0/8",
        "10.0.0",
        "256.0.0.1",
        "10.0.0.1:80",
        "AWS Internal",
        "ec2.amazonaws.com",
        "fe80::1%0",
        "[2001:db8::1]",
        "2001:db8::/64",
        " 10.0.0.1",
        "10.0.0.1 ",
        "::1::",
        "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb",
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        char got[IP_TEXT_MAX] = "untouched";
        assert_false(ip_normal(text_of(others[i]), got));
        assert_string_equal(got, "untouched");
    }
    char got[IP_TEXT_MAX] = "untouched";
    assert_false(ip_normal((struct text){ "10.0.0.1\0x", 10 }, got));
    assert_false(ip_normal((struct text){ NULL, 0 }, got));
}

static void addresses_that_many_networks_have_are_private(void **state)
{
    (void)state;
    static const char *const private[] = { "10.0.0.0",    "10.255.255.255",
                                           "172.16.0.0",  "172.31.255.255",
                                           "192.168.0.1", "100.64.0.0",
                                           "100.127.1.1", "169.254.169.254",
                                           "127.0.0.1",   "fc00::1",
                                           "fdff::",      "fe80::1",
                                           "febf::1",     "::1" };
    static const char *const public[] = {
        "9.255.255.255", "11.0.0.0",    "172.15.1.1",  "172.32.0.0", "192.167.1.1", "192.169.0.0",
        "100.63.1.1",    "100.128.0.0", "169.253.1.1", "128.0.0.1",  "fbff::1",     "fe00::1",
        "fec0::1",       "2001:db8::1", "::2",         "nobody"
    };
    for (size_t i = 0; i < sizeof private / sizeof *private; i++)
        assert_true(ip_is_private(private[i]));
    for (size_t i = 0; i < sizeof public / sizeof *public; i++)
        assert_false(ip_is_private(public[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_writing_of_an_address_has_one_form),
        cmocka_unit_test(addresses_that_many_networks_have_are_private),
        cmocka_unit_test(what_is_no_address_by_itself_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

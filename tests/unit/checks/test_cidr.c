/* Ranges of addresses, and which sets of them are the internet. */
#include "checks/cidr.h"
#include "tests/unit/unit.h"

#include <stdlib.h>

static struct cidr range(const char *text)
{
    struct cidr c = { 0 };
    assert_true(cidr_parse(text_of(text), &c));
    return c;
}

/* A set as words; the family is the first range's. */
static bool covers(const char *words)
{
    struct cidr list[300];
    size_t count = 0;
    struct text rest = text_of(words);
    while (rest.data != NULL) {
        assert_true(count < 300);
        assert_true(cidr_parse(text_cut(&rest, ' '), &list[count++]));
    }
    return cidr_covers_internet(list, count, list[0].family);
}

static void ranges_are_read_and_written_in_one_form(void **state)
{
    (void)state;
    static const char *const forms[][2] = {
        { "10.1.2.3/8", "10.0.0.0/8" },
        { "8.8.8.8", "8.8.8.8/32" },
        { "0.0.0.0/0", "0.0.0.0/0" },
        { "2001:DB8:0::1/33", "2001:db8::/33" },
        { "::/0", "::/0" },
        { "2001:db8::1", "2001:db8::1/128" },
        { "255.255.255.255/25", "255.255.255.128/25" },
    };
    char out[CIDR_TEXT_MAX];
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct cidr c = range(forms[i][0]);
        cidr_write(&c, out);
        assert_string_equal(out, forms[i][1]);
    }
}

static void what_is_no_range_is_refused(void **state)
{
    (void)state;
    static const char *const words[] = {
        "",
        "/",
        "/8",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0/8",
        "10.0.0.0/8/8",
        "::/129",
        "g::/1",
        "10.0.0.0 /8",
        "pl-12345678",
        "010.0.0.0/8",
        "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc/1"
    };
    struct cidr c;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_false(cidr_parse(text_of(words[i]), &c));
}

static void containing_is_within_a_family(void **state)
{
    (void)state;
    struct cidr all = range("0.0.0.0/0"), ten = range("10.0.0.0/8"), part = range("10.128.0.0/9");
    struct cidr all6 = range("::/0"), odd = range("10.64.0.0/10");
    assert_true(cidr_contains(&all, &ten));
    assert_true(cidr_contains(&ten, &part));
    assert_true(cidr_contains(&ten, &ten));
    assert_false(cidr_contains(&part, &ten));
    assert_false(cidr_contains(&part, &odd));
    assert_false(cidr_contains(&all6, &ten));
    assert_false(cidr_contains(&all, &all6));
}

static void public_is_what_the_registries_leave(void **state)
{
    (void)state;
    static const char *const not_public[] = {
        "0.0.0.0/8",       "10.1.0.0/16",   "100.64.0.0/10", "127.0.0.1",       "169.254.0.0/16",
        "172.16.0.0/12",   "192.0.0.0/24",  "192.0.2.0/24",  "192.168.255.255", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.7",   "224.0.0.0/4",   "255.255.255.255", "fc00::/7",
        "fe80::/10",       "::1",           "::/3",          "ff00::/8",        "2001:db8::/32",
        "2001::/32",       "2002:a00::/24", "3fff::1",       "4000::/2",        "64:ff9b::/96",
    };
    static const char *const public[] = { "0.0.0.0/0",       "8.0.0.0/7",     "8.8.8.8",
                                          "11.0.0.0/8",      "100.128.0.0/9", "172.0.0.0/8",
                                          "172.32.0.0/12",   "192.0.1.0/24",  "203.0.112.0/23",
                                          "223.255.255.255", "::/0",          "2000::/3",
                                          "2600::/12",       "2001:200::1" };
    for (size_t i = 0; i < sizeof not_public / sizeof *not_public; i++) {
        struct cidr c = range(not_public[i]);
        assert_false(cidr_is_public(&c));
    }
    for (size_t i = 0; i < sizeof public / sizeof *public; i++) {
        struct cidr c = range(public[i]);
        assert_true(cidr_is_public(&c));
    }
}

static void halves_and_heaps_are_the_internet(void **state)
{
    (void)state;
    assert_true(covers("0.0.0.0/0"));
    assert_true(covers("0.0.0.0/1 128.0.0.0/1"));
    assert_true(covers("0.0.0.0/1"));
    assert_true(covers("128.0.0.0/1"));
    assert_true(covers("64.0.0.0/2"));
    assert_true(covers("3.0.0.0/8 13.0.0.0/8 52.0.0.0/8 54.0.0.0/8"));
    assert_true(covers("64.0.0.0/6"));
    assert_true(covers("::/0"));
    assert_true(covers("::/1 8000::/1"));
    assert_true(covers("::/1"));
    assert_true(covers("2000::/3"));
    assert_true(covers("2000::/12"));
    assert_true(covers("2600::/12"));
    assert_true(covers("2a00::/13 2a08::/13"));
}

static void what_one_company_may_hold_is_not(void **state)
{
    (void)state;
    assert_false(covers("17.0.0.0/8"));
    assert_false(covers("15.0.0.0/8 16.0.0.0/8"));
    assert_false(covers("64.0.0.0/7"));
    assert_false(covers("3.0.0.0/8 13.0.0.0/8 52.0.0.0/8"));
    assert_false(covers("8.8.8.8/32"));
    assert_false(covers("10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10"));
    assert_false(covers("224.0.0.0/3"));
    assert_false(covers("2600::/13"));
    assert_false(covers("8000::/1"));
    assert_false(covers("fc00::/7 fe80::/10 2001:db8::/32 2002::/16"));
}

static void overlaps_count_once_and_families_apart(void **state)
{
    (void)state;
    /* The same /7 many times, and in pieces, stays a /7. */
    assert_false(covers("64.0.0.0/7 64.0.0.0/7 64.0.0.0/8 65.0.0.0/8 65.1.0.0/16 64.0.0.0/7"));
    struct cidr six[] = { range("::/0"), range("10.0.0.0/8") };
    assert_false(cidr_covers_internet(six, 2, 4));
    assert_true(cidr_covers_internet(six, 2, 6));
    assert_false(cidr_covers_internet(NULL, 0, 4));
    /* Ranges longer than /64 never make the internet. */
    struct cidr *many = calloc(1000, sizeof *many);
    assert_non_null(many);
    for (size_t i = 0; i < 1000; i++) {
        many[i] = range("2600::/65");
        many[i].bytes[3] = (unsigned char)i;
    }
    assert_false(cidr_covers_internet(many, 1000, 6));
    free(many);
}

static void a_hundred_slash_eights_are_the_internet(void **state)
{
    (void)state;
    struct cidr list[100];
    for (size_t i = 0; i < 100; i++) {
        list[i] = range("11.0.0.0/8");
        list[i].bytes[0] = (unsigned char)(111 - i);
    }
    assert_true(cidr_covers_internet(list, 100, 4));
    assert_false(cidr_covers_internet(list, 3, 4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_are_read_and_written_in_one_form),
        cmocka_unit_test(what_is_no_range_is_refused),
        cmocka_unit_test(containing_is_within_a_family),
        cmocka_unit_test(public_is_what_the_registries_leave),
        cmocka_unit_test(halves_and_heaps_are_the_internet),
        cmocka_unit_test(what_one_company_may_hold_is_not),
        cmocka_unit_test(overlaps_count_once_and_families_apart),
        cmocka_unit_test(a_hundred_slash_eights_are_the_internet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

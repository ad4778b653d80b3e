/* Sets of addresses: what is joined, what is taken away, and both ends of the address space. */
#include "checks/spans.h"
#include "tests/unit/unit.h"

#include <inttypes.h>
#include <stdio.h>

static struct spans spans_of(const char *ranges)
{
    struct spans s = { NULL, 0, 0 };
    struct text rest = text_of(ranges);
    while (rest.data != NULL && rest.len > 0) {
        struct cidr range;
        assert_true(cidr_parse(text_cut(&rest, ' '), &range));
        spans_add(&s, &range);
    }
    spans_settle(&s);
    return s;
}

/* Each span as "first-last" in hexadecimal. */
static void is(struct spans s, const char *wanted)
{
    char came[256] = "";
    for (size_t i = 0; i < s.count; i++)
        snprintf(came + strlen(came), sizeof came - strlen(came), "%s%" PRIx64 "-%" PRIx64,
                 i == 0 ? "" : " ", s.items[i].first, s.items[i].last);
    assert_string_equal(came, wanted);
    spans_release(&s);
}

static struct spans joined(const char *a, const char *b)
{
    struct spans s = spans_of(a), more = spans_of(b);
    spans_join(&s, &more);
    spans_release(&more);
    return s;
}

static struct spans without(const char *a, const char *b)
{
    struct spans s = spans_of(a), less = spans_of(b);
    struct spans out = spans_without(&s, &less);
    spans_release(&s);
    spans_release(&less);
    return out;
}

static void what_touches_is_one(void **state)
{
    (void)state;
    is(spans_of(""), "");
    is(spans_of("10.0.1.0/24 10.0.0.0/24 10.0.0.7/32"), "a000000-a0001ff");
    is(spans_of("0.0.0.0/1 128.0.0.0/1"), "0-ffffffff");
    is(spans_of("10.0.2.0/24 10.0.0.0/24"), "a000000-a0000ff a000200-a0002ff");
}

static void six_is_counted_in_networks_of_64_bits(void **state)
{
    struct spans all = { NULL, 0, 0 };
    (void)state;
    is(spans_of("2600::/64 2600:0:0:1::/64 2600:0:0:3::1/128"),
       "2600000000000000-2600000000000001");
    is(spans_of("::/1 8000::/1"), "0-ffffffffffffffff");
    spans_fill(&all, 6);
    is(all, "0-ffffffffffffffff");
}

static void joining_keeps_order_and_joins_what_touches(void **state)
{
    (void)state;
    is(joined("", "10.0.0.0/24"), "a000000-a0000ff");
    is(joined("10.0.0.0/24", ""), "a000000-a0000ff");
    is(joined("10.0.0.0/24 10.0.2.0/24", "10.0.1.0/24 10.0.4.0/24"),
       "a000000-a0002ff a000400-a0004ff");
    is(joined("10.0.0.0/8", "10.0.1.0/24 0.0.0.0/8"), "0-ffffff a000000-affffff");
    is(joined("8000::/1", "ffff::/16 ::/1"), "0-ffffffffffffffff");
}

static void taking_away_leaves_what_is_left(void **state)
{
    (void)state;
    is(without("10.0.0.0/24", ""), "a000000-a0000ff");
    is(without("", "10.0.0.0/24"), "");
    is(without("10.0.0.0/24", "10.0.0.0/24"), "");
    is(without("10.0.0.0/24", "10.0.0.0/25"), "a000080-a0000ff");
    is(without("10.0.0.0/24", "10.0.0.16/28 10.0.0.255/32"), "a000000-a00000f a000020-a0000fe");
    is(without("10.0.0.0/24 10.0.2.0/24", "10.0.0.128/25 10.0.2.0/25"),
       "a000000-a00007f a000280-a0002ff");
    is(without("0.0.0.0/0", "0.0.0.0/8 255.0.0.0/8"), "1000000-feffffff");
    is(without("::/0", "8000::/1"), "0-7fffffffffffffff");
    is(without("10.0.0.0/24", "0.0.0.0/0"), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_touches_is_one),
        cmocka_unit_test(six_is_counted_in_networks_of_64_bits),
        cmocka_unit_test(joining_keeps_order_and_joins_what_touches),
        cmocka_unit_test(taking_away_leaves_what_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

"""The order and the pages in which a cloud tells its lists mean nothing."""
import estate as e
from answers import Pager
from proxy import Rule

PAGED = ["DescribeSecurityGroups", "DescribeSubnets", "DescribeNetworkInterfaces", "DescribeInstances", "ListUsers", "ListRoles"]


def test_lists_in_another_order_are_no_change(watch, full, faults):
    watch.scan()
    sheet = watch.bytes("inventory.csv")
    faults.reorder()
    watch.next_night("--detailed-exitcode", status=0)
    assert watch.changes() == [] and watch.bytes("inventory.csv") == sheet


def test_pages_are_followed_to_the_end(watch, full, faults, proxy):
    faults.paged(PAGED, 2)
    watch.scan()
    assert watch.inventory() == full.truth.resources and watch.findings() == full.truth.findings
    subnets = len([r for r in full.truth.resources if r[:3] == (e.SHOP, e.EAST, "aws_ec2_subnet")])
    assert proxy.count("DescribeSubnets", account=e.SHOP, region=e.EAST) == -(-subnets // 2)


def test_pages_of_another_size_and_order_are_no_change(watch, full, faults, proxy):
    faults.paged(PAGED, 3)
    watch.scan()
    sheet = watch.bytes("inventory.csv")
    proxy.clear()
    faults.reorder()
    faults.paged(PAGED, 2)
    watch.next_night("--detailed-exitcode", status=0)
    assert watch.changes() == [] and watch.bytes("inventory.csv") == sheet


def test_an_item_that_moves_between_pages_is_one_item(watch, full, faults):
    watch.scan()
    sheet = watch.bytes("inventory.csv")
    # Something comes in at the front after the first page: its last item is seen again on the second.
    faults.paged("DescribeSubnets", 2, lambda items, page: items if page == 0 else items[:1] + items)
    watch.next_night("--detailed-exitcode", status=0)
    assert watch.changes() == [] and watch.bytes("inventory.csv") == sheet


def test_a_page_that_fails_closes_nothing_and_opens_what_it_saw(watch, full, faults):
    watch.scan()
    before = watch.inventory()
    new = full.group(e.SHOP, e.EAST, "on-page-one")
    gone = full.names[e.SHOP, e.EAST, "dns-for-all"]
    full.delete_group(e.SHOP, e.EAST, gone)
    faults.paged("DescribeSecurityGroups", 2, lambda items, page: items[::-1])
    faults.deny("DescribeSecurityGroups", account=e.SHOP, region=e.EAST, where=lambda c: "NextToken" in c.params)
    watch.next_night("--detailed-exitcode", status=4)
    assert watch.inventory() == before | {(e.SHOP, e.EAST, "aws_ec2_security_group", new)}
    assert not watch.changes(change="removed") and not watch.findings(state="resolved")


def test_a_token_that_comes_again_ends_in_failed_and_not_in_a_circle(watch, full, proxy):
    pager = Pager(2)

    def stuck(call, reply):
        call.params["NextToken"] = "0"
        return pager.after(call, reply)

    proxy.add(Rule("stuck", lambda c: c.matches("DescribeSubnets", account=e.SHOP, region=e.EAST), request=pager.request, after=stuck))
    watch.scan("--detailed-exitcode", status=5)
    assert watch.incomplete() == {(e.SHOP, e.EAST, "aws_ec2_subnet"): "failed"}
    assert proxy.count("DescribeSubnets", account=e.SHOP, region=e.EAST) < 10

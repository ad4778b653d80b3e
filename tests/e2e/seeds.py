"""Which estate the tests walk over. `bare` is three accounts with what moto puts there; `full` adds
the good and the bad."""
import itertools

from corrections import Root
from estate import ACCOUNTS, ADMIN, ANYWHERE, ANYWHERE6, DATA, EAST, OPEN, ROOT_KEY, ROOT_MFA, ROOT_VIRTUAL, SHOP, TOKYO, ZERO, learn_account, permission, tcp


def bare(estate):
    return bare_accounts(estate, ACCOUNTS)


def bare_accounts(estate, accounts):
    for account in accounts:
        learn_account(estate, account)
    return estate


def full(estate):
    bare(estate)
    roots(estate)
    right_groups(estate)
    wrong_groups(estate)
    machines(estate)
    people(estate)
    buckets(estate)
    return estate


def roots(estate):
    estate.corrections.roots = {ZERO: Root(virtual_device=True), SHOP: Root(mfa=False), DATA: Root(access_key=True)}
    estate.know(ZERO, "global", "aws_iam_virtual_mfa_device", f"arn:aws:iam::{ZERO}:mfa/phone-of-the-boss", f"arn:aws:iam::{ZERO}:mfa/phone-of-the-boss")
    estate.expect(ROOT_VIRTUAL, ZERO, "global", ZERO)
    estate.expect(ROOT_MFA, SHOP, "global", SHOP)
    estate.expect(ROOT_KEY, DATA, "global", DATA)


def right_groups(estate):
    estate.group(ZERO, EAST, "inside", tcp(22, "10.0.0.0/8"), permission("-1", -1, -1, "192.168.0.0/16"))
    estate.group(SHOP, TOKYO, "partner", tcp(443, "203.0.113.0/24", "2001:db8::/32"))
    office = estate.prefix_list(SHOP, EAST, "offices", "198.51.100.0/24", "203.0.113.7/32")
    estate.group(SHOP, EAST, "from-offices", tcp(22, lists=[office]))
    estate.group(DATA, TOKYO, "a-large-network", tcp(22, "203.0.0.0/8"))


def wrong_groups(estate):
    """Each is wrong in one way. Half of them twice, so that one region's denial leaves others."""
    ssh = estate.group(ZERO, EAST, "ssh-anywhere", tcp(22, ANYWHERE), tags=[("Name", "bastion"), ("team", "core")])
    estate.expect(ADMIN, ZERO, EAST, ssh, "tcp/22")
    ssh = estate.group(SHOP, TOKYO, "ssh-anywhere", tcp(22, ANYWHERE))
    estate.expect(ADMIN, SHOP, TOKYO, ssh, "tcp/22")
    rdp = estate.group(SHOP, EAST, "rdp-over-v6", tcp(3389, ANYWHERE6))
    estate.expect(ADMIN, SHOP, EAST, rdp, "tcp/3389")
    split = estate.group(DATA, EAST, "split-in-two", tcp(22, "0.0.0.0/1", "128.0.0.0/1"))
    estate.expect(ADMIN, DATA, EAST, split, "tcp/22")
    world = estate.prefix_list(DATA, TOKYO, "the-world", ANYWHERE)
    listed = estate.group(DATA, TOKYO, "by-prefix-list", tcp(22, lists=[world]))
    estate.expect(ADMIN, DATA, TOKYO, listed, "tcp/22")
    web = estate.group(ZERO, TOKYO, "web-8080", tcp(8080, ANYWHERE))
    estate.expect(OPEN, ZERO, TOKYO, web, "tcp/8080")
    dns = estate.group(SHOP, EAST, "dns-for-all", permission("udp", 53, 53, ANYWHERE))
    estate.expect(OPEN, SHOP, EAST, dns, "udp/53")


def machines(estate):
    subnet, group = estate.names[SHOP, EAST, "subnet"], estate.names[SHOP, EAST, "rdp-over-v6"]
    estate.instance(SHOP, EAST, subnet, group, "shop-web")
    card = estate.interface(ZERO, EAST, estate.names[ZERO, EAST, "subnet"], [estate.names[ZERO, EAST, "ssh-anywhere"]])
    estate.address(ZERO, EAST, card)
    estate.address(DATA, TOKYO)


def people(estate):
    for account, name in itertools.product((ZERO, SHOP), ("alice", "bob")):
        estate.user(account, name)
    estate.user(DATA, "=1+1")  # a name that a spreadsheet would compute
    estate.role(DATA, "loader")


def buckets(estate):
    public = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::zero-site/*"}]}
    estate.bucket(ZERO, EAST, "zero-logs", block=True)
    estate.bucket(ZERO, EAST, "zero-site", policy=public)
    estate.bucket(SHOP, TOKYO, "shop-orders.archive", block=True)
    estate.bucket(DATA, TOKYO, "data-lake")

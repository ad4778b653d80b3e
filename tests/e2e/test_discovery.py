"""Which accounts there are: AWS Organizations, and the nights on which it does not answer."""
import json

import pytest

import estate as e
import seeds
from proxy import Reply, Rule

ORGANIZATION = [{"aws": {"organization": {}, "role": e.ROLE, "regions": " ".join(e.REGIONS)}}]


@pytest.fixture
def organization(empty_estate, watch):
    """The base account's organization with two members; a watch that discovers them. Their ids."""
    orgs = empty_estate.client("organizations")
    orgs.create_organization(FeatureSet="ALL")
    made = [orgs.create_account(AccountName=n, Email=f"{n}@example.com")["CreateAccountStatus"]["AccountId"] for n in ("red", "blue")]
    seeds.bare_accounts(empty_estate, [e.BASE, *made])
    for account in made:  # Organizations makes it
        empty_estate.know(account, "global", "aws_iam_role", "OrganizationAccountAccessRole")
    watch.config(ORGANIZATION)
    return made


def test_an_organizations_accounts_are_walked(watch, organization, empty_estate, proxy):
    watch.scan()
    assert {r[0] for r in watch.inventory(type="aws_account")} == {e.BASE, *organization}
    names = {r["account"]: r["account_name"] for r in watch.rows("inventory.csv")}
    assert [names[a] for a in organization] == ["red", "blue"]
    assert watch.inventory() == empty_estate.truth.resources


def test_accounts_come_in_pages(watch, organization, proxy):

    def two_pages(call, reply):
        accounts = sorted(json.loads(reply.body)["Accounts"], key=lambda a: a["Id"])
        page = {"Accounts": accounts[2:]} if call.params.get("NextToken") else {"Accounts": accounts[:2], "NextToken": "more"}
        return Reply(200, json.dumps(page).encode(), reply.headers)

    proxy.add(Rule("pages", lambda c: c.operation == "ListAccounts", after=two_pages,
                   request=lambda c, body: json.dumps({}).encode()))
    watch.scan()
    assert {r[0] for r in watch.inventory(type="aws_account")} == {e.BASE, *organization}
    assert proxy.count("ListAccounts") == 2


def test_a_denied_discovery_uses_last_nights_list_and_says_so(watch, organization, faults):
    watch.scan()
    sheet = watch.bytes("inventory.csv")
    rule = faults.deny("ListAccounts")
    watch.next_night("--detailed-exitcode", status=4)
    assert watch.bytes("inventory.csv") == sheet and not watch.changes(change="removed")
    said = [r for r in watch.rows("coverage.csv") if r["type"] == "discovery"]
    assert len(said) == 1 and said[0]["outcome"] == "denied" and "ListAccounts" in said[0]["reason"]
    faults.proxy.remove(rule)
    watch.next_night("--detailed-exitcode", status=0)
    assert watch.bytes("inventory.csv") == sheet


def test_a_discovery_that_never_worked_leaves_nothing_to_walk_and_says_so(watch, organization, faults):
    faults.deny("ListAccounts")
    result = watch.run("scan", "--detailed-exitcode")
    assert result.status in (1, 4) and "ListAccounts" in result.err + result.out


def test_an_account_closed_in_the_organization_is_gone_with_its_cause(watch, organization, empty_estate):
    watch.scan()
    red = organization[0]
    empty_estate.client("organizations").remove_account_from_organization(AccountId=red)
    watch.next_night()
    assert red not in {r[0] for r in watch.inventory()}
    assert {r[1] for r in watch.changes(change="removed")} == {red}
    causes = watch.select("SELECT DISTINCT closed_cause FROM version JOIN resource ON resource.id = version.resource "
                          "JOIN account ON account.id = resource.account WHERE account.account = ? AND to_run IS NOT NULL", red)
    assert causes == [{"closed_cause": "account closed"}]


def test_a_suspended_account_is_frozen(watch, organization, proxy):
    watch.scan()
    before, red = watch.inventory(), organization[0]

    def suspend(call, reply):
        body = json.loads(reply.body)
        for account in body["Accounts"]:
            if account["Id"] == red:
                account["Status"] = account["State"] = "SUSPENDED"
        return Reply(200, json.dumps(body).encode(), reply.headers)

    proxy.add(Rule("suspend", lambda c: c.operation == "ListAccounts", after=suspend))
    proxy.forget_calls()
    told = watch.next_night("--detailed-exitcode", status=0)
    assert watch.inventory() == before and not watch.changes(change="removed")
    assert proxy.count(account=red) == 0
    assert [line for line in told.err.splitlines() if red in line and "not read: the account is suspended" in line]


def test_an_account_taken_out_of_the_config_is_out_of_scope_and_not_gone(watch, full):
    watch.scan()
    watch.accounts({e.ZERO: "zero", e.DATA: "data"})
    watch.next_night()
    assert not watch.changes(change="removed") and not watch.findings(state="resolved")
    assert {f[1] for f in watch.findings(state="out_of_scope")} == {e.SHOP}
    watch.accounts(e.ACCOUNTS)
    watch.next_night()
    assert watch.findings() == full.truth.findings and watch.inventory() == full.truth.resources
    assert not watch.changes(change="added")


def test_regions_all_asks_the_account_which_it_has(watch, bare, corrections, proxy):
    watch.config([{"aws": {"accounts": "accounts.csv", "role": e.ROLE, "regions": "all"}}])
    watch.accounts({e.SHOP: "shop"})
    corrections.regions = [(e.EAST, "ENABLED_BY_DEFAULT"), ("eu-west-1", "DISABLED")]
    watch.scan()
    assert {r[1] for r in watch.inventory()} == {e.EAST, "global"}
    assert proxy.count(region="eu-west-1") == 0


def test_a_region_list_that_is_denied_uses_the_last_one(watch, bare, corrections, proxy, faults):
    watch.config([{"aws": {"accounts": "accounts.csv", "role": e.ROLE, "regions": "all"}}])
    watch.accounts({e.SHOP: "shop"})
    corrections.regions = [(e.EAST, "ENABLED_BY_DEFAULT"), (e.TOKYO, "ENABLED_BY_DEFAULT")]
    watch.scan()
    sheet = watch.bytes("inventory.csv")
    faults.deny(["ListRegions", "DescribeRegions"])
    watch.next_night("--detailed-exitcode", status=4)
    assert watch.bytes("inventory.csv") == sheet
    assert [r for r in watch.rows("coverage.csv") if r["type"] == "regions" and r["outcome"] == "denied"]


def test_a_region_switched_off_is_unverified_and_not_gone(watch, bare, corrections, proxy):
    watch.config([{"aws": {"accounts": "accounts.csv", "role": e.ROLE, "regions": "all"}}])
    watch.accounts({e.SHOP: "shop"})
    corrections.regions = [(e.EAST, "ENABLED_BY_DEFAULT"), (e.TOKYO, "ENABLED")]
    watch.scan()
    before = watch.inventory()
    corrections.regions = [(e.EAST, "ENABLED_BY_DEFAULT"), (e.TOKYO, "DISABLED")]
    watch.next_night("--detailed-exitcode", status=0)
    assert watch.inventory() == before and not watch.changes(change="removed")
    assert {r["region"] for r in watch.rows("inventory.csv") if r["unverified_since"]} == {e.TOKYO}
    assert {(k[1], v) for k, v in watch.incomplete().items()} == {(e.TOKYO, "blocked")}


def test_with_no_config_the_current_account_is_walked(watch, bare, corrections, proxy):
    (watch.folder / "yomawari.yaml").unlink()
    corrections.regions = [(e.EAST, "ENABLED_BY_DEFAULT")]
    watch.scan()
    assert {r[0] for r in watch.inventory()} == {e.BASE}
    assert proxy.count("AssumeRole") == 0


NO_KEYS = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}


def test_an_own_account_that_nobody_knows_yet_is_no_empty_success(watch, bare, proxy):
    (watch.folder / "yomawari.yaml").unlink()
    result = watch.scan(status=1, env=NO_KEYS)
    assert "AWS_ACCESS_KEY_ID" in result.err and not (watch.state / "latest").exists()


def test_an_own_account_without_credentials_tonight_is_the_one_of_last_night(watch, bare, corrections, proxy):
    (watch.folder / "yomawari.yaml").unlink()
    corrections.regions = [(e.EAST, "ENABLED_BY_DEFAULT")]
    watch.scan()
    before = watch.inventory()
    watch.next_night("--detailed-exitcode", status=4, env=NO_KEYS)
    assert watch.inventory() == before and not watch.changes(change="removed")
    assert {r["account"] for r in watch.rows("coverage.csv") if r["outcome"] == "denied"} == {e.BASE}

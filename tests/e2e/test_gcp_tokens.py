"""Which credentials count, whose quota is used, and how long a token is used, over the fake cloud."""
import json

import fakecloud
import google_kinds
import pytest
from google_side import REFRESH
from google_tokens import api_calls, bearer, expect_nowhere, given_tokens, token_calls
from google_watch import GoogleWatch, fake_google
from proxy import Reply, Rule

WELL_KNOWN = "application_default_credentials.json"
REFUSED = {"error": {"code": 401, "message": "Invalid Credentials", "status": "UNAUTHENTICATED"}}
LIFE_S = 6   # of a token of the short-lived fake; it says a second less


@pytest.fixture(scope="module")
def fake(tmp_path_factory, binary):
    with fake_google(fakecloud.find_binary(), tmp_path_factory.mktemp("fake"), 5, projects=2) as running:
        yield running


@pytest.fixture
def watch(tmp_path, fake, binary):
    fake.proxy.clear()
    return GoogleWatch(tmp_path / "watch", fake.proxy, binary, projects=fake.truth["projects"][:1])


def asked(fake):
    """Of whom, for tokens, since the last time."""
    operations = [(e.call.service, e.call.operation) for e in token_calls(fake.proxy.exchanges)]
    fake.proxy.clear()
    return operations


# which count

def test_the_first_credentials_that_are_there_count(watch, fake):
    """Google's order: the variable's file, gcloud's folder, gcloud's folder below the home, the metadata server. Before all of it the config's."""
    key, person = watch.secret_file("key.json", fake.key), google_kinds.person(fake)
    workforce = google_kinds.workforce_person(fake, watch.folder).file
    watch.secret_file(f"sdk/{WELL_KNOWN}", person)
    watch.secret_file(f"home/.config/gcloud/{WELL_KNOWN}", workforce)
    env = {"GCE_METADATA_HOST": fake.proxy.url[7:], "NO_GCE_CHECK": None, "CLOUDSDK_CONFIG": str(watch.folder / "sdk"), "GOOGLE_APPLICATION_CREDENTIALS": key}
    watch.target(projects=watch.projects, credentials={"file": watch.secret_file("mine.json", google_kinds.federation_by_text_file(fake, watch.folder).file)})
    for wanted, without in (("sts", "token"), "config"), (("oauth2", "token"), "GOOGLE_APPLICATION_CREDENTIALS"), (("oauth2", "token"), "CLOUDSDK_CONFIG"), \
            (("sts", "oauthtoken"), "home"), (("computeMetadata", "v1/instance/service-accounts/default/token"), "NO_GCE_CHECK"):
        watch.walk(**env)
        assert asked(fake)[-1] == wanted, without
        if without == "config":
            watch.target(projects=watch.projects)
        elif without == "home":
            (watch.folder / "home" / ".config" / "gcloud" / WELL_KNOWN).unlink()
        else:
            env.pop(without)


def test_a_file_that_is_named_and_not_there_is_not_passed_over(watch, fake):
    watch.secret_file(f"home/.config/gcloud/{WELL_KNOWN}", google_kinds.person(fake))
    result = watch.walk(status=2, GOOGLE_APPLICATION_CREDENTIALS="no-such.json")
    assert "GOOGLE_APPLICATION_CREDENTIALS: no-such.json: no such file" in result.err
    assert not fake.proxy.exchanges


# whose quota

def payers(fake):
    return {e.call.headers.get("x-goog-user-project") for e in api_calls(fake.proxy.exchanges)}


def test_the_quota_project_goes_with_every_call(watch, fake):
    """The config's before the environment's before the file's; none where none is named."""
    own, other = fake.truth["projects"]
    in_file = {"GOOGLE_APPLICATION_CREDENTIALS": watch.secret_file("person.json", google_kinds.person(fake, quota_project_id=other))}
    for target, env, payer in ({}, in_file, other), ({}, {**in_file, "GOOGLE_CLOUD_QUOTA_PROJECT": own}, own), \
            ({"quota_project": other}, {**in_file, "GOOGLE_CLOUD_QUOTA_PROJECT": own}, other), \
            ({}, {"GOOGLE_APPLICATION_CREDENTIALS": watch.secret_file("key.json", fake.key)}, None):
        fake.proxy.clear()
        watch.target(projects=watch.projects, **target)
        watch.walk(**env)
        assert payers(fake) == {payer}
        assert not any("x-goog-user-project" in e.call.headers for e in token_calls(fake.proxy.exchanges))


# how long

@pytest.fixture(scope="module")
def brief(tmp_path_factory, binary):
    """A fake whose tokens are soon over, and which takes its time."""
    more = ("--token-life", str(LIFE_S), "--latency", "500")
    with fake_google(fakecloud.find_binary(), tmp_path_factory.mktemp("brief"), 5, projects=1, more=more) as running:
        yield running


def test_a_token_is_renewed_in_the_middle_of_a_walk_before_it_is_over(brief, tmp_path, binary):
    """Of so short a life when half is left, and it is a must when a quarter is: none is ever refused."""
    watch = GoogleWatch(tmp_path / "watch", brief.proxy, binary, projects=brief.truth["projects"])
    watch.scan(env={"GOOGLE_APPLICATION_CREDENTIALS": watch.secret_file("key.json", brief.key)})
    passed = brief.proxy.exchanges
    assert passed[-1].call.at - passed[0].call.at > LIFE_S / 2, "the walk was too short to see it"
    given = {json.loads(e.body)["access_token"]: e.call.at for e in token_calls(passed)}
    ages = [e.call.at - given[bearer(e)] for e in api_calls(passed)]
    assert len(given) >= 2 and {bearer(e) for e in api_calls(passed)} == set(given)
    assert 401 not in {e.status for e in passed}
    assert max(ages) < LIFE_S


def test_a_token_that_is_refused_is_renewed_once_and_the_walk_goes_on(watch, fake):
    fake.proxy.instead("firewalls.list", 401, REFUSED, times=1)
    watch.walk(google_kinds.key(fake, watch.folder), types=("gcp_compute_firewall", "gcp_compute_network"))
    first, second = given_tokens(fake.proxy.exchanges)
    lists = [e for e in api_calls(fake.proxy.exchanges) if e.call.operation == "firewalls.list"]
    assert [(e.status, bearer(e)) for e in lists] == [(401, first), (200, second)]
    assert watch.rows("inventory.csv", type="gcp_compute_firewall") and not watch.incomplete(outcome="denied")


def test_a_token_that_is_revoked_under_many_calls_is_renewed_once_for_all(watch, fake):
    """Calls that are under way side by side all learn of it; each is made again with the one new token."""
    def is_revoked(call):
        held = api_calls(fake.proxy.exchanges)
        return len(held) > 20 and call.headers.get("authorization") == held[0].call.headers["authorization"]

    fake.proxy.add(Rule("revoked", is_revoked, instead=lambda call: Reply(401, json.dumps(REFUSED).encode(), {"Content-Type": "application/json"})))
    watch.scan(env={"GOOGLE_APPLICATION_CREDENTIALS": watch.secret_file("key.json", fake.key)})
    first, second = given_tokens(fake.proxy.exchanges)
    refused = [e for e in api_calls(fake.proxy.exchanges) if e.status == 401]
    assert refused and {bearer(e) for e in refused} == {first}
    assert {e.call.target for e in refused} <= {e.call.target for e in api_calls(fake.proxy.exchanges) if bearer(e) == second and e.status == 200}
    assert watch.incomplete() == {}


def test_a_call_that_is_refused_for_good_ends_as_denied_and_alone(watch, fake):
    fake.proxy.instead("firewalls.list", 401, REFUSED)
    result = watch.scan("--log", "json", env={"GOOGLE_APPLICATION_CREDENTIALS": watch.secret_file("key.json", fake.key)})
    assert watch.incomplete() == {(fake.truth["projects"][0], "global", "gcp_compute_firewall"): "denied"}
    assert len(given_tokens(fake.proxy.exchanges)) == 2
    expect_nowhere(fake, fake.proxy.exchanges, watch, result)


def test_a_refusal_that_repeats_what_was_sent_is_not_repeated(watch, fake):
    said = {"error": "invalid_grant", "error_description": f"Bad token {REFRESH['refresh_token']} of secret {REFRESH['client_secret']}"}
    fake.proxy.instead("token", 400, said)
    result = watch.walk(google_kinds.authorized_user(fake, watch.folder), "--detailed-exitcode", status=4)
    assert "Bad token [...] of secret [...]" in result.err
    expect_nowhere(fake, fake.proxy.exchanges, watch, result)

"""Credentials and set-ups for Google that cannot work: clear words, the right exit status, nothing secret told, and
nothing asked where it is known before."""
import json
import re
import time

import fakecloud
import google_kinds
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from google_tokens import expect_nowhere, token_calls
from google_watch import GoogleWatch, fake_google

SKEW_S = 600


@pytest.fixture(scope="module")
def fake(tmp_path_factory, binary):
    more = ("--google-now", str(int(time.time())))
    with fake_google(fakecloud.find_binary(), tmp_path_factory.mktemp("fake"), 5, projects=1, more=more) as running:
        yield running


@pytest.fixture
def watch(tmp_path, fake, binary):
    fake.proxy.clear()
    return GoogleWatch(tmp_path / "watch", fake.proxy, binary, projects=fake.truth["projects"])


def pem(key, encryption=serialization.NoEncryption()):
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption).decode()


@pytest.fixture(scope="module")
def other_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


# known before anything is asked: exit status 2

def expect_refused(watch, content, words, mode=0o600, **env):
    result = watch.walk(status=2, **{"GOOGLE_APPLICATION_CREDENTIALS": watch.secret_file("key.json", content, mode), **env})
    assert words in result.err, result
    assert "PRIVATE KEY" not in result.err and result.err.count("\n") == 1, result
    assert not watch.proxy.exchanges


@pytest.mark.parametrize("content, words", [
    ("hello", "no credentials file: json byte 1"), ("", "no credentials file: json byte 1: unexpected end"), ("[" * 100000, "more than 64 levels deep"),
    ('{"type": "' + "x" * 2000000, "is larger than"), ("[]", "is missing or no JSON object"), ('{"installed": {"client_id": "x"}}', "an OAuth client, no credentials"),
    ('{"type": "magic"}', "type 'magic' is no kind of credentials"), ('{"type": "gdch_service_account"}', "Google Distributed Cloud, which is not supported"),
    ('{"type": "external_account", "audience": "a", "subject_token_type": "t", "credential_source": {"certificate": {}}}', "certificate is not supported"),
], ids=lambda value: value[:22])
def test_a_file_that_is_no_credentials_file_is_refused(watch, content, words):
    expect_refused(watch, content, words)


def test_a_file_that_was_cut_is_refused(watch, fake):
    whole = json.dumps(fake.key)
    expect_refused(watch, whole[:len(whole) // 2], "unexpected end of data")


def test_a_folder_in_the_place_of_a_file_is_refused(watch, fake):
    expect_refused(watch, fake.key, "is a directory", GOOGLE_APPLICATION_CREDENTIALS=str(watch.folder))


@pytest.mark.parametrize("member", ["type", "client_email", "private_key"])
def test_a_key_file_that_lacks_a_field_is_refused(watch, fake, member):
    expect_refused(watch, {k: v for k, v in fake.key.items() if k != member}, f"{member} is missing")


def test_a_key_that_cannot_sign_is_refused(watch, fake, other_key):
    for private, words in (pem(ec.generate_private_key(ec.SECP256R1())), "the key is of kind EC"), \
            (pem(other_key, serialization.BestAvailableEncryption(b"secret")), "the key is encrypted"), \
            (pem(other_key)[:400], "no private key in PEM"), ("", "private_key"):
        expect_refused(watch, {**fake.key, "private_key": private}, words)


def test_a_key_that_everybody_may_read_is_refused_unless_the_config_says_otherwise(watch, fake):
    expect_refused(watch, fake.key, "everybody on this machine can read the secret in it: chmod 600 it", mode=0o644)
    watch.target(projects=watch.projects, credentials={"allow_open_file": True})
    watch.walk(GOOGLE_APPLICATION_CREDENTIALS=watch.secret_file("key.json", fake.key, 0o644))


def test_a_universe_that_a_file_alone_names_is_refused(watch, fake):
    expect_refused(watch, {**fake.key, "universe_domain": "elsewhere.example"}, "set GOOGLE_CLOUD_UNIVERSE_DOMAIN=elsewhere.example if that is meant")


def test_a_place_for_tokens_that_is_not_googles_is_refused(watch, fake):
    expect_refused(watch, {**fake.key, "token_uri": "https://elsewhere.example/token"}, "token_uri: elsewhere.example does not belong to googleapis.com")
    impersonated = {"type": "impersonated_service_account", "source_credentials": google_kinds.person(fake),
                    "service_account_impersonation_url": google_kinds.become(fake, "reader", "https://elsewhere.example")}
    expect_refused(watch, impersonated, "service_account_impersonation_url: elsewhere.example does not belong to googleapis.com")


def test_tokens_do_not_go_in_the_clear_beyond_this_machine(watch, fake):
    watch.target(projects=watch.projects, endpoint="http://elsewhere.example/{service}")
    expect_refused(watch, fake.key, "endpoint: http://elsewhere.example/compute: plain http is for loopback")
    watch.target(projects=watch.projects)
    expect_refused(watch, fake.key, "CLOUDSDK_API_ENDPOINT_OVERRIDES_IAM: http://elsewhere.example/: plain http is for loopback",
                   CLOUDSDK_API_ENDPOINT_OVERRIDES_IAM="http://elsewhere.example/")


# found when a token is asked for: the scan works, and says what was not read

def expect_unread(fake, watch, outcome, words, kind=None, asked=1, **env):
    """Nothing is read; the project's scopes have the outcome, in these words, and nobody learns a secret."""
    result = watch.walk(kind or google_kinds.key(fake, watch.folder), "--detailed-exitcode", status=4, **env)
    [unread] = [r for r in watch.rows("coverage.csv", type="gcp_project")]
    assert (unread["outcome"], watch.rows("inventory.csv")) == (outcome, []), result
    for word in words:
        assert word in unread["reason"] and word in result.err, (word, unread["reason"])
    assert len(token_calls(watch.proxy.exchanges)) == asked
    expect_nowhere(fake, watch.proxy.exchanges, watch, result, kind)


@pytest.mark.parametrize("status, body, more, asked, words", [
    (200, b"<html>please sign in</html>", {"headers": {"Content-Type": "text/html"}}, 1, "with a web page where JSON was due: a proxy or a sign-in page stands between"),
    (500, b"oops", {}, 3, "HTTP 500"),
    (200, {"access_token": "ya29.x", "expires_in": 3599}, {"cut_after": 10}, 3, "no answer"),
    (200, b'{"access_token": "ya29.', {}, 1, "something broken where JSON was due"),
    (200, {"expires_in": 3599}, {}, 1, "access_token is missing"),
    (200, {"access_token": "ya29.x\r\nX-Evil: 1", "expires_in": 3599}, {}, 1, "access_token holds what no token can hold"),
    (200, {"access_token": "ya29.x", "expires_in": 0}, {}, 1, "the token is over before it begins"),
    (302, b"", {"headers": {"Location": "http://127.0.0.1:9/"}}, 1, "HTTP 302"),
], ids=["html", "500", "cut off", "half of it", "no token", "two lines", "no life", "redirect"])
def test_a_token_endpoint_that_answers_nonsense_leaves_the_project_unread(fake, watch, status, body, more, asked, words):
    fake.proxy.instead("token", status, body, **more)
    expect_unread(fake, watch, "failed", ["credentials.json: token endpoint 127.0.0.1", words], asked=asked)


def test_a_token_endpoint_that_recovers_is_enough(fake, watch):
    fake.proxy.instead("token", 503, b"", times=2)
    watch.walk(google_kinds.key(fake, watch.folder), "--detailed-exitcode")
    assert [e.status for e in token_calls(fake.proxy.exchanges)] == [503, 503, 200]


def test_a_key_that_was_deleted_is_told(fake, watch, other_key):
    key = {**fake.key, "private_key": pem(other_key)}
    expect_unread(fake, watch, "denied", ["invalid_grant: Invalid JWT Signature", "the key was deleted, or is not this account's: make a new one"], google_kinds.Kind(key, []))


def test_a_sign_in_that_is_over_or_must_be_repeated_is_told(fake, watch):
    over = google_kinds.Kind(google_kinds.person(fake, refresh_token="1//over"), [])
    expect_unread(fake, watch, "denied", ["the sign-in is over: gcloud auth application-default login"], over)
    fake.proxy.clear()
    fake.proxy.instead("token", 400, {"error": "invalid_grant", "error_description": "reauth related error (invalid_rapt)", "error_subtype": "invalid_rapt"})
    expect_unread(fake, watch, "denied", ["invalid_rapt", "the organization wants people to sign in again: gcloud auth application-default login"],
                  google_kinds.authorized_user(fake, watch.folder))


def test_a_clock_that_is_off_is_told_and_by_how_much(fake, watch, tmp_path):
    """The proxy would set the answer's date by our own clock, so it is passed by."""
    watch.now += SKEW_S
    watch.target(projects=watch.projects, endpoint=fake.endpoint)
    kind = google_kinds.Kind({**fake.key, "token_uri": f"{fake.url}/oauth2/token"}, [])
    result = watch.walk(kind, "--detailed-exitcode", status=4)
    told = re.search(r"this machine's clock is (\d+) s ahead of Google's: set it", result.err)
    assert told and abs(int(told.group(1)) - SKEW_S) < 120, result
    assert {r["outcome"] for r in watch.rows("coverage.csv", type="gcp_project")} == {"denied"}


def test_an_account_that_may_not_be_become_is_told(fake, watch):
    nobody = "nobody@elsewhere.iam.gserviceaccount.com"
    kind = google_kinds.Kind(fake.key, [], credentials={"impersonate": nobody})
    expect_unread(fake, watch, "denied", [f"cannot act as service account {nobody}", "roles/iam.serviceAccountTokenCreator"], kind, asked=2)


def test_a_program_is_started_by_leave_of_the_environment_alone(fake, watch):
    kind = google_kinds.federation_by_executable(fake, watch.folder)
    kind.file["credential_source"]["executable"]["command"] = f"touch {watch.folder}/started"
    kind.env.clear()
    expect_unread(fake, watch, "failed", ["set GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES=1 if you trust that file"], kind, asked=0)
    assert not (watch.folder / "started").exists()


def test_a_machine_without_any_credentials_is_told_what_was_tried(fake, watch):
    expect_unread(fake, watch, "denied", ["no Google Cloud credentials found (GOOGLE_APPLICATION_CREDENTIALS is not set", "NO_GCE_CHECK is true"], google_kinds.Kind(None, []), asked=0)


def test_what_is_not_googles_metadata_server_is_not_believed(fake, watch):
    fake.proxy.instead("v1/universe/universe-domain", 200, b"googleapis.com")
    expect_unread(fake, watch, "denied", ["is not Google's metadata server"], google_kinds.metadata_server(fake, watch.folder))


def test_a_quota_project_that_may_not_be_used_says_what_to_grant(fake, watch):
    watch.target(projects=watch.projects, quota_project="elsewhere-123")
    expect_unread(fake, watch, "denied", ["USER_PROJECT_DENIED", "elsewhere-123", "roles/serviceusage.serviceUsageConsumer"])


def test_an_organization_that_cannot_be_listed_on_the_first_night_fails_the_scan(fake, watch):
    fake.proxy.instead("token", 400, {"error": "invalid_grant", "error_description": "Invalid grant: account not found"})
    watch.target(organization="123456789012")
    result = watch.walk(google_kinds.key(fake, watch.folder), status=1)
    assert "the accounts cannot be listed, and none is known from an earlier night" in result.err and "the service account was deleted" in result.err

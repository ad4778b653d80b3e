"""Every way into Google Cloud, from its file to the sheets; beside Google's own library, which goes the same way."""
import json
import re
import time
from urllib.parse import parse_qsl, unquote

import fakecloud
import google_calls
import google_kinds
import google_side
import pytest
from google.auth import aws, external_account_authorized_user, identity_pool, impersonated_credentials, jwt, pluggable
from google.auth.transport.requests import Request
from google.oauth2 import credentials, service_account
from google_kinds import KINDS
from google_side import SCOPE
from google_tokens import api_calls, bearer, expect_nowhere, given_tokens, public_of, signed_by_us, token_calls
from google_watch import GoogleWatch, fake_google


@pytest.fixture(scope="module")
def fake(tmp_path_factory, binary):
    """The fake holds the times of what is signed to the clock that the tests' scans are given."""
    more = ("--google-now", str(int(time.time())))
    with fake_google(fakecloud.find_binary(), tmp_path_factory.mktemp("fake"), 5, projects=3, accounts=1, more=more) as running:
        yield running


@pytest.fixture
def watch(tmp_path, fake, binary):
    fake.proxy.clear()
    return GoogleWatch(tmp_path / "watch", fake.proxy, binary, projects=fake.truth["projects"][:1])


def the_project(fake):
    return {(fake.truth["projects"][0], "global", "gcp_project", fake.truth["projects"][0])}


@pytest.fixture(scope="module", params=KINDS, ids=lambda make: make.__name__)
def walked(request, fake, binary, tmp_path_factory):
    """A scan by each kind: (kind, watch, result, exchanges)."""
    fake.proxy.clear()
    watch = GoogleWatch(tmp_path_factory.mktemp("watch"), fake.proxy, binary, projects=fake.truth["projects"][:1])
    kind = request.param(fake, watch.folder)
    return kind, watch, watch.walk(kind), list(fake.proxy.exchanges)


def test_each_kind_of_credentials_reads_a_project(walked, fake):
    kind, watch, result, passed = walked
    assert watch.inventory() == the_project(fake), result
    assert [(e.call.service, e.call.operation, e.status) for e in token_calls(passed)] == [(*asked, 200) for asked in kind.asked]
    last = (given_tokens(passed) or signed_by_us(passed))[-1]
    assert {bearer(e) for e in api_calls(passed)} == {last}


def test_google_auth_verifies_all_that_any_kind_signed(walked, fake):
    _, _, _, passed = walked
    for token in signed_by_us(passed):
        assert jwt.decode(token, certs=public_of(fake.key))["iss"] == fake.key["client_email"]


def test_nothing_that_is_secret_is_left_by_any_kind(walked, fake):
    kind, watch, result, passed = walked
    expect_nowhere(fake, passed, watch, result, kind)


def test_requests_for_tokens_are_what_the_documents_say(walked):
    """IAM's as any API; those of the token service are a form, whose fields the document writes in one word."""
    _, _, _, passed = walked
    known = google_side.document("sts", "v1")["schemas"]["GoogleIdentityStsV1ExchangeTokenRequest"]["properties"]
    for e in token_calls(passed):
        if e.call.service == "iamcredentials":
            assert not google_calls.request_faults(e.call) and not google_calls.answer_faults(e.call, e.body)
        if (e.call.service, e.call.operation) == ("sts", "token"):
            assert {re.sub("_(.)", lambda m: m.group(1).upper(), name) for name in e.call.params} <= set(known)


# beside Google's library

def plain(exchange, drop=("assertion", "subject_token")):
    """A token's request, but for what is signed and so depends on the moment."""
    call = exchange.call
    form = dict(parse_qsl(call.body.decode(), keep_blank_values=True)) if "urlencoded" in call.headers.get("content-type", "") else None
    body = {k: v for k, v in (form if form is not None else json.loads(call.body or "{}")).items() if k not in drop and v}
    scheme = call.headers.get("authorization", "").partition(" ")[0]
    return call.method, call.target, body, scheme, call.headers.get("metadata-flavor")


def of_library(file, scopes):
    source = file.get("credential_source", {})
    if file["type"] == "service_account":
        return service_account.Credentials.from_service_account_info(file, scopes=scopes)
    if file["type"] == "authorized_user":
        return credentials.Credentials(None, **{name: file[name] for name in ("refresh_token", "client_id", "client_secret", "token_uri")})
    if file["type"] == "external_account_authorized_user":
        return external_account_authorized_user.Credentials.from_info(file)
    module = aws if "environment_id" in source else pluggable if "executable" in source else identity_pool
    return module.Credentials.from_info(file, scopes=scopes)


def googles_own(fake, kind):
    """The library's credentials of a kind; whom to become may be said by the config or by the file."""
    if "impersonate" in kind.credentials:
        source, delegates = kind.file, kind.credentials["delegates"]
    elif "source_credentials" in kind.file:
        source, delegates = kind.file["source_credentials"], kind.file["delegates"]
    else:
        return of_library(kind.file, [SCOPE])
    return impersonated_credentials.Credentials(of_library(source, ["https://www.googleapis.com/auth/iam"]), google_kinds.email(fake, "reader"), [SCOPE],
                                                delegates=[f"projects/-/serviceAccounts/{d}" for d in delegates], lifetime=3600,
                                                iam_endpoint_override=google_kinds.become(fake, "reader", f"{fake.proxy.url}/iamcredentials"))


def test_google_auth_asks_for_a_token_in_the_same_way(walked, fake, monkeypatch):
    kind, watch, _, passed = walked
    if kind.file is None or not kind.asked:
        pytest.skip("the library asks a metadata server for more, and of what is signed by itself for nothing")
    fake.proxy.clear()
    for name, value in kind.env.items():
        monkeypatch.setenv(name, value)
    googles_own(fake, kind).refresh(Request())
    assert [plain(e) for e in token_calls(passed)] == [plain(e) for e in token_calls(fake.proxy.exchanges)]


# what we sign

def test_what_is_signed_for_aws_is_of_use_for_one_provider_alone(fake, watch):
    watch.walk(google_kinds.federation_by_aws(fake, watch.folder))
    [exchange] = token_calls(fake.proxy.exchanges)
    headers = {h["key"].lower(): h["value"] for h in json.loads(unquote(exchange.call.params["subject_token"]))["headers"]}
    assert headers["x-goog-cloud-target-resource"] == google_kinds.POOL
    assert "SignedHeaders=host;x-amz-date;x-goog-cloud-target-resource," in headers["authorization"]


def test_google_auth_verifies_the_assertion(fake, watch):
    watch.walk(google_kinds.key(fake, watch.folder))
    [token] = signed_by_us(fake.proxy.exchanges)
    claims = jwt.decode(token, certs=public_of(fake.key), audience=fake.key["token_uri"])
    assert claims == {"iss": fake.key["client_email"], "scope": SCOPE, "aud": fake.key["token_uri"], "iat": claims["iat"], "exp": claims["iat"] + 3600}
    assert 0 <= claims["iat"] - watch.now < 60
    assert jwt.decode_header(token) == {"alg": "RS256", "typ": "JWT", "kid": fake.key["private_key_id"]}


def test_google_auth_verifies_the_self_signed_token(fake, watch):
    watch.walk(google_kinds.key_self_signed(fake, watch.folder))
    [token] = set(signed_by_us(fake.proxy.exchanges))
    claims = jwt.decode(token, certs=public_of(fake.key))
    assert (claims["iss"], claims["sub"], claims["scope"]) == (fake.key["client_email"], fake.key["client_email"], SCOPE)

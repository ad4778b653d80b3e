"""Every way into Google Cloud, from its file to the sheets; beside Google's own library, which goes the same way."""
import base64
import json
import re
import time
from urllib.parse import parse_qsl, quote, unquote

import fakecloud
import google_kinds
import google_side
import pytest
from cryptography.hazmat.primitives import serialization
from google.auth import aws, external_account_authorized_user, identity_pool, impersonated_credentials, jwt, pluggable
from google.auth.transport.requests import Request
from google.oauth2 import credentials, service_account
from google_kinds import KINDS
from google_side import REFRESH, SCOPE, SUBJECT
from google_watch import GoogleWatch, fake_google
from proxy import Rule

TOKEN_GIVERS = {"oauth2", "sts", "iamcredentials", "computeMetadata"}
TOKEN_URI = "https://oauth2.googleapis.com/token"


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


def scan(watch, kind=None, *args, status=0, types=("gcp_project",), **env):
    """A short walk with that kind of credentials."""
    if kind is not None:
        env = {**kind.env, **({"GOOGLE_APPLICATION_CREDENTIALS": watch.secret_file("credentials.json", kind.file)} if kind.file else {}), **env}
        if kind.credentials:
            watch.target(projects=watch.projects, credentials=kind.credentials)
    return watch.scan(*(w for t in types for w in ("--type", t)), "--log", "json", *args, status=status, env=env)


def token_calls(passed):
    return [e for e in passed if e.call.service in TOKEN_GIVERS]


def api_calls(passed):
    return [e for e in passed if e.call.service in google_side.versions()]


def bearer(exchange):
    return exchange.call.headers["authorization"].removeprefix("Bearer ")


def given_tokens(passed):
    """All that was handed out."""
    bodies = [json.loads(e.body) for e in token_calls(passed) if e.status == 200 and e.body[:1] == b"{"]
    return [b[name] for b in bodies for name in ("access_token", "accessToken") if name in b]


def signed_by_us(passed):
    return [e.call.params["assertion"] for e in token_calls(passed) if "assertion" in e.call.params] + \
           [bearer(e) for e in passed if e.call.headers.get("authorization", "").startswith("Bearer eyJ")]


def public_of(key_file):
    private = serialization.load_pem_private_key(key_file["private_key"].encode(), None)
    return private.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def secrets_of(fake, passed, kind=None):
    """What may be nowhere: keys, tokens, what was signed, and what each was made from."""
    subjects = [e.call.params["subject_token"] for e in token_calls(passed) if "subject_token" in e.call.params]
    lines = [line for line in fake.key["private_key"].splitlines() if "-----" not in line]
    signatures = [s for text in subjects for s in re.findall(r"Signature=([0-9a-f]{64})", unquote(text))]
    return {*given_tokens(passed), *signed_by_us(passed), *subjects, *signatures, *lines, SUBJECT, REFRESH["client_secret"], REFRESH["refresh_token"],
            *(kind.secrets if kind else [])} - {""}


def expect_nowhere(fake, passed, watch, result, kind=None):
    secrets = secrets_of(fake, passed, kind)
    assert len(secrets) > 25
    forms = {form for s in secrets for form in (s.encode(), quote(s, safe="").encode(), base64.b64encode(s.encode()))}
    for where, content in watch.everything(result).items():
        found = [form for form in forms if form in content]
        assert not found, (where, found)


def the_project(fake):
    return {(fake.truth["projects"][0], "global", "gcp_project", fake.truth["projects"][0])}


@pytest.fixture(scope="module", params=KINDS, ids=lambda make: make.__name__)
def walked(request, fake, binary, tmp_path_factory):
    """A scan by each kind: (kind, watch, result, exchanges)."""
    fake.proxy.clear()
    watch = GoogleWatch(tmp_path_factory.mktemp("watch"), fake.proxy, binary, projects=fake.truth["projects"][:1])
    kind = request.param(fake, watch.folder)
    return kind, watch, scan(watch, kind), list(fake.proxy.exchanges)


def test_each_kind_of_credentials_reads_a_project(walked, fake):
    kind, watch, result, passed = walked
    assert watch.inventory() == the_project(fake), result
    assert [(e.call.service, e.call.operation, e.status) for e in token_calls(passed)] == [(*asked, 200) for asked in kind.asked]
    last = (given_tokens(passed) or signed_by_us(passed))[-1]
    assert {bearer(e) for e in api_calls(passed)} == {last}


def test_nothing_that_is_secret_is_left_by_any_kind(walked, fake):
    kind, watch, result, passed = walked
    expect_nowhere(fake, passed, watch, result, kind)


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
    scan(watch, google_kinds.federation_by_aws(fake, watch.folder))
    [exchange] = token_calls(fake.proxy.exchanges)
    headers = {h["key"].lower(): h["value"] for h in json.loads(unquote(exchange.call.params["subject_token"]))["headers"]}
    assert headers["x-goog-cloud-target-resource"] == google_kinds.POOL
    assert "SignedHeaders=host;x-amz-date;x-goog-cloud-target-resource," in headers["authorization"]


def test_google_auth_verifies_the_assertion(fake, watch):
    scan(watch, google_kinds.key(fake, watch.folder))
    [token] = signed_by_us(fake.proxy.exchanges)
    claims = jwt.decode(token, certs=public_of(fake.key), audience=fake.key["token_uri"])
    assert claims == {"iss": fake.key["client_email"], "scope": SCOPE, "aud": fake.key["token_uri"], "iat": claims["iat"], "exp": claims["iat"] + 3600}
    assert 0 <= claims["iat"] - watch.now < 60
    assert jwt.decode_header(token) == {"alg": "RS256", "typ": "JWT", "kid": fake.key["private_key_id"]}


def test_google_auth_verifies_the_self_signed_token(fake, watch):
    scan(watch, google_kinds.key_self_signed(fake, watch.folder))
    [token] = set(signed_by_us(fake.proxy.exchanges))
    claims = jwt.decode(token, certs=public_of(fake.key))
    assert (claims["iss"], claims["sub"], claims["scope"]) == (fake.key["client_email"], fake.key["client_email"], SCOPE)

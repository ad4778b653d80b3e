"""What we sign for Google Cloud, by the word of Google's own library: google-auth checks each token and
signs the same request to AWS."""
import datetime
import json
import os
import subprocess
import time
import urllib.parse

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from google.auth import _helpers, aws, jwt

import night

EMAIL = "walker@watch.iam.gserviceaccount.com"
TOKEN_URI = "https://oauth2.googleapis.com/token"
SCOPE = "https://www.googleapis.com/auth/cloud-platform.read-only"
PROVIDER = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/aws"
NOW = int(time.time())


def find_printer():
    """tests/unit/jwt_print of the build that YOMAWARI lies in."""
    binary = night.find_binary()
    found = binary and os.path.join(os.path.dirname(os.path.abspath(binary)), "tests", "unit", "jwt_print")
    return found if found and os.path.exists(found) else None


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(key, kind=serialization.PrivateFormat.PKCS8):
    return key.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption()).decode()


def public(key):
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def key_file(key, **more):
    return {"type": "service_account", "client_email": EMAIL, "private_key": pem(key), "private_key_id": "kid1",
            "token_uri": TOKEN_URI, **more}


@pytest.fixture
def show(tmp_path):
    """show(file, *words, **environment): what jwt_print says of a credentials file."""
    program = find_printer()
    if program is None:
        pytest.skip("jwt_print is not built")

    def run(file, *words, now=NOW, **environment):
        path = tmp_path / "credentials.json"
        path.write_text(json.dumps(file))
        path.chmod(0o600)
        done = subprocess.run([program, str(path), str(now), *words], capture_output=True, text=True, timeout=60,
                              env={"HOME": str(tmp_path), **environment})
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def form(shown):
    fields = urllib.parse.parse_qs(shown["body"], strict_parsing=True)
    assert all(len(values) == 1 for values in fields.values())
    return {name: values[0] for name, values in fields.items()}


def test_the_assertion_verifies(show, key):
    shown = show(key_file(key))
    assert (shown["method"], shown["url"]) == ("POST", TOKEN_URI)
    fields = form(shown)
    assert fields["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    claims = jwt.decode(fields["assertion"], certs=public(key), audience=TOKEN_URI)
    assert claims == {"iss": EMAIL, "aud": TOKEN_URI, "scope": SCOPE, "iat": NOW, "exp": NOW + 3600}
    assert jwt.decode_header(fields["assertion"]) == {"alg": "RS256", "typ": "JWT", "kid": "kid1"}


def test_the_verifier_knows_another_key(show, key):
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with pytest.raises(ValueError, match="signature"):
        jwt.decode(form(show(key_file(key)))["assertion"], certs=public(other), audience=TOKEN_URI)


@pytest.mark.parametrize("bits", [2048, 3072, 4096])
def test_keys_of_all_sizes_and_forms_sign(show, bits):
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    older = key_file(key, private_key=pem(key, serialization.PrivateFormat.TraditionalOpenSSL))
    for file in (key_file(key), older):
        jwt.decode(form(show(file))["assertion"], certs=public(key), audience=TOKEN_URI)


def test_a_self_signed_token_with_scopes_verifies(show, key):
    bearer, token = show(key_file(key), "self-signed")["authorization"].split()
    assert bearer == "Bearer"
    claims = jwt.decode(token, certs=public(key))
    assert claims == {"iss": EMAIL, "sub": EMAIL, "scope": SCOPE, "iat": NOW, "exp": NOW + 3600}


def test_a_self_signed_token_for_a_service_verifies(show, key):
    service = "https://pubsub.googleapis.com/"
    claims = jwt.decode(show(key_file(key), service)["authorization"], certs=public(key), audience=service)
    assert claims == {"iss": EMAIL, "sub": EMAIL, "aud": service, "iat": NOW, "exp": NOW + 3600}


def test_a_key_that_google_auth_cannot_use_is_refused_too(show, tmp_path):
    key = ec.generate_private_key(ec.SECP256R1())
    with pytest.raises(AssertionError, match="of kind EC"):
        show(key_file(key))


@pytest.mark.parametrize("token", [None, "session/token+=="])
def test_google_auth_signs_the_same_request_to_aws(show, monkeypatch, token):
    url = "https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15"
    environment = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                   "AWS_REGION": "eu-north-1", **({"AWS_SESSION_TOKEN": token} if token else {})}
    file = {"type": "external_account", "audience": PROVIDER, "token_url": "https://sts.googleapis.com/v1/token",
            "subject_token_type": "urn:ietf:params:aws:token-type:aws4_request",
            "credential_source": {"environment_id": "aws1", "regional_cred_verification_url": url}}
    fields = form(show(file, **environment))
    ours = json.loads(urllib.parse.unquote(fields["subject_token"]))

    at = datetime.datetime.fromtimestamp(NOW, datetime.timezone.utc).replace(tzinfo=None)
    monkeypatch.setattr(_helpers, "utcnow", lambda: at)
    identity = aws.AwsSecurityCredentials(environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"], token)
    theirs = aws.RequestSigner("eu-north-1").get_request_options(
        identity, url.replace("{region}", "eu-north-1"), "POST",
        additional_headers={"x-goog-cloud-target-resource": PROVIDER})
    assert (ours["url"], ours["method"]) == (theirs["url"], theirs["method"])
    assert {h["key"]: h["value"] for h in ours["headers"]} == theirs["headers"]
    assert set(ours) == {"url", "method", "headers"}

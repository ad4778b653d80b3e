"""What was asked for a token, and who may see what came: over the exchanges that the proxy kept."""
import base64
import re
from urllib.parse import quote, unquote

import google_side
from cryptography.hazmat.primitives import serialization
from google_side import REFRESH, SUBJECT

TOKEN_GIVERS = {"oauth2", "sts", "iamcredentials", "computeMetadata"}


def token_calls(passed):
    return [e for e in passed if e.call.service in TOKEN_GIVERS]


def api_calls(passed):
    return [e for e in passed if e.call.service in google_side.versions()]


def bearer(exchange):
    return exchange.call.headers["authorization"].removeprefix("Bearer ")


def given_tokens(passed):
    """All that was handed out, by whole answers and others."""
    return [token for e in token_calls(passed) if e.status == 200 for token in re.findall(r'"access_?[tT]oken"\s*:\s*"([^"]*)"', e.body.decode())]


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

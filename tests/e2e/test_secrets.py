"""What is secret is nowhere: not in what a scan says, not in its state."""
import base64
import re

import estate as e
from proxy import Rule


def everything_written(watch):
    return {p: p.read_bytes() for p in watch.state.rglob("*") if p.is_file()}


def test_keys_and_tokens_appear_nowhere(watch, full, proxy, faults):
    tokens = []
    proxy.add(Rule("listen", lambda c: c.operation == "AssumeRole",
                   after=lambda c, r: tokens.extend(re.findall(rb"<(?:SecretAccessKey|SessionToken)>([^<]+)<", r.body)) and None))
    faults.deny("ListUsers", account=e.SHOP)
    faults.shorten("ListRoles", account=e.SHOP)
    result = watch.scan("--log", "json")
    secrets = [e.BASE_KEYS["aws_secret_access_key"].encode(), *tokens]
    assert len(tokens) >= 6
    for where, content in {"out": result.out.encode(), "err": result.err.encode(), **everything_written(watch)}.items():
        for secret in secrets:
            assert secret not in content, where


def test_what_a_cloud_hands_out_that_is_secret_never_touches_disk(watch, full):
    """moto gives every virtual device's seed with its list, and an instance its user data on request."""
    device = full.client("iam", e.ZERO).create_virtual_mfa_device(VirtualMFADeviceName="spare")["VirtualMFADevice"]
    assert device["Base32StringSeed"]
    watch.scan()
    for where, content in everything_written(watch).items():
        assert device["Base32StringSeed"] not in content and base64.b64encode(device["Base32StringSeed"]) not in content, where
        assert b"seeded-user-data-secret" not in content, where


def test_the_external_id_is_not_told(watch, full, faults):
    watch.accounts(e.ACCOUNTS, external_id="handshake-of-the-house")
    faults.deny("AssumeRole", where=lambda c: e.SHOP in c.params["RoleArn"])
    result = watch.scan()
    for where, content in {"out": result.out.encode(), "err": result.err.encode(), **everything_written(watch)}.items():
        assert b"handshake-of-the-house" not in content, where

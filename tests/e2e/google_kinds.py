"""Every kind of Google credentials, as a file and an environment that work with the fake cloud."""
import json
import sys
from dataclasses import dataclass, field

from google_side import REFRESH, SUBJECT

POOL = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/watch/providers/own"
WORKFORCE = "//iam.googleapis.com/locations/global/workforcePools/watch/providers/own"
AWS_KEYS = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}
VERIFY = "https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15"


@dataclass
class Kind:
    file: dict                                        # the credentials file; None: there is none
    asked: list                                       # of whom, for a token: (service, operation)
    env: dict = field(default_factory=dict)
    credentials: dict = field(default_factory=dict)   # further words of the config
    secrets: list = field(default_factory=list)       # that must be nowhere, beside the tokens


def email(fake, name, project=0):
    return f"{name}@{fake.truth['projects'][project]}.iam.gserviceaccount.com"


def become(fake, name, root):
    return f"{root}/v1/projects/-/serviceAccounts/{email(fake, name)}:generateAccessToken"


def at_iam(fake, name):
    """As files have it; the config's endpoint takes the host's place."""
    return become(fake, name, "https://iamcredentials.googleapis.com")


def person(fake, **more):
    return {"type": "authorized_user", **REFRESH, "token_uri": f"{fake.proxy.url}/oauth2/token", **more}


def federated(fake, source, kind="urn:ietf:params:oauth:token-type:jwt", **more):
    return {"type": "external_account", "audience": POOL, "subject_token_type": kind, "token_url": f"{fake.proxy.url}/sts/v1/token", "credential_source": source, **more}


def key(fake, folder):
    return Kind(fake.key, [("oauth2", "token")])


def key_self_signed(fake, folder):
    return Kind(fake.key, [], credentials={"self_signed": True})


def key_of_another_universe(fake, folder):
    """Where tokens are signed, as there is nothing to exchange them at."""
    return Kind({**fake.key, "universe_domain": "elsewhere.example"}, [], env={"GOOGLE_CLOUD_UNIVERSE_DOMAIN": "elsewhere.example"})


def authorized_user(fake, folder):
    return Kind(person(fake), [("oauth2", "token")])


def metadata_server(fake, folder):
    paths = ["universe/universe-domain", "project/project-id", "instance/service-accounts/default/token"]
    return Kind(None, [("computeMetadata", f"v1/{path}") for path in paths], env={"GCE_METADATA_HOST": fake.proxy.url[7:], "NO_GCE_CHECK": None})


def impersonation_with_delegates(fake, folder):
    return Kind(fake.key, [("oauth2", "token"), ("iamcredentials", "projects.serviceAccounts.generateAccessToken")],
                credentials={"impersonate": email(fake, "reader"), "delegates": [email(fake, "reader", 1), email(fake, "reader", 2)]})


def impersonated_file(fake, folder):
    return Kind({"type": "impersonated_service_account", "source_credentials": person(fake), "delegates": [email(fake, "reader", 1)],
                 "service_account_impersonation_url": at_iam(fake, "reader")},
                [("oauth2", "token"), ("iamcredentials", "projects.serviceAccounts.generateAccessToken")])


def federation_by_text_file(fake, folder):
    (folder / "subject.txt").write_text(SUBJECT)
    return Kind(federated(fake, {"file": str(folder / "subject.txt")}), [("sts", "token")])


def federation_by_json_file(fake, folder):
    (folder / "subject.json").write_text(json.dumps({"id": {}, "access_token": SUBJECT}))
    source = {"file": str(folder / "subject.json"), "format": {"type": "json", "subject_token_field_name": "access_token"}}
    return Kind(federated(fake, source), [("sts", "token")])


def federation_by_url(fake, folder):
    source = {"url": f"{fake.proxy.url}/computeMetadata/v1/instance/service-accounts/default/identity?audience=a%2Fb", "headers": {"Metadata-Flavor": "Google"}}
    return Kind(federated(fake, source), [("computeMetadata", "v1/instance/service-accounts/default/identity"), ("sts", "token")])


def federation_by_url_then_a_service_account(fake, folder):
    kind = federation_by_url(fake, folder)
    kind.file |= {"service_account_impersonation_url": become(fake, "reader", f"{fake.proxy.url}/iamcredentials"),
                  "service_account_impersonation": {"token_lifetime_seconds": 1800}}
    kind.asked.append(("iamcredentials", "projects.serviceAccounts.generateAccessToken"))
    return kind


def federation_by_executable(fake, folder):
    answer = {"version": 1, "success": True, "token_type": "urn:ietf:params:oauth:token-type:jwt", "id_token": SUBJECT, "expiration_time": 9999999999}
    program = folder / "give token.py"
    program.write_text(f"import os\nassert os.environ['GOOGLE_EXTERNAL_ACCOUNT_AUDIENCE'] == {POOL!r}\nprint({json.dumps(json.dumps(answer))})\n")
    source = {"executable": {"command": f"{sys.executable} '{program}'", "timeout_millis": 30000}}
    return Kind(federated(fake, source), [("sts", "token")], env={"GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES": "1"})


def federation_by_aws(fake, folder):
    source = {"environment_id": "aws1", "regional_cred_verification_url": VERIFY}
    return Kind(federated(fake, source, "urn:ietf:params:aws:token-type:aws4_request"), [("sts", "token")],
                env={**AWS_KEYS, "AWS_REGION": "eu-north-1"}, secrets=[AWS_KEYS["AWS_SECRET_ACCESS_KEY"]])


def workforce_person(fake, folder):
    return Kind({"type": "external_account_authorized_user", "audience": WORKFORCE, **REFRESH, "token_url": f"{fake.proxy.url}/sts/v1/oauthtoken"},
                [("sts", "oauthtoken")])


KINDS = [key, key_self_signed, key_of_another_universe, authorized_user, metadata_server, impersonation_with_delegates, impersonated_file, federation_by_text_file,
         federation_by_json_file, federation_by_url, federation_by_url_then_a_service_account, federation_by_executable, federation_by_aws, workforce_person]

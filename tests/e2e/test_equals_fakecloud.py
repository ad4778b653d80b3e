"""What is stored is what boto3 gives for the same calls, every type of the type files, over the fake cloud: it has
at least one thing of each, also of what moto does not serve, and shares, replaces and hides them as AWS does."""
import datetime

import fakecloud
import night
import pytest
import type_files as tf
from checkfile import check
from equality import Walked, hold, hold_marks
from fakecloud import FakeCloud

TYPES = tf.read_all()
# What depends on the second in which one asks.
OF_THE_CALL = {"aws_cloudtrail_trail": TYPES["aws_cloudtrail_trail"]["volatile"], "aws_iam_credential_report_row": ["GeneratedTime"]}


SELDOM = {"aws_iam_virtual_mfa_device"}  # not in every estate


def ask_for_every_part(watch):
    """As over moto: what only checks need, and types without a sheet."""
    for name, kind in TYPES.items():
        if tf.is_evidence(kind):
            continue
        if kind.get("sheet") is False or any("only_for" in detail for detail in kind["details"]):
            query = f"SELECT key, '' AS subject, '{{}}' AS evidence FROM {name} WHERE 0"
            watch.write(f"checks.d/{name}_parts.yaml", check(f"{name}_parts", query, subject=name))


def tonight(now):
    """boto3 signs with the scan's night: the fake cloud has no other clock."""
    then = datetime.datetime.fromtimestamp(now, datetime.timezone.utc)
    return lambda remove_tzinfo=True: then.replace(tzinfo=None) if remove_tzinfo else then


@pytest.fixture(scope="module", params=(1, 7))
def walked(request, binary, tmp_path_factory):
    program = fakecloud.find_binary()
    if program is None:
        pytest.skip("the fake cloud is not built")
    folder = tmp_path_factory.mktemp("cloud")
    with FakeCloud(program, folder / "truth", request.param, 0, accounts=3, regions=2) as fake:
        watch = night.Watch(folder / "watch", fake.url, binary)
        watch.config([{"aws": {"organization": {}, "role": fakecloud.ROLE, "regions": "all"}}], inventory={"only": ["*"]})
        ask_for_every_part(watch)
        watch.scan(timeout=600)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("botocore.auth.get_current_datetime", tonight(watch.now))
            asker = fake.asker()
            asker.now = watch.now
            yield Walked(watch, asker)


@pytest.mark.parametrize("name", sorted(TYPES))
def test_stored_resources_equal_boto3s(walked, name):
    hold(walked, name, OF_THE_CALL.get(name, ()), some=name not in SELDOM)


@pytest.mark.parametrize("name", sorted(n for n, kind in TYPES.items() if kind.get("redact")))
def test_secrets_are_stored_as_marks(walked, name):
    hold_marks(walked, name)


@pytest.mark.parametrize("name", sorted(n for n, kind in TYPES.items() if kind.get("ephemeral") and n != "aws_ec2_image"))
def test_members_that_come_and_go_have_a_parent(walked, name):
    parents = {told.parent for told in walked.stored(name).values()}
    assert None in parents and len(parents) > 1

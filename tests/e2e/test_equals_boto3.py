"""What is stored is what boto3 gives for the same calls, key by key and type by type: every type of the type
files, over an estate that holds at least one thing of each. Types whose service moto does not know are
listed in seeds_*.py with moto's words, and a test holds that list to the truth; so are paths that moto fills anew
at each call (MOTO_DRIFTS)."""
import importlib
from pathlib import Path

import botocore.exceptions
import pytest

import by_boto3
import checkfile
import conftest
import night
import seeds
import type_files as tf
from equality import Walked, hold, hold_marks

TYPES = tf.read_all()
SEEDS = [importlib.import_module(path.stem) for path in sorted(Path(__file__).parent.glob("seeds_*.py"))]
LACKING = {name: words for module in SEEDS for name, words in getattr(module, "MOTO_LACKS", {}).items()}
SERVED = sorted(name for name in TYPES if name not in LACKING)
OF_THE_CALL = {name: paths for module in SEEDS for name, paths in getattr(module, "MOTO_DRIFTS", {}).items()}


def seed_everything(estate):
    """Every function seed_* of every seeds_*.py, over the estate that all tests know."""
    seeds.full(estate)
    for module in SEEDS:
        for name in sorted(vars(module)):
            if name.startswith("seed_"):
                getattr(module, name)(estate)


def ask_for_every_part(watch):
    """What only checks need is read where a check needs it: details, and types without a sheet."""
    for name in SERVED:
        kind = TYPES[name]
        if kind.get("sheet") is False or any("only_for" in detail for detail in kind["details"]):
            query = f"SELECT key, '' AS subject, '{{}}' AS evidence FROM {name} WHERE 0"
            watch.write(f"checks.d/{name}_parts.yaml", checkfile.check(f"{name}_parts", query, subject=name))


@pytest.fixture(scope="module", params=conftest.SEEDS)
def walked(request, running_proxy, moto_port, binary, tmp_path_factory):
    conftest.empty_cloud(running_proxy, moto_port, request.param)
    estate = conftest.estate_beside(running_proxy, moto_port, conftest.mended(running_proxy))
    seed_everything(estate)
    watch = night.Watch(tmp_path_factory.mktemp("watch"), running_proxy.url, binary)
    watch.config(night.TARGETS, inventory={"only": SERVED})
    ask_for_every_part(watch)
    watch.scan(timeout=600)
    yield Walked(watch, by_boto3.Asker(estate, running_proxy.url, TYPES, watch.now, LACKING))
    running_proxy.clear(standing=True)


@pytest.mark.parametrize("name", SERVED)
def test_stored_resources_equal_boto3s(walked, name):
    hold(walked, name, OF_THE_CALL.get(name, ()))


@pytest.mark.parametrize("name", sorted(n for n in SERVED if TYPES[n].get("redact")))
def test_secrets_are_stored_as_marks(walked, name):
    hold_marks(walked, name)


@pytest.mark.parametrize("name", sorted(n for n in SERVED if TYPES[n].get("ephemeral")))
def test_members_that_come_and_go_have_a_parent(walked, name):
    if name == "aws_ec2_address":
        pytest.skip("moto has no addresses of services")
    parents = {told.parent for told in walked.stored(name).values()}
    assert None in parents and len(parents) > 1


@pytest.mark.parametrize("name", [n for n in LACKING if isinstance(n, str)])
def test_a_type_that_moto_lacks_it_still_lacks(walked, name):
    """MOTO_LACKS of seeds_*.py: once moto serves a type, or the type is gone, its line goes."""
    with pytest.raises((botocore.exceptions.ClientError, botocore.parsers.ResponseParserError)) as told:
        walked.asker.told(name)
    assert LACKING[name] in str(told.value)


@pytest.mark.parametrize("name", [n for n in LACKING if not isinstance(n, str)])
def test_a_part_that_moto_lacks_it_still_lacks(walked, name):
    walked.asker.told(name[0])
    assert LACKING[name] in walked.asker.refusals.get(name, "moto serves it now")


def test_a_second_night_over_everything_is_quiet(walked):
    """What a cloud says anew at each call is volatile in its type, and in no sheet."""
    def sheets():
        folder = walked.watch.sheets()
        return {p.name: p.read_bytes() for p in [folder / "inventory.csv", *(folder / "inventory").iterdir()]}
    before = sheets()
    walked.watch.next_night(timeout=600)
    assert walked.watch.changes() == [] and len(before) > 60
    assert sheets() == before

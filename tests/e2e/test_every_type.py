"""Two nights over at least one thing of every type that moto serves: nothing secret is written, and what AWS only
counts, dates or shuffles is no change."""
import conftest
import night
import pytest
from test_equals_boto3 import LACKING, SERVED, TYPES, ask_for_every_part, seed_everything

PLANTED = (b"hunter2", b"someone@shop.example", b"+81-3-0000-0000")


@pytest.fixture(scope="module")
def walked(running_proxy, moto_port, binary, tmp_path_factory):
    conftest.empty_cloud(running_proxy, moto_port, conftest.SEEDS[0])
    seed_everything(conftest.estate_beside(running_proxy, moto_port, conftest.mended(running_proxy)))
    watch = night.Watch(tmp_path_factory.mktemp("watch"), running_proxy.url, binary)
    watch.config(night.TARGETS, inventory={"only": SERVED})
    ask_for_every_part(watch)
    watch.scan(timeout=600)
    yield watch
    running_proxy.clear(standing=True)


def test_nothing_that_was_planted_is_written(walked):
    written = {p: p.read_bytes().lower() for p in walked.state.rglob("*") if p.is_file()}
    assert any(b"aws_lambda_function" in content for content in written.values())
    for where, content in written.items():
        for secret in PLANTED:
            assert secret not in content, (where, secret)


def test_every_type_is_read_in_full(walked):
    """All but Security Hub, which is on in one account alone, and what moto lacks."""
    assert {row[2] for row, outcome in walked.incomplete().items() if outcome != "complete"} == {"aws_securityhub_hub"}
    assert {outcome for (_, _, kind), outcome in walked.incomplete().items() if kind == "aws_securityhub_hub"} == {"disabled"}
    unread = walked.select("SELECT DISTINCT scope.type, gap.key AS part FROM version JOIN resource ON resource.id = version.resource "
                           "JOIN scope ON scope.id = resource.scope, json_each(version.unread) AS gap WHERE gap.value <> 'not_needed'")
    assert {(r["type"], r["part"]) for r in unread} == {name for name in LACKING if not isinstance(name, str)}


def test_every_type_that_people_see_has_a_sheet_of_its_own(walked):
    shown = {name for name in SERVED if TYPES[name].get("kind") != "evidence" and TYPES[name].get("sheet", {}) is not False}
    assert {p.stem for p in (walked.sheets() / "inventory").glob("*.csv")} >= {name for name in shown if TYPES[name].get("sheet")}


def test_a_second_night_tells_nothing(walked):
    walked.next_night(timeout=600)
    assert walked.changes() == []

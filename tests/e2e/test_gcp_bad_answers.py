"""Answers of Google's that are none: the list counts as failed, what was known stays, nothing is called gone."""
import fakecloud
import google_kinds
import night
import pytest
from google_watch import GoogleWatch, fake_google

RULES = "gcp_compute_firewall"
BROKEN = {
    "a page of HTML": (b"<html>please sign in</html>", "unexpected byte"),
    "nothing": (b"", "unexpected end"),
    "half of it": (b'{"items": [{"name": "a"', "unexpected end"),
    "a list": (b"[]", "the answer is no JSON object"),
    "items of another kind": (b'{"items": {"a": 1}}', "no list at items"),
    "an item that is none": (b'{"items": ["a"]}', "no object"),
    "an item without name": (b'{"items": [{"direction": "INGRESS"}]}', "without name"),
    "depth": (b'{"items": [' + b"[" * 5000 + b"]" * 5000 + b"]}", "levels deep"),
    "no UTF-8": (b'{"items": [{"name": "\xff\xfe"}]}', "not UTF-8"),
    "a token that is a number": (b'{"items": [], "nextPageToken": 5}', "token is no text"),
    "a token without end": (b'{"items": [], "nextPageToken": "again"}', "own page's token again"),
    "an error called success": (b'{"error": {"code": 403, "message": "no"}}', "there was an error"),
}


@pytest.fixture(scope="module")
def fake(tmp_path_factory, binary):
    with fake_google(fakecloud.find_binary(), tmp_path_factory.mktemp("fake"), 5, projects=1) as running:
        yield running


@pytest.fixture(scope="module")
def first_night(fake, binary, tmp_path_factory):
    watch = GoogleWatch(tmp_path_factory.mktemp("watch"), fake.proxy, binary, projects=fake.truth["projects"])
    watch.walk(google_kinds.key(fake, watch.folder), types=(RULES,))
    assert len(watch.inventory()) > 20
    return watch


@pytest.mark.parametrize("what", BROKEN)
def test_an_answer_that_is_none_ends_nothing(fake, first_night, tmp_path, what):
    body, words = BROKEN[what]
    watch = first_night.copy(tmp_path / "watch")
    watch.now += night.DAY
    fake.proxy.clear()
    fake.proxy.instead("firewalls.list", 200, body)
    watch.walk(google_kinds.key(fake, watch.folder), types=(RULES,))
    [unread] = watch.rows("coverage.csv", type=RULES)
    assert unread["outcome"] == "failed" and words in unread["reason"], unread
    assert watch.inventory() == first_night.inventory()
    assert not watch.changes(change="removed") and not watch.rows("findings.csv", change="resolved")

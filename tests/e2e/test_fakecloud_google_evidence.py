"""Evidence of Google's: what a reader of every night knows is what the truth file says."""
import datetime

import google_night
import night
import pytest
import type_files
from google_night import GoogleStory
from test_fakecloud_evidence import STORED

NIGHTS = 4
EVIDENCE = sorted(name for name, kind in type_files.read_all("gcp").items() if type_files.is_evidence(kind))


@pytest.fixture
def cloud(tmp_path):
    return google_night.clouds(tmp_path) or pytest.skip("the fake cloud is not built")


def stored(story):
    utc = datetime.timezone.utc
    return sorted((r["account"], r["region"], r["type"], r["event_id"], datetime.datetime.fromtimestamp(r["at"], utc).strftime("%Y-%m-%dT%H:%M:%SZ"))
                  for r in story.select(STORED))


@pytest.mark.parametrize(("seed", "page"), [(20261121, 3), pytest.param(1, 0, marks=google_night.patient)])
def test_every_night_adds_what_happened_since(cloud, tmp_path, binary, seed, page):
    story = GoogleStory(tmp_path / "watch", binary)
    known = []
    for at_night in range(NIGHTS):
        with cloud(seed, at_night, projects=2, page=page) as fake:
            story.config([story.gcp(fake)], inventory={"only": EVIDENCE}, logs=fake.logs, limits={"share_of_quota": 1})
            result = story.run("scan", "--evidence")
            assert result.status == 0, result
            story.now += night.DAY
            told = sorted(tuple(row) for row in fake.truth["evidence"])
            assert stored(story) == told
            assert told != known
            known = told
    assert {row[2] for row in known} >= {"gcp_logging_admin_activity", "gcp_securitycenter_finding"}

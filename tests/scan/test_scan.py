"""What `make scan` lets pass: a finding that somebody has judged, and no judgement without a finding."""

import tomllib

from tests.scan.__main__ import JUDGED, compare

FOUND = {"test_id": "B310", "filename": "infra/aws/smoke.py", "code": "24 urlopen(request)"}
RULE = {"id": "B310", "path": "infra/*", "why": "our own address"}


def test_a_finding_that_nobody_judged_is_open():
    assert compare([FOUND], []) == ([FOUND], [])
    assert compare([FOUND], [RULE]) == ([], [])
    assert compare([FOUND], [RULE | {"path": "functions/*"}])[0] == [FOUND]
    assert compare([FOUND], [RULE | {"code": "urlopen(url"}])[0] == [FOUND]
    assert compare([FOUND], [RULE | {"why": ""}])[0] == [FOUND]


def test_a_judgement_that_nothing_is_found_for_is_named():
    assert compare([], [RULE]) == ([], [RULE])


def test_every_judgement_says_why():
    assert all(len(rule["why"]) > 20 for rule in tomllib.loads(JUDGED.read_text("utf-8"))["judged"])

"""The panel as programs use it."""

from datetime import UTC, datetime, timedelta

import pytest


def now_of(running):
    return datetime.fromisoformat(running.get("/_local/clock.json").json()["now"])


def test_the_clock_moves_by_a_duration_and_says_what_happened(running):
    before = now_of(running)
    told = running.post("/_local/clock.json", json={"advance": "P7D"}).json()
    assert timedelta(days=7) <= datetime.fromisoformat(told["now"]) - before < timedelta(days=7, minutes=1)
    assert set(told) == {"now", "runs", "letters"}


def test_the_clock_moves_to_an_instant_in_any_offset(running):
    to = (now_of(running) + timedelta(days=2)).replace(microsecond=0)
    told = running.post("/_local/clock.json", json={"to": to.astimezone().isoformat()}).json()
    assert to <= datetime.fromisoformat(told["now"]) < to + timedelta(minutes=1)
    assert datetime.fromisoformat(told["now"]).tzinfo == UTC


BAD = [
    {}, [], "P7D", None, {"advance": "P7D", "to": "2027-01-01T00:00:00Z"}, {"go": "P7D"}, {"advance": 7},
    {"advance": "7D"}, {"to": "2027-01-01"}, {"to": None}, {"to": "2001-01-01T00:00:00Z"},
    {"to": "9999-01-01T00:00:00Z"}, {"advance": "P9999W"},
]  # fmt: skip


@pytest.mark.parametrize("wish", BAD)
def test_a_wish_that_cannot_be_is_answered_with_one_sentence_and_moves_nothing(running, wish):
    before = now_of(running)
    answer = running.post("/_local/clock.json", json=wish)
    assert answer.status_code == 400
    assert answer.json()["error"].endswith(".")
    assert now_of(running) - before < timedelta(minutes=1)


def test_what_is_not_json_is_answered_in_the_same_way(running):
    answer = running.post("/_local/clock.json", data="{", headers={"Content-Type": "application/json"})
    assert (answer.status_code, list(answer.json())) == (400, ["error"])


def test_mail_comes_newest_last_with_everything_a_program_needs(running):
    for name in ("ana", "luis"):
        running.post("/registro", data={"email": f"{name}@example.com"})
    mails = running.get("/_local/mail.json").json()
    assert [mail["to"] for mail in mails[-2:]] == [["ana@example.com"], ["luis@example.com"]]
    last = mails[-1]
    assert {"to", "from", "reply_to", "subject", "text", "html", "links", "headers", "at"} <= set(last)
    assert last["from"] == "Al Día <hola@aldia.example>"
    [link] = last["links"]
    assert link.startswith(f"{running.url}/entrar/")
    assert datetime.fromisoformat(last["at"]).tzinfo == UTC
    assert running.get(f"/_local/mail.json?after={mails[-2]['id']}").json() == [last]


def test_the_jobs_run_once_when_asked(running):
    assert running.post("/_local/jobs.json").json() == {"seen": 0, "letters": 0, "troubles": []}


def test_another_site_cannot_move_the_clock(running):
    headers = {"Origin": "http://evil.example", "Content-Type": "text/plain"}
    assert running.post("/_local/clock.json", data='{"advance":"P1D"}', headers=headers).status_code == 403

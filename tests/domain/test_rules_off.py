"""Contact rules off, as replays use them to check the ladder's arithmetic: every day, each debt its own letter."""

from datetime import datetime

from aldia.domain.reminders import decide
from tests.domain.driver import LONG_LADDER, case_of, play


def story(*debts, ladder=LONG_LADDER, events=(), outages=(), until="2026-08-10"):
    account = {"name": "Ana", "country": "MX", "ladder": list(ladder), "contact_rules": "off"}
    run = {"until": f"{until}T00:00:00-06:00", "every_minutes": 60}
    return {"account": account, "debts": debts, "events": list(events), "outages": list(outages), "run": run}


def debt(**more):
    plain = {"id": "f1", "issued_on": "2026-06-01", "due_on": "2026-06-27", "currency": "MXN", "amount": "1000.00"}
    return plain | more


def test_every_step_goes_on_its_own_date_closed_or_not():
    played = play(story(debt()))
    assert [at for at, _ in played.sent] == [
        f"2026-{day} 09:00" for day in ("06-20", "06-27", "07-04", "07-11", "07-18", "07-27")
    ]
    assert played.skips == {}


def test_each_debt_gets_its_own_letter():
    played = play(story(debt(), debt(id="f2"), until="2026-06-21"))
    assert [[part.debt_id for part in letter.parts] for letter in played.letters] == [["f1"], ["f2"]]
    assert len({letter.id for letter in played.letters}) == 2


def test_steps_that_are_all_on_their_own_date_share_a_day_one_a_run():
    ladder = [
        {"step": "invoice_sent", "anchor": "issued", "days": 0},
        {"step": "pre_due", "anchor": "due", "days": -7},
    ]
    played = play(story(debt(due_on="2026-06-08"), ladder=ladder))
    assert played.sent == [("2026-06-01 09:00", "invoice_sent"), ("2026-06-01 10:00", "pre_due")]


def test_deciding_twice_at_one_instant_is_deciding_once():
    ladder = [{"step": "hello", "anchor": "issued", "days": 0}, {"step": "again", "anchor": "issued", "days": 0}]
    now = datetime.fromisoformat("2026-06-01T09:00:00-06:00")
    once = decide(case_of(story(debt(), ladder=ladder)), now)
    twice = decide(once.case, now)
    assert [letter.step for letter in once.letters] == ["hello"]
    assert (twice.letters, twice.case) == ((), once.case)


def test_what_was_held_back_goes_one_a_day_and_shares_it_with_none():
    outage = {"from": "2026-06-28T00:00:00-06:00", "until": "2026-07-18T08:00:00-06:00"}
    played = play(story(debt(), outages=[outage]))
    assert played.sent[2:] == [
        ("2026-07-18 09:00", "overdue_1"),
        ("2026-07-19 09:00", "overdue_2"),
        ("2026-07-20 09:00", "overdue_3"),
        ("2026-07-27 09:00", "overdue_4"),
    ]
    assert played.skips["f1/overdue_3"] == ("2026-07-18 09:00", "cap", "2026-07-20 09:00")


def test_a_missed_promise_takes_the_step_of_the_day_with_it():
    events = [{"at": "2026-07-01T12:00:00-06:00", "type": "promise", "on": "2026-07-10"}]
    played = play(story(debt(), events=events, until="2026-07-13"))
    assert played.sent[2:] == [
        ("2026-07-10 09:00", "promise_day"),
        ("2026-07-12 09:00", "promise_missed"),  # every day is open: missed from the end of the 11th on
    ]
    assert played.case.debt("f1").marks["overdue_1"].state == "given_up"
    assert played.skips["f1/overdue_2"][:2] == ("2026-07-11 09:00", "promise")

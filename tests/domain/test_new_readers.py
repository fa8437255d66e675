"""Other people get the letters from a day on: the first one to them is the kindest, firm ones keep their distance."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aldia.domain.answers import client_changed
from aldia.domain.client import BillingContact
from aldia.domain.debt import Mark
from aldia.domain.held import waits
from aldia.domain.ladder import occurrences
from aldia.domain.reminders import decide
from aldia.flows.open_debt import with_address
from tests.domain.answer_world import at, case, debt
from tests.domain.driver import BRUNO, play
from tests.soak import amount

LATE = {"overdue_1": 7, "overdue_2": 21, "formal_letter": 30}
RITA = {"type": "new_address", "email": "rita@example.com"}


def event(day, **values):
    return {"at": f"{day}T12:00-06:00", "debt": "f1", **values}


def story(*events, until="2026-12-01", **account):
    debt = {"id": "f1", "issued_on": "2026-06-01", "due_on": "2026-07-01", "amount": "1000.00"}
    account = {"name": "Ana", "country": "MX", "timezone": "America/Mexico_City"} | account
    run = {"until": f"{until}T00:00:00-06:00", "every_minutes": 60}
    return {"account": account, "clients": [BRUNO], "debts": [debt], "events": list(events), "run": run}


def told(played, since):
    return [(moment[:10], step) for moment, step in sorted([*played.sent, *played.done]) if moment >= f"{since} 12:00"]


CLICKED = event("2026-06-02", type="approve", step="formal_letter")

AS_EVER = [("2026-07-08", "overdue_1"), ("2026-07-15", "call"), ("2026-07-22", "overdue_2")]


@pytest.mark.parametrize(
    ("changed_on", "then"),
    [
        ("2026-06-26", [("2026-07-01", "due_today"), *AS_EVER]),  # nothing is late yet: all of that is kind
        ("2026-07-06", AS_EVER),
        ("2026-07-08", [("2026-07-15", "overdue_1"), ("2026-07-22", "call"), ("2026-07-29", "overdue_2")]),
        ("2026-07-20", [("2026-07-20", "overdue_1"), ("2026-07-27", "call"), ("2026-08-03", "overdue_2")]),
        ("2026-07-22", [("2026-07-29", "overdue_1"), ("2026-08-05", "call"), ("2026-08-12", "overdue_2")]),
        ("2026-08-20", [("2026-08-20", "overdue_1"), ("2026-08-27", "call"), ("2026-09-03", "overdue_2")]),
    ],
)
def test_whom_nobody_wrote_to_gets_the_kindest_letter_that_fits_and_the_others_at_their_distance(changed_on, then):
    played = play(story(CLICKED, event(changed_on, **RITA)))
    assert told(played, changed_on)[: len(then)] == then
    assert "formal_letter" not in [step for day, step in told(played, changed_on)]  # its click was for others


def test_the_firm_letter_comes_in_its_turn_and_with_a_click_for_the_new_people():
    click = event("2026-08-05", type="approve", step="formal_letter")
    played = play(story(CLICKED, event("2026-07-22", **RITA), click))
    assert told(played, "2026-08-12")[:1] == [("2026-08-21", "formal_letter")]  # as far from the others as ever
    assert played.case.debt("f1").approved == ("formal_letter",)


def test_steps_that_waited_for_those_before_are_given_up_with_the_reason():
    played = play(story(event("2026-08-20", **RITA), until="2026-08-22"))
    marks = played.case.debt("f1").marks
    assert (marks["formal_letter"].state, marks["formal_letter"].reason) == ("given_up", "new_readers")
    assert marks["overdue_2"].state == "sent"
    assert "f1/overdue_1@~1" not in played.skips


@pytest.mark.parametrize(
    ("quiet", "first"),
    [
        (event("2026-07-20", type="pause", until="2026-09-10"), ("2026-09-11", "2026-09-18", "2026-09-25")),
        (event("2026-07-24", type="extension", until="2026-08-30"), ("2026-09-07", "2026-09-14", "2026-09-21")),
    ],
)
def test_silences_hold_for_them_as_for_anybody_and_nothing_is_stacked_after(quiet, first):
    played = play(story(quiet, event("2026-08-20", **RITA)))
    steps = ("overdue_1", "call", "overdue_2")
    assert told(played, "2026-08-20")[:3] == list(zip(first, steps, strict=True))


def halves(at, *days):
    return event(at, type="plan", instalments=[{"due_on": day, "amount": "500.00"} for day in days])


def test_what_those_before_did_not_keep_is_not_theirs():
    """Two plans that were not kept would begin with the second reminder."""
    plans = (halves("2026-07-09", "2026-07-13", "2026-08-13"), halves("2026-07-24", "2026-08-03", "2026-09-03"))
    before = told(play(story(*plans)), "2026-08-04")
    assert [step for _, step in before if step.startswith("overdue")][:1] == ["overdue_2"]
    after = told(play(story(*plans, event("2026-08-12", **RITA))), "2026-08-12")
    assert [step for _, step in after if step.startswith("overdue")][:1] == ["overdue_1"]


def test_a_ladder_whose_kindest_letter_waits_for_a_click_is_not_held_up_by_it():
    ladder = [
        {"step": "overdue_1", "anchor": "due", "days": 7, "approve": True},
        {"step": "overdue_2", "anchor": "due", "days": 21},
        {"step": "again", "anchor": "last", "days": 10},
    ]
    played = play(story(event("2026-08-20", **RITA), ladder=ladder))
    assert told(played, "2026-08-20") == [("2026-08-20", "overdue_2"), ("2026-08-31", "again")]


# -- who they are ---------------------------------------------------------------------------------

BOSS, OFFICE, ROSA = (BillingContact(f"{name}@example.com") for name in ("boss", "office", "rosa"))
DAY_1, DAY_2 = at("2026-07-24 10:00"), at("2026-07-25 10:00")
LATE_ON, MENDED = at("2026-08-03 10:00"), at("2026-08-06 10:00")


def known(*people, **client):
    """A client that somebody writes to, and to whom letters went."""
    return case(debt(), contacts=people, known_addresses=tuple(one.email for one in people), **client)


def to(case, *people, now=DAY_1):
    return client_changed(case, client=replace(case.client, contacts=people), now=now).case


def test_who_was_added_and_left_alone_before_any_letter_went_is_new():
    both = to(known(BOSS), BOSS, ROSA)
    assert both.client.begun_anew == 0
    assert to(both, ROSA, now=DAY_2).client.begun_anew == 1
    written = replace(both, client=replace(both.client, known_addresses=(BOSS.email, ROSA.email)))
    assert to(written, ROSA, now=DAY_2).client.begun_anew == 0
    nobody = to(known(BOSS).with_debt(debt(approved=("formal_letter",))))
    assert to(nobody, ROSA, now=DAY_2).client.begun_anew == 1  # without any address for a day
    with_next_debt = with_address(nobody, replace(nobody.client, contacts=(ROSA,)), DAY_2)
    assert (with_next_debt.client.begun_anew, with_next_debt.debt("f1").approved) == (1, ())
    assert to(to(known(BOSS)), BOSS, now=DAY_2).client.begun_anew == 0


def test_nobody_is_asked_any_more_for_a_click_on_a_letter_to_those_before():
    asked = debt(marks={"formal_letter": Mark("waiting", DAY_1, "needs_approval")})
    before = known(BOSS).with_debt(asked)
    assert waits(before, before.debt("f1"), DAY_1)
    after = to(before, ROSA)
    assert not waits(after, after.debt("f1"), DAY_1)


def test_a_slip_that_is_mended_before_any_letter_went_changes_nothing():
    assert to(to(known(BOSS, OFFICE), ROSA), OFFICE, now=DAY_2).client.addressed_since is None
    slipped = to(to(known(BOSS), ROSA), BOSS, now=DAY_2).client
    assert (slipped.begun_anew, slipped.addressed_since) == (0, None)


def test_a_firm_letter_that_waited_for_the_click_waits_again_after_a_mended_slip_that_a_run_had_seen():
    held = Mark("waiting", DAY_2, "needs_approval")
    marks = {"overdue_1": Mark("sent", DAY_1), "overdue_2": Mark("sent", DAY_1), "formal_letter": held}
    waiting = known(BOSS, contact_days=(LATE_ON.date(),))  # a letter by hand has just gone
    waiting = waiting.with_debt(replace(waiting.debt("f1"), marks=marks))
    assert waits(waiting, waiting.debt("f1"), LATE_ON)
    slipped = decide(to(waiting, ROSA, now=LATE_ON), LATE_ON).case
    assert not waits(slipped, slipped.debt("f1"), LATE_ON)
    mended = decide(to(slipped, BOSS, now=MENDED), MENDED).case
    assert waits(mended, mended.debt("f1"), MENDED)


def test_where_nothing_ever_went_a_corrected_address_begins_nothing_anew():
    assert to(case(debt(), contacts=(BOSS,)), ROSA).client.begun_anew == 0


def test_what_was_stored_before_letters_began_anew_goes_on_where_it_was():
    held = story(event("2026-07-20", type="client_changed", email="rita@example.com"))
    assert told(play(held), "2026-07-20")[0] == ("2026-07-22", "overdue_2")


def test_debts_that_came_later_have_their_own_ladder():
    later = debt(id="f2", number="F-002", opened_at=DAY_2)
    moved = to(known(BOSS), ROSA)
    assert {step.key for step in occurrences(moved, later)} == {step.key for step in occurrences(case(later), later)}


# -- whatever happened before ---------------------------------------------------------------------

EVENTS = st.sampled_from(
    [
        {"type": "approve", "step": "formal_letter"},
        {"type": "contact"},
        {"type": "payment", "amount": "100.00"},
        {"type": "pause", "until": "2026-09-20"},
        {"type": "extension", "until": "2026-09-01"},
        {"type": "promise"},
        {"type": "due_changed", "due_on": "2026-08-25"},
        {"type": "wrong_person"},
        {"type": "bounce"},
        {"type": "new_address", "email": "rosa@example.com"},
    ]
)


@pytest.mark.soak
@settings(max_examples=amount(10, 600), deadline=None, suppress_health_check=list(HealthCheck))
@given(days=st.lists(st.tuples(st.integers(0, 80), EVENTS), max_size=5), changed=st.integers(0, 80))
def test_whatever_happened_before_the_first_late_letter_to_them_is_the_kindest(days, changed):
    """And the others follow it no nearer than in the ladder."""
    day = [(date(2026, 6, 2) + timedelta(n)).isoformat() for n in range(100)]
    on = [event(day[n], **what) | ({"on": day[n + 12]} if what["type"] == "promise" else {}) for n, what in days]
    events = sorted([*on, event(day[changed], **RITA)], key=lambda one: one["at"])
    played = play(story(*events, event("2026-10-01", type="approve", step="formal_letter")))
    since = played.case.client.addressed_since
    went = [letter for letter in played.letters if since and letter.at >= since]
    late = [letter for letter in went if letter.step in LATE]
    kind = [letter.step for letter in went if letter.step in ("overdue_1", "promise_missed")]  # which takes its place
    assert not late or went.index(late[0]) >= [letter.step for letter in went].index(kind[0])
    assert [LATE[letter.step] for letter in late] == sorted({LATE[letter.step] for letter in late})
    for letter in late if late and late[0].step == "overdue_1" else ():
        assert (letter.day - late[0].day).days >= LATE[letter.step] - LATE["overdue_1"]

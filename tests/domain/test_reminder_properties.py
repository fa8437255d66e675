"""Whatever happens, and in whatever order: the promises that no run may break."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aldia.domain.contact_rules import is_open
from aldia.domain.errors import Refused
from aldia.domain.reminders import decide, next_wakeup, preview
from aldia.domain.silences import all_silences
from tests.domain.driver import LONG_LADDER, case_of, play

FIRST = date(2026, 6, 1)
AGREED = {"promise", "extension", "plan"}
DAYS = 50

STEPS = (
    {"step": "invoice_sent", "anchor": "issued", "days": 0},
    {"step": "discount_ending", "anchor": "discount", "days": -2},
    *LONG_LADDER,
    {"step": "again", "anchor": "last", "days": 3, "repeat_every": 9, "times": 3},
    {"step": "weekly", "anchor": "due", "days": 2, "repeat_every": 5, "times": 4},
    {"step": "formal_letter", "anchor": "due", "days": 10, "approve": True},
    {"step": "call", "anchor": "due", "days": 9, "channel": "task"},
    {"step": "visit", "anchor": "last", "days": 0, "channel": "task"},
)


def on(days):
    return (FIRST + timedelta(days=days)).isoformat()


@st.composite
def ladders(draw):
    chosen = [step for step in STEPS if draw(st.booleans())]
    while chosen and chosen[0]["anchor"] == "last":
        chosen = chosen[1:]
    return chosen


@st.composite
def debts(draw, number):
    issued, net = draw(st.integers(0, 10)), draw(st.integers(0, 30))
    debt = {"id": f"f{number}", "issued_on": on(issued), "due_on": on(issued + net), "amount": "1000.00"}
    if draw(st.booleans()):
        late, hour = draw(st.integers(0, 25)), draw(st.integers(0, 23))
        debt["opened_at"] = f"{on(issued + late)}T{hour:02}:00:00+02:00"
    if draw(st.booleans()) and net > 4:
        debt["discount"] = {"kind": "tiers", "tiers": [{"percent": "5", "last_day": on(issued + net - 3)}]}
    if draw(st.integers(0, 3)) == 0:
        debt["interest"] = {"rate": "12", "fixed_compensation": "40.00"}
    if draw(st.integers(0, 2)) == 0:
        debt["instalments"] = [
            {"due_on": on(issued + net // 2), "amount": "400.00"},
            {"due_on": on(issued + net), "amount": "600.00"},
        ]
    return debt


NAMES = {step["step"] for step in STEPS}

KINDS = (
    "payment", "checkout", "checkout_result", "refund", "decide", "promise", "extension", "plan", "dispute",
    "dispute_resolved", "already_paid", "payment_not_found", "wrong_person", "client_changed", "pause", "resume",
    "stop", "bounce", "contact", "approve", "waive", "write_off", "due_changed", "new_address",
)  # fmt: skip


@st.composite
def events(draw, ids):
    day, hour = draw(st.integers(0, DAYS)), draw(st.integers(0, 23))
    later = on(day + draw(st.integers(0, 20)))
    kind = draw(st.sampled_from(KINDS))
    event = {"at": f"{on(day)}T{hour:02}:07:00+02:00", "type": kind, "debt": draw(st.sampled_from(ids))}
    more = {
        "payment": {"amount": draw(st.sampled_from(["100.00", "400.00", "600.00", "1000.00"]))},
        "checkout": {
            "id": draw(st.sampled_from(["k1", "k2"])),
            "method": draw(st.sampled_from(["card", "oxxo", "spei", "sepa_debit"])),
        },
        "checkout_result": {
            "id": draw(st.sampled_from(["k1", "k2"])),
            "result": draw(st.sampled_from(["paid", "failed", "expired"])),
        },
        "refund": {"amount": "100.00"},
        "decide": {"outcome": draw(st.sampled_from(["reopen", "waive", "write_off"]))},
        "promise": {"on": later} | draw(st.sampled_from([{}, {"amount": "300.00"}])),
        "extension": {"until": later},
        "plan": {"count": draw(st.integers(1, 3)), "first_on": later, "every": "week"},
        "pause": {"until": later},
        "approve": {"step": draw(st.sampled_from(["formal_letter", "formal_letter@i1", "formal_letter@i2"]))},
        "client_changed": {"email": "right@example.com"},
        "new_address": {"email": f"{draw(st.sampled_from(['rita', 'rosa']))}@example.com"},
        "waive": {"amount": "100.00"},
        "due_changed": {"due_on": later},
    }
    return event | more.get(kind, {})


@st.composite
def stories(draw, rules="on"):
    count = draw(st.integers(1, 3))
    listed = [draw(debts(number)) for number in range(count)]
    ids = [debt["id"] for debt in listed]
    start = draw(st.integers(0, 40))
    return {
        "account": {
            "name": "Ana",
            "country": draw(st.sampled_from(["ES", "CO"])),
            "timezone": "Europe/Madrid",
            "ladder": draw(ladders()),
            "contact_rules": rules,
        },
        "clients": [{"id": "bruno", "name": "Bruno", "email": "b@example.com", "timezone": "America/Bogota"}],
        "debts": listed,
        "events": sorted(draw(st.lists(events(ids), max_size=6)), key=lambda event: event["at"]),
        "outages": [
            {"from": f"{on(start)}T00:00:00+02:00", "until": f"{on(start + draw(st.integers(0, 12)))}T08:00:00+02:00"}
        ],
        "run": {"until": f"{on(DAYS)}T00:00:00+02:00", "every_minutes": 240},
    }


def without_wakeup(case):
    return replace(case, client=replace(case.client, next_at=None))


class Watch:
    """What every run is measured against."""

    def __init__(self):
        self.counted = []
        self.events = []

    def __call__(self, before, at, outcome):
        again = decide(outcome.case, at)
        assert not again.letters
        assert not again.tasks
        assert again.case == outcome.case
        is_idle = not outcome.letters and not outcome.tasks and without_wakeup(before) == without_wakeup(outcome.case)
        asked = before.client.next_at
        assert is_idle or (asked is not None and asked <= at), "it would have slept through this"
        assert is_idle or next_wakeup(before, at) == at
        for letter in outcome.letters:
            self.letter(before, at, letter)

    def letter(self, before, at, letter):
        day = before.local_day(at)
        for part in letter.parts:
            silent = {silence.reason for silence in all_silences(before, before.debt(part.debt_id), at)}
            # A promise or voucher ends, and its letter goes, in one run.
            assert not silent - (AGREED if letter.letter_class == "dated" else set())
            assert part.amount_minor > 0
        if before.account.policy.enabled:
            assert is_open(before, day)
            assert 9 <= at.astimezone(before.zone).hour < 18
            if letter.letter_class == "ladder":
                days = [known for known in before.client.contact_days if known <= day]
                assert not days or (day - max(days)).days >= 7
                assert not any(known == day for known, _ in self.counted)
        self.counted.append((day, letter))


def no_step_went_twice(watch):
    parts = [part for _, letter in watch.counted for part in letter.parts]
    steps = [(part.debt_id, part.key) for part in parts if "@" not in part.key or part.key.split("@")[0] in NAMES]
    assert len(set(steps)) == len(steps)


def no_debt_was_told_twice_a_day(watch):
    held_back = [(day, letter) for day, letter in watch.counted if letter.letter_class == "ladder"]
    told = [(day, part.debt_id) for day, letter in held_back for part in letter.parts]
    assert len(set(told)) == len(told)


def play_what_is_possible(story, watch):
    """Play a story at every tick, leaving out the events that are refused: nobody can do those."""
    while True:
        watch.events = story["events"]
        try:
            return play(story, every_tick=True, on_tick=watch)
        except Refused as refused:
            story = story | {"events": without_first_refused(story, refused)}
            watch.__init__()


def without_first_refused(story, refused):
    known = list(story["events"])
    for place in range(len(known)):
        try:
            play(story | {"events": known[: place + 1]})
        except Refused:
            return known[:place] + known[place + 1 :]
    raise refused


SLOW = settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.slow
@SLOW
@given(stories())
def test_no_story_breaks_a_promise(story):
    watch = Watch()
    play_what_is_possible(story, watch)
    no_step_went_twice(watch)
    no_debt_was_told_twice_a_day(watch)


@pytest.mark.slow
@SLOW
@given(stories(rules="off"))
def test_with_the_rules_off_a_step_still_goes_once_and_never_while_silent(story):
    watch = Watch()
    play_what_is_possible(story, watch)
    no_step_went_twice(watch)


@pytest.mark.slow
@SLOW
@given(stories())
def test_sleeping_until_the_wakeup_changes_nothing(story):
    watch = Watch()
    awake = play_what_is_possible(story, watch)
    possible = story | {"events": watch.events}
    asleep = play(possible)
    assert asleep.letters == awake.letters
    assert asleep.tasks == awake.tasks
    assert asleep.skips == awake.skips


@pytest.mark.slow
@SLOW
@given(stories())
def test_the_preview_is_what_then_happens(story):
    """With nobody doing anything, and with runs at every quarter of an hour."""
    story = story | {"events": [], "outages": []}
    story["run"]["every_minutes"] = 15
    played = play(story)
    first = case_of(story)
    planned = preview(
        first, min(debt.opened_at for debt in first.debts), until=datetime.fromisoformat(story["run"]["until"])
    )
    told = [(plan.at, plan.debt_id, plan.key) for plan in planned if plan.kind == "letter"]
    assert told == [(letter.at, part.debt_id, part.key) for letter in played.letters for part in letter.parts]
    assert [(plan.at, plan.step) for plan in planned if plan.kind == "task"] == [
        (task.at, task.step) for task in played.tasks
    ]
    assert {f"{plan.debt_id}/{plan.key}": plan.reason for plan in planned if plan.kind == "skip"} == {
        key: reason for key, (_, reason, _) in played.skips.items()
    }

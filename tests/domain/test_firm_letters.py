"""Letters that wait for a click, of a debt with several dates: one about all of them, and a click for it alone."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aldia.domain import approvals
from aldia.domain.debt import Mark
from aldia.domain.firm_letters import cited, click_for, is_clicked, is_told, unclicked
from aldia.domain.held import next_click, wanting_click
from aldia.domain.ladder import step_of
from aldia.domain.look import Look
from tests.domain.driver import play
from tests.soak import amount

THREE = [("2026-01-30", "300.00"), ("2026-02-27", "300.00"), ("2026-03-31", "400.00")]
FIRM = ("formal_letter", "last_notice")
WAITS = Mark("waiting", datetime.fromisoformat("2026-05-01T15:00:00+00:00"), "needs_approval")


def story(*events, until="2026-09-01", parts=THREE, **debt):
    """A debt of 1,000 pesos with a date for each part, of which nothing is paid."""
    dates = [{"due_on": day, "amount": minor} for day, minor in parts]
    last = {"due_on": parts[-1][0], "instalments": dates}
    owed = {"id": "f1", "issued_on": "2026-01-02", "currency": "MXN", "amount": "1000.00"} | last | debt
    run = {"until": f"{until}T00:00:00-06:00", "every_minutes": 180}
    return {"account": {"name": "Ana", "country": "MX"}, "debts": [owed], "events": list(events), "run": run}


def click(day, step, hour=12):
    return {"at": f"{day}T{hour}:00:00-06:00", "type": "approve", "debt": "f1", "step": step}


def firm(played):
    """(day, key, sum in minor units) of what went of the firm letters."""
    parts = [(letter.day.isoformat(), part) for letter in played.letters for part in letter.parts if part.step in FIRM]
    return [(day, part.key, part.amount_minor) for day, part in parts]


def test_one_click_sends_one_formal_letter_about_every_part_whose_day_for_it_has_come():
    played = play(story(click("2026-05-14", "formal_letter@i3")))
    assert firm(played) == [("2026-05-14", "formal_letter@i3", 100_000)]
    marks = played.case.debt("f1").marks
    assert [marks[key].state for key in ("formal_letter", "formal_letter@i2")] == ["given_up", "given_up"]


def test_the_step_of_the_format_goes_once_too_where_all_its_parts_have_come():
    assert firm(play(story(click("2026-05-14", "formal_letter")))) == [("2026-05-14", "formal_letter@i3", 100_000)]


def test_a_click_in_advance_on_the_step_lets_each_part_go_on_its_day_as_the_format_has_it():
    went = firm(play(story(click("2026-01-05", "formal_letter"))))
    assert [(key, minor) for _, key, minor in went] == [
        ("formal_letter", 30_000), ("formal_letter@i2", 60_000), ("formal_letter@i3", 100_000),
    ]  # fmt: skip


def test_what_is_late_after_the_letter_wants_a_click_of_its_own():
    first = click("2026-04-02", "formal_letter@i2")  # the third part's day is 30 April
    played = play(story(first))
    assert firm(played) == [("2026-04-03", "formal_letter@i2", 60_000)]
    assert unclicked(played.case.debt("f1")) == ["last_notice@i2", "formal_letter@i3", "last_notice@i3"]
    more = play(story(first, click("2026-06-10", "formal_letter@i3")))
    assert firm(more)[1:] == [("2026-06-10", "formal_letter@i3", 100_000)]


def test_the_last_notice_is_about_what_the_formal_letter_asked_for():
    formal, last = click("2026-04-02", "formal_letter@i2"), click("2026-06-10", "last_notice@i2")
    played = play(story(formal, last, until="2026-06-20"))
    assert [(key, minor) for _, key, minor in firm(played)] == [
        ("formal_letter@i2", 60_000),
        ("last_notice@i2", 60_000),
    ]
    debt = played.case.debt("f1")
    assert [mark.at.date() for mark in cited(debt, "last_notice@i2", "formal_letter")] == [date(2026, 3, 29)]
    assert cited(debt, "last_notice@i3", "formal_letter") == []
    assert is_told(debt, "last_notice")


def test_the_card_asks_for_what_the_letter_will_ask_for():
    case = play(story(until="2026-05-14")).case
    look = Look(case, case.debt("f1"), datetime.fromisoformat("2026-05-14T15:00:00+00:00"))
    assert [step.key for step in wanting_click(look)] == ["formal_letter@i3"]
    wanted = next_click(look)
    assert (wanted.step, wanted.minor) == ("formal_letter", 100_000)
    assert wanted.days == (date(2026, 1, 30), date(2026, 2, 27), date(2026, 3, 31))


def test_where_each_letter_is_asked_for_the_firm_one_is_shown_once_and_its_no_is_for_all_parts():
    case = play(story(until="2026-05-14")).case
    case = replace(case, account=replace(case.account, asks_first=True))
    now = datetime.fromisoformat("2026-05-14T15:00:00+00:00")
    (one,) = approvals.asked(case, now)
    assert [(part.key, part.amount_minor) for part in one.letter.parts] == [("formal_letter@i3", 100_000)]
    left = approvals.leave_out(case, one.mark, now=now).case
    later = now + timedelta(days=30)
    steps = [part.step for other in approvals.asked(left, later) for part in other.letter.parts]
    assert "formal_letter" not in steps


@pytest.mark.parametrize(
    ("approved", "key", "is_given"),
    [
        ("formal_letter", "formal_letter@i2", True),
        ("formal_letter@i2", "formal_letter@i2", True),
        ("formal_letter@i2", "formal_letter@i2/2", True),
        ("formal_letter@i1", "formal_letter", True),
        ("formal_letter@i1", "formal_letter@i2", False),
        ("formal_letter@i2", "formal_letter", False),
        ("formal_letter@i2", "formal_letter@i2~1", False),
        ("formal_letter@~1", "formal_letter@~1", True),
        ("last_notice@i2", "formal_letter@i2", False),
    ],
)
def test_a_click_is_for_its_letter_and_its_repetitions(approved, key, is_given):
    debt = replace(play(story(until="2026-01-03")).case.debt("f1"), approved=(approved,))
    assert is_clicked(debt, key) is is_given


def test_of_what_another_letter_speaks_for_nothing_waits():
    debt = play(story(until="2026-01-03")).case.debt("f1")
    waiting = {"formal_letter": WAITS, "formal_letter@i2": WAITS, "formal_letter@i3": WAITS}
    clicked = replace(debt, marks=waiting, approved=("formal_letter@i3",))
    assert unclicked(clicked) == []
    assert unclicked(replace(clicked, approved=("formal_letter@i2",))) == ["formal_letter@i3"]


# -- whatever happens ----------------------------------------------------------------------------

START = date(2026, 1, 2)


def on(days):
    return (START + timedelta(days=days)).isoformat()


@st.composite
def stories(draw):
    gaps = draw(st.lists(st.integers(1, 40), min_size=2, max_size=4))
    dates = [10 + sum(gaps[: place + 1]) for place in range(len(gaps))]
    parts = [(on(day), f"{100 if place else 1000 - 100 * (len(dates) - 1)}.00") for place, day in enumerate(dates)]
    keys = [name if place == 0 else f"{name}@i{place + 1}" for name in FIRM for place in range(len(dates))]
    events = []
    for day in draw(st.lists(st.integers(11, 200), max_size=6, unique=True)):
        what = draw(st.sampled_from(["click", "click", "click", "step", "payment", "extension", "pause"]))
        more = {
            "click": {"type": "approve", "step": click_for(draw(st.sampled_from(keys)))},
            "step": {"type": "approve", "step": draw(st.sampled_from(FIRM))},
            "payment": {"type": "payment", "amount": "100.00", "method": "cash"},
            "extension": {"type": "extension", "until": on(day + 20)},
            "pause": {"type": "pause", "until": on(day + 30)},
        }
        events.append({"at": f"{on(day)}T12:00:00-06:00", "debt": "f1", **more[what]})
    return story(*sorted(events, key=lambda event: event["at"]), until=on(300), parts=parts)


@pytest.mark.slow
@pytest.mark.soak
@settings(max_examples=amount(15, 400), deadline=None)
@given(stories())
def test_each_part_is_asked_for_by_one_firm_letter_of_a_kind_and_only_after_its_click(told):
    played = play(told)
    ids = [part.id for part in played.case.debt("f1").instalments]
    clicks = [event for event in told["events"] if event["type"] == "approve"]
    asked = {}  # step → the place of the last part that was asked for
    for letter in played.letters:
        for part in (part for part in letter.parts if part.step in FIRM):
            allowed = {event["step"] for event in clicks if datetime.fromisoformat(event["at"]) <= letter.at}
            assert {part.step, click_for(part.key)} & allowed, f"{part.key} went and nobody had clicked it"
            place = ids.index(click_for(part.key).partition("@")[2])
            assert place > asked.get(part.step, -1), f"{part.key} asks again for what a letter has asked for"
            assert part.step == "formal_letter" or place >= asked.get("formal_letter", -1)
            asked[part.step] = place
    debt = played.case.debt("f1")
    waiting = [key for key, mark in debt.marks.items() if mark.state == "waiting" and step_of(key) in FIRM]
    assert not [key for key in waiting if is_told(debt, key)]

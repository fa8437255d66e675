"""A letter that was refused for now is tried again only while it still says what is true."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aldia.domain import answers
from aldia.domain.case import Letter, LetterPart
from aldia.domain.debt import LetterNote, Pause, Yes
from aldia.domain.tried_again import told, why_not
from tests.domain.answer_world import at, case, day, debt

NOW = at("2026-07-08 10:00")  # a Wednesday, a week after the due date
KEY = "overdue_1"
REMINDER = Letter(KEY, "ladder", day("2026-07-08"), NOW, parts=(LetterPart("f1", KEY, KEY, 100000, "MXN"),))
SHARED = Letter("terms_shared", "ladder", day("2026-07-08"), NOW, cause="terms/k1")


def why(known, letter=REMINDER, *, claimed=None, now=NOW):
    """Why it may not go, claimed when the case was as it is now unless `claimed` says otherwise."""
    return why_not(known, letter, told(known if claimed is None else claimed, letter), now)


def asked_first(*debts):
    known = case(*debts)
    return replace(known, account=replace(known.account, asks_first=True))


# -- whether it says the same ---------------------------------------------------------------------


def test_what_changes_nothing_that_it_tells_lets_it_go():
    assert why(case()) == ""
    noted = case(debt(letter_note=LetterNote(KEY, "Feliz cumpleaños", NOW)))
    assert told(noted, REMINDER) == told(case(), REMINDER) != ""  # the letter took its note from the debt
    withdrawn = case(terms_links=2)
    assert told(withdrawn, REMINDER) == told(case(), REMINDER)  # it leads to no terms


@pytest.mark.parametrize(
    "changed",
    [case(debt(amount_minor=90000)), case(debt(concept="Otra cosa")), case(name="Bruno Díaz")],
    ids=["amount", "concept", "name"],
)
def test_what_changes_something_that_it_tells_stops_it(changed):
    assert why(case(), claimed=changed) == "changed"


def test_a_letter_about_a_debt_in_the_bin_has_no_name():
    assert told(case(debt(deleted_at=NOW)), REMINDER) == ""


def test_a_letter_that_leads_to_the_terms_stops_once_its_links_were_withdrawn():
    before, after = case(terms_links=1), case(terms_links=2)
    assert why(after, SHARED, claimed=after) == ""
    assert why(after, SHARED, claimed=before) == "changed"


# -- silence, hour and day ------------------------------------------------------------------------


def test_what_the_client_answered_meanwhile_silences_it():
    promised = answers.promise(case(), "f1", on=day("2026-07-13"), now=NOW).case
    assert why(promised) == "promise"


def test_a_letter_about_no_debt_is_silenced_with_its_client():
    assert why(case(stopped_at=NOW), SHARED) == "stopped"
    assert why(case(pause=Pause(NOW)), SHARED) == "paused"


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        (NOW + timedelta(hours=7), ""),
        (at("2026-07-08 18:00"), "window"),
        (at("2026-07-08 08:59"), "window"),
        (at("2026-07-09 10:00"), "window"),  # an open hour of another day
        (at("2026-07-11 10:00"), "closed_day"),
    ],
)
def test_it_is_true_on_its_own_day_within_the_hours(now, reason):
    assert why(case(), now=now) == reason


# -- the freelancer's yes -------------------------------------------------------------------------


def yes(key):
    return Yes(key, NOW, day("2026-07-08"), "shown", (("f1", key),))


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({}, "needs_approval"),
        ({"yeses": (yes("overdue_2"),)}, "needs_approval"),
        ({"yeses": (yes(KEY),)}, ""),
        ({"yeses": (yes("overdue_2"), yes(KEY))}, ""),
        ({"approved": (KEY,)}, ""),
        ({"approved": ("formal_letter",)}, "needs_approval"),
    ],
)
def test_where_each_letter_is_asked_for_by_now_one_that_never_was_waits(given, reason):
    assert why(asked_first(debt(**given))) == reason
    assert why(case(debt(**given))) == ""


def test_a_letter_over_two_debts_needs_the_yes_of_both():
    both = replace(REMINDER, parts=(*REMINDER.parts, LetterPart("f2", KEY, KEY, 100000, "MXN")))
    assert why(asked_first(debt(yeses=(yes(KEY),)), debt(id="f2")), both) == "needs_approval"
    assert why(asked_first(debt(yeses=(yes(KEY),)), debt(id="f2", yeses=(yes(KEY),))), both) == ""


def test_a_letter_that_is_no_step_needs_no_yes():
    by_hand = replace(REMINDER, parts=(LetterPart("f1", KEY, "", 100000, "MXN"),))
    assert why(asked_first(debt()), by_hand) == ""

"""Silence that is taken back, and who is written to then: the client's own word, a slip of "not me", a person named."""

from dataclasses import replace

import pytest

from aldia.domain.client import BillingContact
from aldia.domain.debt import Entry, Pause
from aldia.domain.errors import Refused
from aldia.domain.silencing import (
    asked_again,
    client_changed,
    complaint,
    pause,
    right_person,
    stop,
    wants_them_again,
    write_to_suggested,
    wrong_person,
)
from tests.domain.answer_world import BRUNO, at, case, day, debt, news, only_letter

NOW = at("2026-07-20 12:00")
TODAY = day("2026-07-20")
LATER = at("2026-07-24 12:00")
MARTA = BillingContact("marta@example.com", "Marta")


def stopped():
    return stop(case(), now=NOW).case


# -- no more letters, and again -------------------------------------------------------------------


def test_what_a_stop_lists_is_what_is_payable_of_each_debt_that_is_not_in_the_bin():
    paid = Entry("p", "payment", on=TODAY, at=NOW, amount_minor=40_000)
    all_of_it = replace(paid, amount_minor=100_000)
    known = case(
        debt(entries=(paid,)), debt(id="f2", entries=(all_of_it,)), debt(id="f3", deleted_at=NOW), debt(id="f4")
    )
    letter = only_letter(stop(known, now=NOW))
    assert [(part.debt_id, part.amount_minor, part.currency) for part in letter.parts] == [
        ("f1", 60_000, "MXN"),
        ("f4", 100_000, "MXN"),
    ]
    assert (letter.letter_class, letter.day, letter.facts) == ("answer", TODAY, {})


def test_the_days_of_stops_and_complaints_are_kept_for_the_relation():
    assert stopped().client.opt_outs == (TODAY,)
    assert complaint(case(), now=NOW).case.client.complaints == (TODAY,)


def test_only_with_the_clients_own_words_does_the_freelancer_end_a_stop():
    with pytest.raises(Refused, match=r"clients\.asked_again_missing") as refused:
        asked_again(stopped(), words="  ", now=LATER)
    assert refused.value.field == "words"
    again = asked_again(stopped(), words=" Me lo dijo por teléfono ", now=LATER)
    assert (again.case.client.stopped_at, again.letters) == (None, ())
    assert [(told.kind, told.text) for told in again.notices] == [("asked_again", "Me lo dijo por teléfono")]
    assert again.case.client.contact_days == stopped().client.contact_days
    never = case()
    assert asked_again(never, words="Sí", now=LATER).case is never


def test_a_client_that_wants_letters_again_gets_the_first_a_distance_after_that_press():
    again = wants_them_again(stopped(), now=LATER)
    assert again.case.client.stopped_at is None
    assert day("2026-07-24") in again.case.client.contact_days
    assert [(told.kind, told.text) for told in again.notices] == [("asked_again", "")]
    never = case()
    assert wants_them_again(never, now=LATER).case is never


# -- not me ---------------------------------------------------------------------------------------


def test_whom_the_wrong_person_names_is_told_and_kept_and_a_later_word_adds_to_it():
    first = wrong_person(case(), suggested=MARTA, now=NOW)
    assert [(told.kind, told.text) for told in first.notices] == [("wrong_person", "marta@example.com")]
    assert (first.case.client.suggested, first.case.client.reported_at) == (MARTA, None)
    reported = wrong_person(first.case, is_report=True, now=LATER)
    held = reported.case.client
    assert (held.suggested, held.reported_at, held.wrong_person_at) == (MARTA, LATER, NOW)
    assert (reported.letters, reported.notices) == ((), ())
    assert wrong_person(reported.case, is_report=True, now=at("2026-07-25 12:00")).case is reported.case
    unnamed = wrong_person(case(), now=NOW)
    assert unnamed.notices[0].text == ""
    assert wrong_person(unnamed.case, suggested=MARTA, now=LATER).case.client.suggested == MARTA


def test_who_takes_not_me_back_is_written_to_again_and_all_that_was_said_with_it_is_forgotten():
    said = wrong_person(case(), suggested=MARTA, is_report=True, now=NOW).case
    back = right_person(said, now=LATER)
    held = back.case.client
    assert (held.wrong_person_at, held.suggested, held.reported_at) == (None, None, None)
    assert (news(back), back.letters) == (["right_person"], ())
    known = case()
    assert right_person(known, now=LATER).case is known


def test_the_person_who_was_named_gets_the_letters_and_nobody_who_got_them_before():
    named = wrong_person(case(), suggested=MARTA, now=NOW).case
    taken = write_to_suggested(named, now=LATER).case.client
    assert taken.contacts == (MARTA, replace(BRUNO, mail="none"))
    assert taken.emails == ("marta@example.com",)
    assert (taken.wrong_person_at, taken.suggested) == (None, None)
    assert taken.link_version == named.client.link_version + 1
    with pytest.raises(Refused, match="nobody_suggested"):
        write_to_suggested(case(), now=LATER)


def test_somebody_named_who_is_known_already_stands_there_once():
    known = case(contacts=(BRUNO, replace(MARTA, mail="none")))
    named = wrong_person(known, suggested=MARTA, now=NOW).case
    assert write_to_suggested(named, now=LATER).case.client.contacts == (MARTA, replace(BRUNO, mail="none"))


def test_an_address_that_the_freelancer_says_is_right_asks_for_no_click_again():
    allowed = case(debt(approved=("formal_letter",)), known_addresses=BRUNO_KNOWN)
    moved = replace(allowed.client, contacts=(MARTA,))
    sure = client_changed(allowed, client=moved, now=NOW, is_reachable=True).case
    assert sure.debt("f1").approved == ("formal_letter",)
    assert client_changed(allowed, client=moved, now=NOW).case.debt("f1").approved == ()


BRUNO_KNOWN = ("bruno@example.com",)


# -- pauses ---------------------------------------------------------------------------------------


def test_a_pause_keeps_since_when_until_when_and_why():
    paused = pause(case(), None, until=TODAY, reason="vacaciones", now=NOW).case
    assert paused.client.pause == Pause(NOW, TODAY, "vacaciones")
    assert paused.debt("f1").pause is None
    one = pause(case(), "f1", now=NOW).case
    assert (one.debt("f1").pause, one.client.pause) == (Pause(NOW), None)
    with pytest.raises(Refused, match="unknown_debt"):
        pause(case(debt(deleted_at=NOW)), "f1", now=NOW)
    with pytest.raises(Refused, match="day_is_past") as refused:
        pause(case(), "f1", until=day("2026-07-19"), now=NOW)
    assert refused.value.field == "until"

"""What is asked for again after an answer, which pause holds, whose yes counts, and what a client may still say."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aldia.domain import agreements, answers, new_readers, proposals, taken_back
from aldia.domain.client import BillingContact
from aldia.domain.concessions import Wish
from aldia.domain.debt import Entry, Instalment, Mark, Pause, Step
from aldia.domain.errors import Refused
from aldia.domain.ladder import occurrences
from aldia.domain.opinions import asked, just_said, opinion
from aldia.domain.outcomes import answer
from aldia.domain.payments import record_payment
from aldia.domain.prevention import Accepted
from aldia.domain.received import invoice_is_right, may_not_have_come
from aldia.domain.spoken import Agreement, Opinion
from aldia.domain.working_terms import Section, TermsVersion, accept, stamped, withdraw
from tests.domain.answer_world import at, case, day, debt, news, only_letter, steps

NOW, TODAY = at("2026-07-20 12:00"), day("2026-07-20")


def dated(*dates):
    parts = tuple(Instalment(f"i{n}", day(on), minor) for n, (on, minor) in enumerate(dates, start=1))
    return debt(instalments=parts, due_on=parts[-1].due_on)


def paid(known, key="hand.p", minor=100_000, now=NOW):
    on = known.local_day(now)
    return record_payment(known, "f1", key=key, amount_minor=minor, method="cash", on=on, now=now, by_hand=True).case


# -- the sum of an answer -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "minor"),
    [("dispute_resolved", 60_000), ("payment_not_found", 60_000), ("proposal_declined", 100_000)],
)
def test_an_answer_that_asks_for_money_again_asks_for_what_is_due_and_the_others_name_everything(step, minor):
    known = case(dated(("2026-07-01", 60_000), ("2026-09-01", 40_000)))
    (letter,) = answer(known, known.debt("f1"), step, NOW, facts={})
    assert letter.parts[0].amount_minor == minor


def test_an_answer_goes_wherever_the_client_can_be_written_to_and_nowhere_else():
    for client in ({"contacts": ()}, {"consents": ()}, {"bounced_at": NOW}, {"wrong_person_at": NOW}):
        known = case(**client)
        assert answer(known, known.debt("f1"), "stop_noted", NOW, facts={}) == ()
    known = case(stopped_at=NOW)  # who asked for silence still gets answers
    assert [letter.step for letter in answer(known, known.debt("f1"), "stop_noted", NOW, facts={})] == ["stop_noted"]


# -- whether the invoice came ---------------------------------------------------------------------

SENT, LATER = at("2026-06-24 09:00"), at("2026-06-25 09:00")


@pytest.mark.parametrize(
    ("marks", "may_not"),
    [
        ({}, True),
        ({"pre_due": Mark("sent", SENT)}, False),
        ({"pre_due": Mark("sent", LATER)}, True),  # only this letter and those after it
        ({"pre_due": Mark("sent", SENT - timedelta(days=2), moved_to=LATER)}, True),  # it went later than it fell due
        ({"pre_due": Mark("waiting", SENT)}, True),
        ({"pre_due": Mark("given_up", SENT, over_on=day("2026-06-24"))}, True),
        ({"invoice_sent": Mark("sent", LATER)}, False),  # brings it, in whatever order they are told
        ({"invoice_sent": Mark("sent", LATER), "pre_due": Mark("sent", LATER)}, False),
        ({"pre_due": Mark("sent", SENT), "due_today": Mark("sent", LATER)}, False),
    ],
)
def test_a_client_is_asked_whether_the_invoice_came_until_a_letter_told_of_it(marks, may_not):
    assert may_not_have_come(debt(marks=marks), LATER) is may_not
    assert may_not_have_come(debt(marks=marks, found_right_at=SENT), LATER) is False


def test_that_the_invoice_is_right_is_kept_once_and_answered_by_no_letter():
    outcome = invoice_is_right(case(), "f1", now=NOW)
    assert (outcome.case.debt("f1").found_right_at, news(outcome), steps(outcome)) == (NOW, ["found_right"], [])
    assert invoice_is_right(outcome.case, "f1", now=NOW + timedelta(days=1)).case is outcome.case


# -- opinions -------------------------------------------------------------------------------------


def test_who_has_said_how_a_problem_went_is_not_asked_again():
    told = answers.dispute(case(), "f1", text="Falta algo", now=NOW).case
    done = answers.resolve_dispute(told, "f1", resolution="Listo", now=NOW).case
    said = opinion(done, "f1", about="problem", score="bad", now=NOW)
    assert asked(said.case, said.case.debt("f1"), NOW) is None
    assert [notice.text for notice in said.notices] == ["problem_bad"]


@pytest.mark.parametrize(
    ("minutes", "found"),
    [([], None), ([59], "good"), ([60], None), ([90, 10], "bad"), ([10, 90], "good"), ([30, 20], "bad")],
)
def test_a_client_may_think_again_for_an_hour_about_its_last_word(minutes, found):
    scores = ("good", "bad")
    said = [
        Opinion(("payment", "problem")[n], scores[n], NOW - timedelta(minutes=ago)) for n, ago in enumerate(minutes)
    ]
    last = just_said(debt(opinions=tuple(said)), NOW)
    assert (last and last.score) == found


# -- a payment taken back -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pause", "until"),
    [
        (None, "2026-07-27"),
        (Pause(NOW, None, "trust"), None),  # until she says so
        (Pause(NOW, day("2026-07-28")), "2026-07-28"),
        (Pause(NOW, day("2026-07-26")), "2026-07-27"),  # the week is longer
    ],
)
def test_a_debt_whose_payment_was_taken_back_rests_for_a_week_or_for_as_long_as_it_was_paused(pause, until):
    known = paid(case(debt(pause=pause)))
    back = taken_back.take_back_payment(known, "f1", key="hand.p", now=NOW).case.debt("f1").pause
    assert back.until == (until and day(until))
    assert back.reason == (pause.reason if pause else "")


def test_the_line_that_takes_another_back_names_it_and_stands_on_its_day():
    """A payment's own day, for the money never came; of anything else today."""
    known = paid(
        paid(case(), "hand.a", 10_000, now=at("2026-07-10 12:00")), "hand.b", 20_000, now=at("2026-07-11 12:00")
    )
    waived = Entry("w", "waive", day("2026-07-12"), NOW, 5_000)
    owed = replace(known.debt("f1"), entries=(*known.debt("f1").entries, waived))
    for key, on in (("hand.a", "2026-07-10"), ("hand.b", "2026-07-11"), ("w", "2026-07-20")):
        line = next(
            entry for entry in taken_back.without_entry(known, owed, key, NOW).entries if entry.kind == "undone"
        )
        assert (line.key, line.note, line.on) == (f"undone/{key}", key, day(on))


# -- terms ----------------------------------------------------------------------------------------


def version(number):
    texts = {language: (Section("Pagos", ("A 30 días",)),) for language in ("es", "en")}
    return TermsVersion(number, NOW, f"hash{number}", texts)


def test_a_newer_version_is_accepted_anew_and_an_older_one_or_the_same_changes_nothing():
    first = accept(case(), version(1), by="Bruno", now=NOW)
    assert first.case.client.accepted == Accepted(1, "hash1", NOW, "Bruno")
    assert (steps(first), news(first)) == (["terms_accepted"], ["terms_accepted"])
    assert only_letter(first).facts["text"] == "Pagos\n\n· A 30 días"
    assert accept(first.case, version(1), by="Otro", now=NOW).case is first.case
    second = accept(first.case, version(2), by="Bruna", now=NOW)
    assert second.case.client.accepted == Accepted(2, "hash2", NOW, "Bruna")
    assert accept(second.case, version(1), by="Bruno", now=NOW).case is second.case


@pytest.mark.parametrize(("issued_on", "holds"), [("2026-07-19", False), ("2026-07-20", True)])
def test_terms_hold_for_invoices_issued_from_the_day_of_the_yes_on(issued_on, holds):
    known = accept(case(), version(1), by="Bruno", now=NOW).case
    invoice = debt(issued_on=day(issued_on), agreed_terms=Accepted(9, "old", NOW, "x"))
    assert stamped(known, invoice).agreed_terms == (known.client.accepted if holds else None)
    assert stamped(case(), invoice).agreed_terms is None


def test_each_withdrawal_closes_the_links_that_were_given_before():
    once = withdraw(case(), now=NOW).case
    assert [one.client.terms_links for one in (case(), once, withdraw(once, now=NOW).case)] == [1, 2, 3]


# -- other readers --------------------------------------------------------------------------------


def test_a_slip_of_the_address_takes_back_its_own_beginning_and_no_earlier_one():
    boss, rosa = BillingContact("boss@example.com"), BillingContact("rosa@example.com")
    for times, left, since in ((2, 1, NOW), (1, 0, None), (0, 0, None)):
        was = replace(
            case().client, contacts=(rosa,), known_addresses=(boss.email,), begun_anew=times, addressed_since=NOW
        )
        back = new_readers.addressed(was, replace(was, contacts=(boss,)), NOW, begins_anew=True)
        assert (back.begun_anew, back.addressed_since) == (left, since)


def test_the_kindest_letter_for_other_people_is_a_letter_and_not_a_call():
    known = case(addressed_since=NOW, begun_anew=1)
    ladder = (Step("call", "due", 3, channel="task"), Step("overdue_1", "due", 7), Step("overdue_2", "due", 14))
    again = new_readers.anew(known, known.debt("f1"), ladder)
    assert (again.place, again.days, again.on) == (1, 7, TODAY)
    assert new_readers.anew(known, known.debt("f1"), ladder[:1]) is None
    assert new_readers.anew(known, debt(opened_at=NOW), ladder) is None  # opened for them


def test_for_other_people_no_firmer_letter_has_a_day_before_the_kindest_went_and_a_call_has_its_own():
    known = case(addressed_since=NOW, begun_anew=1)
    ladder = (Step("overdue_1", "due", 7), Step("call", "due", 14, channel="task"), Step("overdue_2", "due", 21))
    found = {one.key: str(one.on) for one in occurrences(known, debt(ladder=ladder))}
    assert found == {"overdue_1@~1": "2026-07-20", "call@~1": "2026-07-27"}


# -- agreements and questions ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "judged_at"),
    [
        ("2026-07-20 12:00", "2026-07-29 00:00"),  # Monday 27 and the open day after
        ("2026-07-29 00:00", "2026-08-29 00:00"),  # that one is over: the next date
        ("2026-08-29 00:00", None),
    ],
)
def test_a_plan_is_judged_next_at_the_end_of_its_next_open_date(moment, judged_at):
    halves = Wish(parts=((day("2026-07-27"), 50_000), (day("2026-08-27"), 50_000)))
    known = proposals.ask(case(), "f1", wish=halves, now=NOW).case
    found = agreements.next_judgement(known, known.debt("f1"), at(moment))
    assert found == (judged_at and at(judged_at))


def test_after_three_questions_the_sentence_stands_at_the_field_that_was_filled_in():
    five = tuple((day(f"2026-{8 + n:02}-01"), 20_000) for n in range(5))
    for wish, field in ((Wish(until=day("2026-09-30")), "until"), (Wish(parts=five), "first_on")):
        with pytest.raises(Refused, match="too_many_proposals") as refused:
            proposals.ask(case(debt(proposals_made=3)), "f1", wish=wish, now=NOW)
        assert (refused.value.field, refused.value.facts) == (field, {"count": 3})


def test_only_agreements_that_were_missed_are_counted_as_broken():
    kept = Agreement("plan", NOW, TODAY, state="kept")
    late = replace(kept, broken_on=TODAY)  # caught up later
    assert [agreements.times_broken(debt(agreements=made)) for made in ((), (kept,), (kept, late), (late, late))] == [
        0, 0, 1, 2,
    ]  # fmt: skip

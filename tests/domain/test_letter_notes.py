"""A note for one letter: in that letter and only once, whatever is skipped or bundled; kept, never lost, never firm."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from aldia.domain import answers, letter_notes, note_edits, restored
from aldia.domain.account import Account
from aldia.domain.case import Case, Letter
from aldia.domain.client import BillingContact, Client
from aldia.domain.debt import Debt, Instalment, LetterNote, Step
from aldia.domain.errors import Refused
from aldia.domain.needs import Need, needs
from aldia.domain.payments import record_payment
from aldia.domain.reminders import decide, foreseen

START = datetime(2026, 6, 1, 15, tzinfo=UTC)
DUE = date(2026, 6, 20)
LADDER = (Step("pre_due", "due", -7), Step("overdue_1", "due", 7), Step("overdue_2", "due", 21))
FIRM = (*LADDER[:2], Step("formal_letter", "due", 21))


def case_of(*ids, ladder=LADDER):
    account = Account("a", "ana@example.com", "Ana", country="MX", timezone="America/Mexico_City", currency="MXN")
    client = Client("c", "Bruno", "MX", "America/Mexico_City", contacts=(BillingContact("bruno@example.com"),))
    debts = tuple(
        Debt(
            one, "c", f"F-{one}", "MXN", 100_000, issued_on=date(2026, 5, 25), due_on=DUE, opened_at=START,
            ladder=ladder, instalments=(Instalment("i1", DUE, 100_000),),
        )
        for one in ids
    )  # fmt: skip
    return Case(account, client, debts)


def noted(case, key="overdue_1", text="Nos vemos el jueves.", debt_id="x", now=START):
    return note_edits.write(case, debt_id, key=key, text=text, now=now).case


def letters(case, days=90, now=START):
    return [
        (letter.step, letter.facts.get(letter_notes.FACT, ""))
        for _at, _before, outcome in foreseen(case, now, until=now + timedelta(days=days))
        for letter in outcome.letters
    ]


def test_it_goes_in_the_letter_it_was_written_for_and_only_once():
    assert letters(noted(case_of("x"))) == [("pre_due", ""), ("overdue_1", "Nos vemos el jueves."), ("overdue_2", "")]
    assert all(not note for _step, note in letters(case_of("x")))


def test_bundled_with_another_debt_it_goes_once_and_two_notes_go_both():
    both = noted(noted(case_of("x", "y")), text="Y por aquella, también.", debt_id="y")
    [_, (step, note), _] = letters(both)
    assert (step, note) == ("overdue_1", "Nos vemos el jueves.\n\nY por aquella, también.")
    same = noted(noted(case_of("x", "y")), debt_id="y")
    assert letters(same)[1] == ("overdue_1", "Nos vemos el jueves.")


def test_when_its_letter_is_skipped_it_is_kept_for_the_next_reminder_but_never_for_a_formal_letter():
    for ladder, last in ((LADDER, "overdue_2"), (FIRM, "formal_letter")):
        case = noted(case_of("x", ladder=ladder))
        debt = replace(case.debts[0], ladder=tuple(step for step in ladder if step.step != "overdue_1"))
        found = letters(case.with_debt(debt))
        assert found[0] == ("pre_due", "Nos vemos el jueves.")  # the next one, for overdue_1 is not to come any more
        assert found[-1] == (last, "")
        after = case.with_debt(replace(debt, ladder=debt.ladder[1:]))
        assert letters(after) == [(last, "Nos vemos el jueves." if last == "overdue_2" else "")]
    own = noted(case_of("x", ladder=FIRM), key="formal_letter")
    assert letters(own)[-1] == ("formal_letter", "Nos vemos el jueves.")  # written for it


def test_a_note_that_comes_too_late_for_its_letter_is_kept_for_the_next():
    case, at = case_of("x"), datetime(2026, 6, 30, 15, tzinfo=UTC)
    for when, _before, outcome in foreseen(case, START, until=at):
        case = outcome.case
        assert when < at
    assert "overdue_1" in case.debts[0].marks
    late = noted(case, now=at)
    assert late.debts[0].letter_note.key == "overdue_1"
    assert letters(late, now=at) == [("overdue_2", "Nos vemos el jueves.")]


def test_it_never_goes_in_an_answer_nor_in_a_letter_about_an_agreement_and_stays_when_all_is_paid():
    case = noted(case_of("x"), key="pre_due")
    promised = answers.promise(case, "x", on=date(2026, 6, 10), now=START)
    assert [letter.facts.get(letter_notes.FACT) for letter in promised.letters] == [None]
    steps = letters(promised.case)
    assert [step for step, note in steps if note] == ["overdue_1"]  # a broken promise has taken the turn of pre_due
    assert {("promise_day", ""), ("promise_missed", "")} < set(steps)
    paid = record_payment(case, "x", key="k", amount_minor=100_000, method="cash", on=date(2026, 6, 1), now=START).case
    assert paid.debts[0].letter_note.text == "Nos vemos el jueves."
    assert letters(paid) == []
    with pytest.raises(Refused) as refused:
        noted(paid, text="Otra")
    assert refused.value.key == "letter_note.settled"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "letter_note.empty"),
        (" \n ", "letter_note.empty"),
        ("x" * 281, "notes.too_long"),
        ("Paga en www.otro.example", "notes.web_address"),
        ("Llama al 600 123 456", "notes.phone_number"),
    ],
)
def test_what_cannot_stand_in_a_letter_is_refused(text, key):
    with pytest.raises(Refused) as refused:
        noted(case_of("x"), text=text)
    assert (refused.value.key, refused.value.field) == (key, "text")


def test_it_is_changed_taken_away_and_written_twice_the_same_changes_nothing():
    case = noted(case_of("x"))
    assert note_edits.write(case, "x", key="overdue_1", text="Nos vemos el jueves.", now=START).case is case
    assert noted(case, text="Otra cosa.").debts[0].letter_note.text == "Otra cosa."
    gone = note_edits.remove(case, "x", now=START).case
    assert gone.debts[0].letter_note is None
    assert note_edits.remove(gone, "x", now=START).case is gone
    assert noted(case_of("x"), key="nothing-known").debts[0].letter_note.key == ""


def test_what_the_linter_holds_back_waits_for_the_freelancer_who_is_told_and_writing_anew_frees_it():
    before = noted(case_of("x"), key="pre_due")
    outcome = decide(before, datetime(2026, 6, 15, 16, tzinfo=UTC))  # the thirteenth is a Saturday
    [letter] = outcome.letters
    assert letter.facts == {letter_notes.FACT: "Nos vemos el jueves."}
    assert letter_notes.without(letter).facts == {}
    held = letter_notes.given_back(before, outcome.case, letter, held="tone")
    assert Need("x", "letter_note") in needs(held, START)
    assert all(not note for _step, note in letters(held, now=letter.at))
    kept = letter_notes.given_back(before, outcome.case, letter, held="")
    assert Need("x", "letter_note") not in needs(kept, START)
    assert [step for step, note in letters(kept, now=letter.at) if note] == ["overdue_1"]
    freed = noted(held, key="overdue_1", now=letter.at)
    assert Need("x", "letter_note") not in needs(freed, START)
    assert [step for step, note in letters(freed, now=letter.at) if note] == ["overdue_1"]


def test_a_waiting_letters_note_goes_back_to_its_debt_once_and_over_no_newer_one():
    case, letter = case_of("x"), decide(noted(case_of("x"), key="pre_due"), datetime(2026, 6, 15, 16, tzinfo=UTC))
    waiting: Letter = letter.letters[0]
    back = note_edits.handed_back(case, waiting, START).case
    assert (back.debts[0].letter_note.text, back.debts[0].letter_note.held) == ("Nos vemos el jueves.", "tone")
    assert note_edits.handed_back(back, waiting, START).case is back
    newer = noted(case, text="Más nueva.")
    assert note_edits.handed_back(newer, waiting, START).case is newer
    assert note_edits.handed_back(case, letter_notes.without(waiting), START).case is case


def test_after_a_restore_a_note_whose_letter_may_have_gone_does_not_go_by_itself():
    case, now = noted(case_of("x"), key="pre_due"), datetime(2026, 6, 15, 20, tzinfo=UTC)
    outcome, doubts = restored.doubted(case, "x", now)
    assert [one.key for one in doubts] == ["pre_due"]
    assert outcome.case.debts[0].letter_note.held == "unknown"
    assert all(not note for _step, note in letters(outcome.case, now=now))
    untouched, none = restored.doubted(case, "x", START)
    assert (untouched.case.debts[0].letter_note.held, none) == ("", ())


def test_told_again_from_its_facts_a_debt_has_no_note_of_today():
    from aldia.domain.facts_terms import as_written

    assert as_written(noted(case_of("x")).debts[0]).letter_note is None
    assert LetterNote("k", "t", START).held == ""

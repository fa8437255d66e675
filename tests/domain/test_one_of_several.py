"""Several debts, parts or letters' parts at once: what holds of one of them is said of that one, wherever it stands."""

from dataclasses import replace
from itertools import permutations

import pytest

from aldia.domain import answers, payments, tried_again
from aldia.domain.case import Letter, LetterPart
from aldia.domain.debt import Entry, Instalment
from aldia.domain.ledger import state
from aldia.domain.reminders import decide
from aldia.domain.silences import debt_silence
from aldia.domain.spoken import Claim, Dispute
from tests.domain.answer_world import at, case, day, debt, standing

NOW = at("2026-07-01 10:00")  # a Wednesday: all of them are due
PAID = (Entry("p", "payment", day("2026-06-25"), at("2026-06-25 12:00"), 100_000),)
ONE_OPEN = (
    debt(id="open"),
    debt(id="paid", entries=PAID),
    debt(id="disputed", dispute=Dispute(NOW)),
    debt(id="claimed", claim=Claim(NOW)),
)


def test_of_several_debts_the_one_that_is_open_is_written_about_wherever_it_stands():
    for order in permutations(ONE_OPEN):
        outcome = decide(case(*order), NOW)
        [letter] = outcome.letters
        assert [(part.debt_id, part.amount_minor) for part in letter.parts] == [("open", 100_000)], order
        assert outcome.case.client.next_at == decide(case(*ONE_OPEN), NOW).case.client.next_at
        assert {one.id: state(one, day("2026-07-01")) for one in outcome.case.debts} == {
            "open": "open", "paid": "paid", "disputed": "disputed", "claimed": "open",
        }  # fmt: skip


def test_when_none_of_several_debts_may_be_written_about_nothing_goes_and_one_that_may_is_enough_to_wake():
    silent = ONE_OPEN[1:]
    later = debt(id="later", due_on=day("2026-08-03"), opened_at=at("2026-07-20 00:00"),
                 instalments=(Instalment("i1", day("2026-08-03"), 100_000),))  # fmt: skip
    wakes = {decide(case(one), NOW).case.client.next_at for one in (*silent, later)} - {None}
    for order in permutations((*silent, later)):
        outcome = decide(case(*order), NOW)
        assert outcome.letters == ()
        assert outcome.case.client.next_at == min(wakes), order
        assert decide(outcome.case, at("2026-07-20 10:00")).letters[0].parts[0].debt_id == "later", order


PARTS = (
    Instalment("i1", day("2026-06-10"), 20_000),
    Instalment("i2", day("2026-06-20"), 30_000),
    Instalment("i3", day("2026-06-30"), 50_000),
)


@pytest.mark.parametrize(
    ("paid", "left"),
    [
        (0, {"i1": 20_000, "i2": 30_000, "i3": 50_000}),
        (20_000, {"i1": 0, "i2": 30_000, "i3": 50_000}),
        (50_000, {"i1": 0, "i2": 0, "i3": 50_000}),
        (99_999, {"i1": 0, "i2": 0, "i3": 1}),
    ],
)
def test_a_debt_with_one_open_part_is_open_and_asks_for_that_in_whatever_order_its_parts_stand(paid, left):
    entries = (Entry("p", "payment", day("2026-06-25"), at("2026-06-25 12:00"), paid),) if paid else ()
    for order in permutations(PARTS):
        held = case(debt(instalments=order, entries=entries))
        now = standing(held, "2026-07-01")
        assert {part.id: part.open_minor for part in now.instalments} == left, order
        assert state(held.debts[0], day("2026-07-01")) == "open"
        [letter] = decide(held, NOW).letters
        assert [part.amount_minor for part in letter.parts] == [sum(left.values())], order


def test_what_is_paid_or_promised_of_one_debt_is_not_of_the_others():
    for order in permutations(debt(id=name) for name in ("a", "b", "c")):
        known = case(*order)
        known = payments.record_payment(
            known, "a", key="p", amount_minor=100_000, method="cash", on=day("2026-07-01"), now=NOW, by_hand=True
        ).case
        known = answers.promise(known, "b", on=day("2026-07-08"), now=NOW).case
        silences = {one.id: debt_silence(known, one, NOW) for one in known.debts}
        assert (silences["a"].reason, silences["b"].reason, silences["c"]) == ("paid", "promise", None), order
        assert [standing(known, "2026-07-01", name).payable_minor for name in "abc"] == [0, 100_000, 100_000]


def test_each_of_several_promises_that_were_broken_is_judged():
    for names in permutations("abc"):
        known = case(*(debt(id=name) for name in names))
        for name in names[:2]:
            known = answers.promise(known, name, on=day("2026-07-03"), now=NOW).case
        later = decide(known, at("2026-07-09 10:00")).case
        judged = {one.id: one.promise.state for one in later.debts if one.promise}
        assert judged == dict.fromkeys(names[:2], "broken"), names


def test_one_debt_of_a_letter_that_was_paid_meanwhile_is_enough_to_hold_it_back():
    for names in permutations("abc"):
        before = case(*(debt(id=name) for name in names))
        parts = tuple(LetterPart(name, "due_today", "due_today", 100_000, "MXN") for name in names)
        letter = Letter("due_today", "ladder", day("2026-07-01"), NOW, parts)
        told = tried_again.told(before, letter)
        assert tried_again.why_not(before, letter, told, NOW) == ""
        for name in names:
            after = before.with_debt(replace(before.debt(name), entries=PAID))
            assert tried_again.why_not(after, letter, told, NOW) == "paid", (names, name)

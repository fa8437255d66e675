"""A promise on a debt with dates still to come: for the sum that its page asks for, from the note to its end."""

import pytest

from aldia.domain import answers, decisions
from aldia.domain.dates import next_asked
from aldia.domain.debt import Instalment
from aldia.domain.payments import record_payment
from aldia.domain.reminders import decide, foreseen
from aldia.domain.spoken import Promise
from tests.domain.answer_world import at, case, day, debt, only_letter

NOW = at("2026-07-02 10:00")
LATER = at("2026-08-31 00:00")
TWO = (Instalment("i1", day("2026-07-01"), 30000), Instalment("i2", day("2026-08-20"), 70000))


def owing(**changes):
    """300.00 were due yesterday, 700.00 are to come in August."""
    return case(debt(instalments=TWO, due_on=day("2026-08-20"), **changes))


def promised(known=None, on="2026-07-06", now=NOW):
    return answers.promise_next(known or owing(), "f1", on=day(on), now=now, limits=answers.CLIENT_PAGE)


def paid(known, amount_minor, now, key="p1"):
    on = known.local_day(now)
    return record_payment(known, "f1", key=key, amount_minor=amount_minor, method="transfer", on=on, now=now).case


def letters(known, now, until=LATER):
    """What goes by itself from then on: step, and what it says of the promise."""
    return [letter for _at, _was, outcome in foreseen(known, now, until=until) for letter in outcome.letters]


def test_the_note_the_news_and_the_promise_name_what_the_page_asks_for():
    assert next_asked(owing().debt("f1"), day("2026-07-02")).minor == 30000
    outcome = promised()
    assert only_letter(outcome).facts == {"on": "2026-07-06", "amount_minor": "30000"}
    assert outcome.notices[0].amount_minor == 30000
    held = outcome.case.debt("f1").promise
    assert (held.amount_minor, held.up_to) == (30000, day("2026-07-01"))


def test_it_is_kept_by_that_sum_and_never_called_missed():
    known = promised().case
    [on_its_day] = [letter for letter in letters(known, NOW) if letter.step == "promise_day"]
    assert on_its_day.facts == {"on": "2026-07-06", "amount_minor": "30000"}
    now = at("2026-07-06 12:00")
    known = paid(known, 30000, now)
    assert known.debt("f1").promise.state == "kept"
    assert "promise_missed" not in [letter.step for letter in letters(known, now)]


def test_unkept_the_kind_letter_names_that_sum():
    [missed] = [letter for letter in letters(promised().case, NOW) if letter.step == "promise_missed"]
    assert (missed.facts["amount_minor"], missed.parts[0].amount_minor) == ("30000", 30000)


def test_what_closes_its_date_without_money_keeps_it():
    waived = decisions.waive(promised().case, "f1", amount_minor=10000, now=NOW).case
    now = at("2026-07-03 10:00")
    assert paid(waived, 20000, now).debt("f1").promise.state == "kept"


def test_part_of_it_does_not():
    assert paid(promised().case, 29999, at("2026-07-03 10:00")).debt("f1").promise.state == "open"


def test_the_same_day_again_is_the_same_promise_whatever_came_or_grew_meanwhile():
    known = paid(promised().case, 10000, at("2026-07-03 10:00"))
    assert promised(known, now=at("2026-07-03 11:00")).case is known


@pytest.mark.parametrize("known", [case(), owing(entries=())], ids=["one date", "only the last is open"])
def test_where_all_is_asked_for_all_is_promised(known):
    if len(known.debt("f1").instalments) > 1:
        known = paid(known, 30000, NOW)
    held = promised(known).case.debt("f1").promise
    assert (held.amount_minor, held.up_to) == (None, None)


def test_an_older_promise_without_a_sum_is_kept_by_all_of_it():
    """As its note told the client."""
    older = Promise(on=day("2026-07-06"), made_at=NOW)
    known = owing(promise=older)
    now = at("2026-07-03 10:00")
    known = paid(known, 30000, now)
    assert decide(known, now).case.debt("f1").promise.state == "open"
    assert paid(known, 70000, now, key="p2").debt("f1").promise.state == "kept"

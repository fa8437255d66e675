import pytest

from aldia.domain.answers import dispute, resolve_dispute
from aldia.domain.errors import Refused
from aldia.domain.opinions import asked, opinion
from aldia.domain.payments import record_payment
from tests.domain.answer_world import at, case, day

NOW = at("2026-07-08 12:00")


def paid():
    return record_payment(
        case(), "f1", key="p1", amount_minor=100000, method="transfer", on=day("2026-07-08"), now=NOW
    ).case


def test_who_has_paid_is_asked_once():
    assert asked(case(), case().debt("f1"), NOW) is None
    said = opinion(paid(), "f1", about="payment", score="good", now=NOW)
    assert asked(paid(), paid().debt("f1"), NOW) == "payment"
    assert asked(said.case, said.case.debt("f1"), NOW) is None
    assert [(notice.kind, notice.text) for notice in said.notices] == [("opinion", "good")]
    assert said.letters == ()


def test_a_later_tap_takes_the_place_of_the_first_and_the_same_tap_does_nothing():
    said = opinion(paid(), "f1", about="payment", score="good", now=NOW).case
    assert opinion(said, "f1", about="payment", score="good", now=NOW).case is said
    changed = opinion(said, "f1", about="payment", score="bad", now=NOW).case.debt("f1").opinions
    assert [(known.about, known.score) for known in changed] == [("payment", "bad")]


def test_after_a_problem_is_settled_the_client_is_asked_about_that():
    told = dispute(case(), "f1", text="Falta algo", now=NOW).case
    assert asked(told, told.debt("f1"), NOW) is None
    done = resolve_dispute(told, "f1", resolution="Listo", now=NOW).case
    assert asked(done, done.debt("f1"), NOW) == "problem"


def test_nobody_is_asked_while_a_problem_of_the_debt_waits_though_it_is_paid():
    waits = dispute(paid(), "f1", text="Falta algo", now=NOW).case
    assert asked(waits, waits.debt("f1"), NOW) is None
    done = resolve_dispute(waits, "f1", resolution="Listo", now=NOW).case
    assert asked(done, done.debt("f1"), NOW) == "payment"


@pytest.mark.parametrize(("about", "score"), [("payment", "good"), ("problem", "good"), ("", "good"), ("payment", "")])
def test_there_is_no_opinion_about_what_has_not_come_to_an_end(about, score):
    with pytest.raises(Refused):
        opinion(case(), "f1", about=about, score=score, now=NOW)

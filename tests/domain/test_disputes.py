from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from aldia.domain.answers import dispute, extension, resolve_dispute
from aldia.domain.disputes import kinds_in
from aldia.domain.errors import Refused
from aldia.domain.ledger import state
from aldia.domain.payments import record_payment
from aldia.domain.reminders import decide, next_wakeup
from tests.domain.answer_world import at, case, day, news, only_letter, standing

NOW = at("2026-07-02 10:00")
LATER = at("2026-07-06 10:00")


def disputed(text="Falta el logotipo"):
    return dispute(case(), "f1", text=text, now=NOW)


def test_a_problem_is_noted_with_the_day_by_which_it_is_looked_at():
    letter = only_letter(disputed())
    assert (letter.step, letter.facts) == ("dispute_noted", {"reply_on": "2026-07-09"})


def test_the_freelancer_reads_the_clients_own_words():
    (notice,) = disputed("  Falta el logotipo\n").notices
    assert (notice.kind, notice.text) == ("problem", "Falta el logotipo")


def test_a_disputed_debt_says_so():
    assert state(disputed().case.debt("f1"), day("2026-07-02")) == "disputed"


def test_more_words_are_added_to_the_first_ones():
    known = dispute(disputed().case, "f1", text="Y la tipografía", now=LATER).case
    assert known.debt("f1").dispute.text == "Falta el logotipo\n\nY la tipografía"
    assert known.debt("f1").dispute.at == NOW


def test_the_same_problem_twice_is_noted_once():
    known = disputed().case
    assert dispute(known, "f1", text="Falta el logotipo", now=LATER).case is known


def test_a_problem_needs_no_words():
    assert disputed("").case.debt("f1").dispute.at == NOW


def test_a_very_long_text_is_refused_beside_its_field():
    with pytest.raises(Refused) as refused:
        disputed("a" * 2001)
    assert (refused.value.field, refused.value.facts) == ("text", {"count": 2000})


def test_a_settled_problem_may_lower_the_amount_and_move_the_date():
    known = extension(disputed().case, "f1", until=day("2026-07-20"), now=NOW).case
    outcome = resolve_dispute(
        known, "f1", amount_minor=80000, due_on=day("2026-07-31"), resolution="Quitamos el logo", now=LATER
    )
    changed = outcome.case.debt("f1")
    assert (changed.dispute, changed.due_on, changed.extended_to) == (None, day("2026-07-31"), None)
    assert standing(outcome.case, "2026-07-06").balance_minor == 80000
    assert only_letter(outcome).facts == {
        "due_on": "2026-07-31",
        "balance_minor": "80000",
        "resolution": "Quitamos el logo",
    }


def test_a_problem_settled_without_changes_keeps_amount_and_date():
    outcome = resolve_dispute(disputed().case, "f1", now=LATER)
    assert only_letter(outcome).facts == {"due_on": "2026-07-01", "balance_minor": "100000"}
    assert outcome.case.debt("f1").entries == ()
    assert news(outcome) == []


def test_only_a_reported_problem_can_be_settled():
    with pytest.raises(Refused, match="no_dispute"):
        resolve_dispute(case(), "f1", now=LATER)


def test_a_problem_is_not_settled_with_a_date_before_the_issue():
    with pytest.raises(Refused, match="due_before_issue"):
        resolve_dispute(disputed().case, "f1", due_on=day("2026-05-31"), now=LATER)


# -- what kind of problem, and the day of the answer -----------------------------------------------


def test_what_kind_of_problem_it_is_and_what_shows_it_are_kept_until_something_else_is_said():
    known = dispute(case(), "f1", text="Falta el logotipo", kind="work", file_name="foto.png", now=NOW).case
    more = dispute(known, "f1", text="Y la tipografía", now=LATER).case.debt("f1").dispute
    assert (more.kind, more.file_name) == ("work", "foto.png")
    other = dispute(known, "f1", text="El importe", kind="amount", now=LATER).case.debt("f1").dispute
    assert (other.kind, other.file_name) == ("amount", "foto.png")


def test_a_kind_that_is_none_is_as_good_as_no_kind():
    assert dispute(case(), "f1", text="x", kind="fraud", now=NOW).case.debt("f1").dispute.kind == ""


def test_in_colombia_nobody_is_asked_what_kind_it_is():
    client = replace(case().client, country="CO")
    told = dispute(replace(case(), client=client), "f1", text="x", kind="work", now=NOW).case.debt("f1").dispute
    assert (kinds_in("CO"), told.kind) == ((), "")


def test_the_day_of_the_answer_stays_the_first_one_that_was_told():
    more = dispute(disputed().case, "f1", text="Y la tipografía", now=LATER)
    assert only_letter(more).facts == {"reply_on": "2026-07-09"}


def test_the_freelancer_is_reminded_once_the_morning_before_that_day():
    known = disputed().case
    morning = datetime(2026, 7, 8, 7, 0, tzinfo=UTC)  # nine in Madrid, where she is
    assert next_wakeup(known, LATER) <= morning
    assert decide(known, morning - timedelta(minutes=1)).notices == ()
    reminded = decide(known, morning)
    assert [(notice.kind, notice.text) for notice in reminded.notices] == [("problem_waits", "2026-07-09")]
    assert decide(reminded.case, morning + timedelta(days=3)).notices == ()


def test_the_freelancer_is_reminded_of_a_problem_although_the_money_came():
    known = disputed().case
    paid = record_payment(
        known, "f1", key="p1", amount_minor=100000, method="transfer", on=day("2026-07-02"), now=LATER
    )
    morning = datetime(2026, 7, 8, 7, 0, tzinfo=UTC)
    assert paid.case.client.next_at <= morning
    assert [notice.kind for notice in decide(paid.case, morning).notices] == ["problem_waits"]


def test_nobody_is_reminded_of_a_problem_that_is_settled():
    settled = resolve_dispute(disputed().case, "f1", resolution="Listo", now=LATER).case
    assert decide(settled, at("2026-07-09 12:00")).notices == ()


def test_nobody_is_reminded_of_a_debt_that_does_not_exist_yet():
    later = at("2026-07-10 00:00")
    known = disputed().case
    unborn = known.with_debt(replace(known.debt("f1"), opened_at=later))
    assert decide(unborn, at("2026-07-09 12:00")).notices == ()
    assert [notice.kind for notice in decide(unborn, later).notices] == ["problem_waits"]


@pytest.mark.parametrize(("hours", "is_reminded"), [(72, True), (73, False)])
def test_nobody_is_reminded_of_a_day_long_past(hours, is_reminded):
    """A problem of a debt that was paid before reminders of it existed: it is no news any more."""
    morning = datetime(2026, 7, 8, 7, 0, tzinfo=UTC)
    later = decide(disputed().case, morning + timedelta(hours=hours))
    assert [notice.kind for notice in later.notices] == ["problem_waits"] * is_reminded
    assert (next_wakeup(later.case, morning + timedelta(hours=hours)) or later) != morning + timedelta(hours=hours)

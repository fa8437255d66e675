"""What would have been sent: the same story with an earlier beginning, other letters, or every approval given."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from aldia.domain import answers, payments
from aldia.domain.account import Account
from aldia.domain.case import Case, Letter, LetterPart, Notice
from aldia.domain.client import BillingContact, Client
from aldia.domain.debt import Checkout, Debt, Instalment, Mark, Pause, Step
from aldia.domain.facts import facts
from aldia.domain.hindsight import Choice, retold
from aldia.domain.ladder import DEFAULT_LADDER

OPENED = datetime(2026, 8, 3, 15, tzinfo=UTC)  # a Monday, 09:00 in Mexico City
UNTIL = datetime(2026, 10, 1, tzinfo=UTC)
ONE = (Step("overdue_1", "due", 7),)


def debt(own_id="d1", **values):
    known = {
        "number": own_id,
        "currency": "MXN",
        "amount_minor": 100_000,
        "issued_on": date(2026, 6, 1),
        "due_on": date(2026, 7, 1),
        "opened_at": OPENED,
    } | values
    parts = (Instalment("i1", known["due_on"], known["amount_minor"]),)
    return Debt(own_id, "bruno", instalments=parts, **known)


def case_of(*debts, **client):
    person = Client("bruno", "Bruno", country="MX", contacts=(BillingContact("bruno@example.com"),), **client)
    account = Account("ana", "ana@example.com", name="Ana", country="MX", timezone="America/Mexico_City")
    return Case(account, person, debts)


def story(case, choice=None, *, notices=(), letters=(), until=UNTIL):
    """[(day, step, amount)] of every letter about the first debt."""
    chosen = choice or Choice(case.debts[0].id, case.debts[0].ladder)
    moments = retold(case, facts(case, list(notices), list(letters)), chosen, until=until)
    return [
        (letter.day.isoformat(), part.step, part.amount_minor)
        for moment in moments
        for letter in moment.outcome.letters
        for part in letter.parts
        if part.debt_id == chosen.debt_id
    ]


def steps(found):
    return [(day, step) for day, step, _ in found]


def test_written_down_late_it_begins_with_the_mildest_letter_that_is_still_true():
    assert steps(story(case_of(debt())))[0] == ("2026-08-03", "overdue_1")


def test_written_down_on_the_day_of_the_invoice_every_letter_has_its_own_day():
    found = story(case_of(debt()), Choice("d1", None, opened_on=date(2026, 6, 1)))
    assert steps(found) == [
        ("2026-06-01", "invoice_sent"),
        ("2026-06-24", "pre_due"),
        ("2026-07-01", "due_today"),
        ("2026-07-08", "overdue_1"),
        ("2026-07-22", "overdue_2"),
    ]


def test_with_every_approval_the_formal_letters_go_too():
    choice = Choice("d1", None, opened_on=date(2026, 6, 1), approves=True)
    assert steps(story(case_of(debt()), choice))[-2:] == [
        ("2026-07-31", "formal_letter"),
        ("2026-08-17", "last_notice"),
    ]


def test_another_ladder_gives_its_own_letters():
    assert steps(story(case_of(debt(ladder=ONE)), Choice("d1", DEFAULT_LADDER)))[0] == ("2026-08-03", "overdue_1")
    assert len(story(case_of(debt()), Choice("d1", ONE))) == 1


def test_a_payment_ends_the_story_with_thanks():
    case = case_of(debt())
    at = OPENED + timedelta(days=1)
    case = payments.record_payment(
        case, "d1", key="p1", amount_minor=100_000, method="transfer", on=date(2026, 8, 4), now=at
    ).case
    assert steps(story(case)) == [("2026-08-03", "overdue_1"), ("2026-08-04", "thanks")]


def test_money_typed_late_counts_from_the_day_it_came_when_the_beginning_is_earlier():
    case = case_of(debt())
    paid = payments.record_payment(
        case, "d1", key="p1", amount_minor=40_000, method="cash", on=date(2026, 6, 20), now=OPENED + timedelta(hours=1)
    ).case
    found = story(paid, Choice("d1", None, opened_on=date(2026, 6, 1)))
    assert ("2026-06-20", "part_received", 60_000) in found
    assert ("2026-07-08", "overdue_1", 60_000) in found
    assert ("2026-08-03", "overdue_1", 100_000) in story(paid)  # as it was: typed after the letter


def test_what_was_promised_and_told_silences_again():
    at = OPENED + timedelta(hours=1)
    promised = Notice("promised", at, "d1", amount_minor=100_000, text="2026-08-20")
    found = story(case_of(debt()), notices=[promised])
    assert steps(found)[:3] == [
        ("2026-08-03", "overdue_1"),
        ("2026-08-03", "promise_noted"),
        ("2026-08-20", "promise_day"),
    ]
    assert not [day for day, _ in steps(found) if "2026-08-04" <= day < "2026-08-20"]


def test_an_extension_and_its_letter_are_told_again():
    part = LetterPart("d1", "extension_noted", "", 100_000, "MXN")
    noted = Letter("extension_noted", "answer", date(2026, 8, 5), datetime(2026, 8, 5, 15, tzinfo=UTC), (part,),
                   facts={"until": "2026-09-15"})  # fmt: skip
    found = steps(story(case_of(debt(extended_to=date(2026, 9, 15))), letters=[noted]))
    assert ("2026-08-05", "extension_noted") in found
    assert not [day for day, _ in found if "2026-08-06" <= day < "2026-09-01"]


@pytest.mark.parametrize(
    "silent",
    [
        {"stopped": True},
        {"pause": Pause(OPENED - timedelta(days=1))},
        {"bounced_at": OPENED - timedelta(days=1)},
        {"complained_at": OPENED - timedelta(days=1)},
        {"wrong_person_at": OPENED - timedelta(days=1)},
    ],
    ids=lambda silent: next(iter(silent)),
)
def test_what_silenced_the_client_silences_the_story(silent):
    before = OPENED - timedelta(days=1)
    notices = [Notice("stopped", before)] if silent.pop("stopped", False) else []
    assert story(case_of(debt(), **silent), notices=notices) == []


def test_an_account_that_is_paused_is_silent_from_then_on_only():
    case = case_of(debt())
    paused = replace(case, account=replace(case.account, paused=Pause(OPENED + timedelta(days=2))))
    assert steps(story(paused)) == [("2026-08-03", "overdue_1")]


def test_a_payment_that_was_on_its_way_holds_the_letters_back():
    started = Checkout(
        "cs1", "card", 100_000, date(2026, 8, 3), OPENED - timedelta(hours=1), OPENED + timedelta(days=1)
    )
    held = replace(debt(checkouts=(started,)), opened_at=OPENED - timedelta(hours=2))
    assert steps(story(case_of(held)))[0] == ("2026-08-04", "overdue_1")


def test_the_clients_other_debts_share_days_and_distances():
    before = (Step("pre_due", "due", -7),)
    mine = debt(due_on=date(2026, 8, 31), ladder=before)
    other = debt("d2", due_on=date(2026, 8, 28), ladder=before)
    assert steps(story(case_of(mine))) == [("2026-08-24", "pre_due")]
    assert steps(story(case_of(mine, other))) == [("2026-08-28", "pre_due")]  # a week after the other one's


def test_another_debts_letter_that_went_before_is_not_sent_again():
    went = Mark("sent", OPENED - timedelta(days=4))
    other = debt("d2", opened_at=OPENED - timedelta(days=20), marks={"overdue_1": went}, ladder=ONE)
    moments = retold(case_of(debt(), other), facts(case_of(debt(), other), [], []), Choice("d1", None), until=UNTIL)
    told = [part.debt_id for moment in moments for letter in moment.outcome.letters for part in letter.parts]
    assert "d1" in told
    assert "d2" not in told


def test_nothing_is_told_beyond_its_end():
    assert story(case_of(debt()), until=OPENED) == []
    assert all(day < "2026-08-10" for day, *_ in story(case_of(debt()), until=datetime(2026, 8, 10, tzinfo=UTC)))


def test_what_could_not_have_happened_like_this_changes_nothing():
    """A promise on a debt that, by the other choice, was paid before."""
    case = case_of(debt())
    paid = payments.record_payment(
        case, "d1", key="p1", amount_minor=100_000, method="cash", on=date(2026, 6, 20), now=OPENED + timedelta(days=9)
    ).case
    promised = Notice("promised", OPENED + timedelta(days=1), "d1", amount_minor=1, text="2026-08-20")
    found = story(paid, Choice("d1", None, opened_on=date(2026, 6, 1)), notices=[promised])
    assert steps(found) == [("2026-06-01", "invoice_sent"), ("2026-06-20", "thanks")]


def test_the_case_itself_stays_as_it_is():
    case = answers.dispute(case_of(debt()), "d1", text="Falta algo.", now=OPENED).case
    before = replace(case)
    story(case)
    assert case == before


def test_before_a_plan_the_debts_own_dates_are_told_and_after_it_the_plans():
    parts = ((date(2026, 8, 20), 40_000), (date(2026, 9, 20), 60_000))
    began = case_of(debt(opened_at=datetime(2026, 6, 1, 15, tzinfo=UTC)))
    agreed = answers.plan(began, "d1", instalments=parts, now=OPENED).case
    assert agreed.debts[0].due_on == date(2026, 9, 20)
    found = story(agreed, Choice("d1", None))
    letters = [(day, step) for day, step in steps(found) if step != "plan_noted"]
    assert letters[:6] == [
        ("2026-06-01", "invoice_sent"),
        ("2026-06-24", "pre_due"),
        ("2026-07-01", "due_today"),
        ("2026-07-08", "overdue_1"),
        ("2026-07-22", "overdue_2"),
        ("2026-08-13", "instalment_due"),
    ]
    assert letters[6][1] == "instalment_missed"
    assert found[-1][2] <= 100_000


def test_of_two_plans_each_is_told_at_its_time_and_a_letter_without_its_parts_tells_nothing():
    first = ((date(2026, 8, 20), 40_000), (date(2026, 9, 20), 60_000))
    second = ((date(2026, 8, 28), 100_000),)
    began = answers.plan(case_of(debt()), "d1", instalments=first, now=OPENED)
    then = answers.plan(began.case, "d1", instalments=second, now=OPENED + timedelta(days=1))
    letters = [*began.letters, *then.letters, replace(then.letters[0], facts={})]
    known = facts(then.case, [], letters)
    assert [(fact.at, fact.day) for fact in known if fact.kind == "plan"] == [
        (OPENED, date(2026, 9, 20)),
        (OPENED + timedelta(days=1), date(2026, 8, 28)),
    ]
    assert ("2026-08-21", "instalment_due") in steps(story(then.case, letters=letters))

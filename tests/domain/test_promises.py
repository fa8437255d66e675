import pytest

from aldia.domain.answers import CLIENT_PAGE, PromiseLimits, extension, plan, promise
from aldia.domain.errors import Refused
from aldia.domain.payments import record_payment
from aldia.domain.spoken import Promise
from tests.domain.answer_world import at, case, day, debt, news, only_letter, steps, two_percent_until

NOW = at("2026-07-02 10:00")


def promised(on="2026-07-14", amount_minor=None, now=NOW, **changes):
    return promise(case(debt(**changes)), "f1", on=day(on), amount_minor=amount_minor, now=now)


def paid(known, amount_minor, now, key="p1"):
    on = known.local_day(now)
    return record_payment(known, "f1", key=key, amount_minor=amount_minor, method="transfer", on=on, now=now)


def test_a_promise_is_noted_at_once_with_its_day_and_all_that_is_payable():
    outcome = promised()
    letter = only_letter(outcome)
    assert (letter.step, letter.letter_class, letter.at) == ("promise_noted", "answer", NOW)
    assert letter.facts == {"on": "2026-07-14", "amount_minor": "100000"}
    assert outcome.case.debt("f1").promise == Promise(on=day("2026-07-14"), made_at=NOW)


def test_the_freelancer_hears_of_a_promise():
    (notice,) = promised(amount_minor=40000).notices
    assert (notice.kind, notice.debt_id, notice.amount_minor, notice.text) == ("promised", "f1", 40000, "2026-07-14")


def test_a_promise_names_the_price_of_its_own_day_not_of_today():
    outcome = promised(on="2026-06-20", now=at("2026-06-05 10:00"), discount=two_percent_until("2026-06-11"))
    assert only_letter(outcome).facts["amount_minor"] == "100000"
    assert only_letter(outcome).parts[0].amount_minor == 98000


def test_a_promise_of_more_than_is_payable_is_a_promise_of_everything():
    assert promised(amount_minor=150000).case.debt("f1").promise.amount_minor is None


def test_the_same_promise_again_changes_nothing_and_sends_nothing():
    known = promised().case
    assert promise(known, "f1", on=day("2026-07-14"), now=at("2026-07-02 10:01")).case is known


def test_a_later_promise_replaces_an_earlier_one_and_is_noted_again():
    first = promised()
    second = promise(first.case, "f1", on=day("2026-07-20"), now=at("2026-07-03 10:00"))
    assert second.case.debt("f1").promise.on == day("2026-07-20")
    assert second.case.debt("f1").promises_made == 2
    assert only_letter(first).id != only_letter(second).id


@pytest.mark.parametrize(
    ("on", "key"),
    [("2026-07-01", "answers.day_is_past"), ("2026-09-01", "answers.day_too_far")],
)
def test_a_promise_lies_between_today_and_sixty_days(on, key):
    with pytest.raises(Refused) as refused:
        promised(on=on)
    assert (refused.value.key, refused.value.field) == (key, "on")


@pytest.mark.parametrize("on", ["2026-07-02", "2026-08-31"])
def test_both_ends_of_the_span_are_allowed(on):
    assert steps(promised(on=on)) == ["promise_noted"]


def test_today_is_the_clients_day():
    late_evening = at("2026-07-02 23:30")
    assert steps(promised(on="2026-07-02", now=late_evening)) == ["promise_noted"]


def test_the_clients_page_allows_two_promises_of_two_weeks():
    known = case()
    with pytest.raises(Refused, match="day_too_far"):
        promise(known, "f1", on=day("2026-07-17"), now=NOW, limits=CLIENT_PAGE)
    for on in ("2026-07-05", "2026-07-06"):
        known = promise(known, "f1", on=day(on), now=NOW, limits=CLIENT_PAGE).case
    with pytest.raises(Refused, match="too_many_promises"):
        promise(known, "f1", on=day("2026-07-07"), now=NOW, limits=CLIENT_PAGE)


def test_a_replay_may_promise_any_day():
    limits = PromiseLimits(longest_days=None)
    assert steps(promise(case(), "f1", on=day("2027-07-02"), now=NOW, limits=limits)) == ["promise_noted"]


@pytest.mark.parametrize("amount_minor", [0, -1])
def test_a_promise_of_nothing_is_refused(amount_minor):
    with pytest.raises(Refused, match="amount_not_positive"):
        promised(amount_minor=amount_minor)


def test_nothing_can_be_promised_for_a_paid_debt():
    known = paid(case(), 100000, NOW).case
    with pytest.raises(Refused, match="nothing_open"):
        promise(known, "f1", on=day("2026-07-14"), now=NOW)


@pytest.mark.parametrize(
    ("promised_minor", "payments", "state"),
    [
        (None, [100000], "kept"),
        (None, [60000], "open"),
        (None, [60000, 40000], "kept"),
        (50000, [50000], "kept"),
        (50000, [49999], "open"),
        (50000, [20000, 30000], "kept"),
    ],
)
def test_a_promise_is_kept_by_its_sum_or_by_all_that_is_payable(promised_minor, payments, state):
    known = promised(amount_minor=promised_minor).case
    for place, minor in enumerate(payments):
        known = paid(known, minor, at(f"2026-07-0{place + 3} 10:00"), key=f"p{place}").case
    assert known.debt("f1").promise.state == state


def test_money_from_before_the_promise_does_not_keep_it():
    known = paid(case(), 60000, at("2026-07-01 10:00")).case
    known = promise(known, "f1", on=day("2026-07-14"), amount_minor=30000, now=NOW).case
    assert known.debt("f1").promise.state == "open"
    assert paid(known, 30000, at("2026-07-03 10:00"), key="p2").case.debt("f1").promise.state == "kept"


def test_an_extension_moves_the_date_but_not_the_due_date():
    outcome = extension(case(), "f1", until=day("2026-07-20"), now=NOW)
    changed = outcome.case.debt("f1")
    assert (changed.due_on, changed.extended_to) == (day("2026-07-01"), day("2026-07-20"))
    assert only_letter(outcome).step == "extension_noted"
    assert only_letter(outcome).facts == {"until": "2026-07-20", "balance_minor": "100000"}


@pytest.mark.parametrize("until", ["2026-07-02", "2026-07-01"])
def test_an_extension_ends_after_today(until):
    with pytest.raises(Refused, match="day_must_be_later"):
        extension(case(), "f1", until=day(until), now=NOW)


@pytest.mark.parametrize(
    "instead",
    [
        lambda known: extension(known, "f1", until=day("2026-07-20"), now=NOW),
        lambda known: plan(known, "f1", instalments=[(day("2026-07-20"), 100000)], now=NOW),
    ],
)
def test_an_extension_or_a_plan_takes_the_place_of_a_promise(instead):
    assert instead(promised().case).case.debt("f1").promise.state == "replaced"


def test_a_second_extension_of_the_same_day_says_nothing():
    known = extension(case(), "f1", until=day("2026-07-20"), now=NOW).case
    assert extension(known, "f1", until=day("2026-07-20"), now=NOW).case is known


def test_a_promise_wakes_the_job_again():
    assert promised().case.client.next_at is not None


def test_no_news_is_invented_for_an_extension():
    assert news(extension(case(), "f1", until=day("2026-07-20"), now=NOW)) == []

"""Whatever is answered, in whatever order: the books add up, nothing breaks, and nothing is said twice."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from aldia.domain import answers, checkouts, decisions, edits, payments, reversals
from aldia.domain.debt import Checkout, Discount, Instalment, Interest, Tier
from aldia.domain.errors import Refused
from aldia.domain.ledger import law_of_money, stand
from aldia.domain.reminders import next_wakeup
from tests.domain.answer_world import at, case, day, debt

START = at("2026-06-01 10:00")
MONEY = st.integers(-5, 130000) | st.sampled_from([1, 500, 20000, 50000, 98000, 100000])
BACK = st.sampled_from([0, 1, 500, 20000, 49000, 98000, 100000])  # goes back
KEYS = st.sampled_from(["k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8"])
SOME_MONEY = st.none() | MONEY
DAYS = st.integers(-40, 80)


def the_day(known, now, days):
    return known.local_day(now) + timedelta(days=days)


def start_checkout(known, now, method, minor, name):
    ends_at = checkouts.checkout_end(method, now)
    started = Checkout(name, method, minor, on=known.local_day(now), opened_at=now, ends_at=ends_at)
    return checkouts.open_checkout(known, "f1", checkout=started, now=now)


def make_plan(known, now, count, days, every):
    balance = stand(known.debt("f1"), known.local_day(now)).balance_minor
    parts = answers.spread(balance, count=count, first_on=the_day(known, now, days), every=every)
    return answers.plan(known, "f1", instalments=parts, now=now)


def rewrite(known, now, minor, days):
    was = known.debt("f1")
    due_on = was.issued_on + timedelta(days=days % 60)
    part = Instalment("i1", due_on, max(minor, 1))
    new = replace(was, amount_minor=max(minor, 1), due_on=due_on, instalments=(part,), note=f"{minor}")
    return edits.edit(known, debt=new, now=now)


ACTIONS = st.one_of(
    st.builds(lambda k, m, d: lambda c, n: payments.record_payment(
        c, "f1", key=k, amount_minor=m, method="cash", on=the_day(c, n, d), now=n), KEYS, MONEY, st.integers(-20, 2)),
    st.builds(lambda d, m: lambda c, n: answers.promise(c, "f1", on=the_day(c, n, d), amount_minor=m, now=n),
              DAYS, SOME_MONEY),
    st.builds(lambda d: lambda c, n: answers.extension(c, "f1", until=the_day(c, n, d), now=n), DAYS),
    st.builds(lambda k, d, e: lambda c, n: make_plan(c, n, k, d, e),
              st.integers(0, 6), DAYS, st.sampled_from(["week", "month"])),
    st.builds(lambda t: lambda c, n: answers.dispute(c, "f1", text=t, now=n), st.text(max_size=30)),
    st.builds(lambda m, d: lambda c, n: answers.resolve_dispute(
        c, "f1", amount_minor=m, due_on=None if d is None else the_day(c, n, d), now=n), SOME_MONEY, st.none() | DAYS),
    st.builds(lambda d, m: lambda c, n: answers.claim_paid(
        c, "f1", paid_on=None if d is None else the_day(c, n, d), amount_minor=m, now=n), st.none() | DAYS, SOME_MONEY),
    st.builds(lambda k, m: lambda c, n: answers.confirm_claim(c, "f1", key=k, amount_minor=m, now=n), KEYS, SOME_MONEY),
    st.just(lambda c, n: answers.claim_not_found(c, "f1", now=n)),
    st.builds(lambda w, u, d: lambda c, n: answers.pause(
        c, w, until=the_day(c, n, d) if u else None, now=n), st.sampled_from(["f1", None]), st.booleans(), DAYS),
    st.builds(lambda w: lambda c, n: answers.resume(c, w, now=n), st.sampled_from(["f1", None])),
    st.sampled_from([lambda c, n: answers.stop(c, now=n), lambda c, n: answers.bounce(c, now=n),
                     lambda c, n: answers.complaint(c, now=n), lambda c, n: answers.wrong_person(c, now=n)]),
    st.builds(lambda b: lambda c, n: answers.client_changed(c, client=c.client, is_reachable=b, now=n), st.booleans()),
    st.builds(lambda s, m, k: lambda c, n: start_checkout(c, n, s, m, k),
              st.sampled_from(["card", "oxxo", "spei", "sepa_debit"]), MONEY, KEYS),
    st.builds(lambda k, s: lambda c, n: checkouts.checkout_processing(c, "f1", checkout_id=k, method=s, now=n),
              KEYS, st.sampled_from(["", "oxxo", "sepa_debit"])),
    st.builds(lambda k, r: lambda c, n: checkouts.checkout_ended(c, "f1", checkout_id=k, result=r, now=n),
              KEYS, st.sampled_from(["failed", "expired"])),
    st.builds(lambda k, e, m: lambda c, n: checkouts.checkout_paid(
        c, "f1", checkout_id=k, key=e, amount_minor=m, now=n), KEYS, KEYS, MONEY),
    st.builds(lambda k, m: lambda c, n: reversals.refund(c, "f1", key=k, amount_minor=m, now=n), KEYS, BACK),
    st.builds(lambda k, m: lambda c, n: reversals.chargeback(c, "f1", key=k, amount_minor=m, now=n), KEYS, BACK),
    st.builds(lambda k, w: lambda c, n: reversals.chargeback_closed(c, "f1", key=k, won=w, now=n), KEYS, st.booleans()),
    st.builds(lambda o: lambda c, n: decisions.decide_review(c, "f1", outcome=o, now=n),
              st.sampled_from(["reopen", "waive", "write_off"])),
    st.builds(lambda m, k: lambda c, n: decisions.waive(c, "f1", amount_minor=m, key=k, now=n), SOME_MONEY, KEYS),
    st.builds(lambda m: lambda c, n: decisions.write_off(c, "f1", amount_minor=m, now=n), SOME_MONEY),
    st.builds(lambda d: lambda c, n: decisions.change_due(c, "f1", due_on=the_day(c, n, d), now=n), DAYS),
    st.builds(lambda m: lambda c, n: decisions.change_amount(c, "f1", amount_minor=m, now=n), MONEY),
    st.builds(lambda s: lambda c, n: decisions.approve(c, "f1", step=s, now=n),
              st.sampled_from(["formal_letter", "last_notice", "nothing"])),
    st.just(lambda c, n: decisions.log_contact(c, now=n)),
    st.builds(lambda m, d: lambda c, n: rewrite(c, n, m, d), MONEY, DAYS),
    st.just(lambda c, n: edits.remove(c, "f1", now=n)),
    st.just(lambda c, n: edits.restore(c, "f1", now=n)),
    st.builds(lambda k: lambda c, n: edits.undo(c, "f1", key=k, now=n), KEYS | st.sampled_from(["waive", "write_off"])),
)  # fmt: skip

TIERS = (Tier(day("2026-06-11"), percent=Decimal(2)), Tier(day("2026-06-20"), fixed_minor=1500))
DEBTS = st.builds(
    debt,
    discount=st.sampled_from([
        None,
        Discount("tiers", tiers=TIERS),
        Discount("tiers", tiers=TIERS, partial="proportional"),
        Discount("linear", percent=Decimal(3)),
        Discount("apr", percent=Decimal(12)),
    ]),
    interest=st.sampled_from([None, Interest(rate=Decimal(8), fixed_compensation_minor=4000)]),
    instalments=st.sampled_from([
        (Instalment("i1", day("2026-07-01"), 100000),),
        (Instalment("i1", day("2026-06-10"), 33334), Instalment("i2", day("2026-07-01"), 66666)),
    ]),
    tolerance_minor=st.sampled_from([0, 100]),
)  # fmt: skip


def first_payment(minor):
    """Money comes first, so that there is some to go back."""
    return lambda c, n: payments.record_payment(
        c, "f1", key="first", amount_minor=minor, method="card", on=c.local_day(n), now=n
    )


MOVES = st.lists(st.tuples(st.integers(0, 400), ACTIONS), min_size=4, max_size=14)
PAID = st.sampled_from([50000, 98000, 100000, 120000]).map(lambda minor: [(24, first_payment(minor))])
STORY = MOVES | st.tuples(PAID, MOVES).map(lambda two: two[0] + two[1])


def play(first, story):
    """Every (case, outcome, instant), each saved before the next as the store would."""
    known, now = case(first), START
    for hours, action in story:
        now += timedelta(hours=hours)
        try:
            outcome = action(known, now)
        except Refused:  # and nothing else
            continue
        yield known, outcome, now
        if outcome.case != known:
            known = replace(outcome.case, client=replace(outcome.case.client, version=outcome.case.client.version + 1))


@settings(max_examples=150, deadline=None)
@given(DEBTS, STORY)
def test_the_law_of_money_holds_after_every_answer(first, story):
    for _before, outcome, now in play(first, story):
        for days in (0, 30):
            assert law_of_money(outcome.case.debt("f1"), the_day(outcome.case, now, days))


@settings(max_examples=150, deadline=None)
@given(DEBTS, STORY)
def test_ledger_keys_and_instalments_are_never_used_twice(first, story):
    for before, outcome, _now in play(first, story):
        told = outcome.case.debt("f1")
        for names in ([entry.key for entry in told.entries], [part.id for part in told.instalments]):
            assert len(set(names)) == len(names)
        assert {entry.key for entry in before.debt("f1").entries} <= {entry.key for entry in told.entries}


@settings(max_examples=150, deadline=None)
@given(DEBTS, STORY)
def test_no_two_letters_share_a_name_and_none_goes_where_it_must_not(first, story):
    seen = set()
    for before, outcome, now in play(first, story):
        for letter in outcome.letters:
            assert letter.id not in seen
            seen.add(letter.id)
            assert (letter.letter_class, letter.at) == ("answer", now)
            assert all(isinstance(fact, str) for fact in letter.facts.values())
            assert not before.client.bounced_at
            assert not before.client.complained_at
            assert not before.client.wrong_person_at


@settings(max_examples=150, deadline=None)
@given(DEBTS, STORY)
def test_the_next_wake_up_is_that_of_the_case_as_it_is_after_the_answer(first, story):
    for before, outcome, now in play(first, story):
        if outcome.case is not before:
            assert outcome.case.client.next_at == next_wakeup(outcome.case, now)


@settings(max_examples=150, deadline=None)
@given(DEBTS, STORY)
def test_what_is_known_already_is_neither_written_nor_said(first, story):
    for before, outcome, _now in play(first, story):
        if outcome.case is before:
            assert (outcome.letters, outcome.notices, outcome.tasks) == ((), (), ())

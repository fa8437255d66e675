"""Whatever order a payment's seven events come in, and however old the answers are, one state stands at the end."""

from dataclasses import replace
from datetime import timedelta
from math import factorial

import pytest

from aldia.domain.account import Account
from aldia.domain.case import Case
from aldia.domain.debt import Checkout, Discount, Instalment, Tier
from aldia.domain.ledger import law_of_money, stand
from aldia.flows import payment_facts
from aldia.store import codec
from aldia.store.checkouts import CheckoutRecord
from tests.domain.money_world import debt
from tests.proofs.money.told import EVENTS, NOW, OPENED, truths
from tests.world import client, contact

ZONE = "America/Mexico_City"
AMOUNT, PRICE, REFUND, DISPUTE = 100_000, 90_000, 25_000, 40_000  # ten per cent off on the day of the checkout


def opened(currency):
    """A discounted debt whose checkout was opened at the discounted price, and its record."""
    today = OPENED.date()
    held = Checkout("co_1", "card", PRICE, today, OPENED, OPENED + timedelta(hours=20))
    one = replace(
        debt("1000", currency=currency, issued=today.isoformat(), due=(today + timedelta(30)).isoformat()),
        amount_minor=AMOUNT,
        instalments=(Instalment("i1", today + timedelta(30), AMOUNT),),
        opened_at=OPENED - timedelta(days=1),
        discount=Discount("tiers", (Tier(today, percent=10),)),
        checkouts=(held,),
    )
    account = Account("a1", "ana@example.com", name="Ana", timezone=ZONE)
    bruno = client(timezone=ZONE, contacts=(contact("bruno@example.com"),))
    lines = ((one.id, PRICE),)
    record = CheckoutRecord("co_1", "a1", bruno.id, "", currency, lines, OPENED, held.ends_at, state="open")
    return Case(account, bruno, (one,)), record


def folded(case, record, truth):
    """The case and the checkout's record once a truth was told: what `settle` does, without its table."""
    session, payment = truth
    step = payment_facts.step(record, session, payment)
    if step == "paid":
        for told in payment_facts.one_by_one(payment):
            case = payment_facts.booked(case, record, told, NOW).case
    elif step == "processing":
        case = payment_facts.waiting(case, record, payment, NOW).case
    elif step:
        case = payment_facts.ended(case, record, step, NOW).case
    return case, replace(record, state=step or record.state)


class Fold:
    """The fold is a function of what is stored and what is told: the same step is worked out once."""

    def __init__(self, told):
        self.told, self.known = told, {}

    def step(self, case, record, place):
        stored = (*map(codec.dumps, (case.client, *case.debts)), record.state, place)
        if stored not in self.known:
            self.known[stored] = folded(case, record, self.told[place])
        return self.known[stored]

    def ends(self, case, record, left):
        """The end of every order of these events; orders that begin alike share their beginning."""
        if not left:
            yield case, record
        for place in left:
            yield from self.ends(*self.step(case, record, place), left - {place})


def seen(case, record):
    """All that anybody may ask of it later. Until when the price of a paid checkout was held nobody asks."""
    [one] = case.debts
    [held] = one.checkouts
    return one.entries, one.review_since, replace(held, ends_at=NOW), record.state, stand(one, case.local_day(NOW))


@pytest.mark.parametrize("currency", ["MXN", "JPY", "CLP"])
def test_all_orders_of_seven_events_end_alike_in_each_currency(currency):
    case, record = opened(currency)
    fold = Fold(truths(currency, PRICE, REFUND, DISPUTE))
    ends = [seen(*end) for end in fold.ends(case, record, frozenset(range(len(EVENTS))))]
    assert len(ends) == factorial(len(EVENTS)) == 5040
    first = ends[0]
    assert all(end == first for end in ends)
    entries, review_since, held, state, standing = first
    kinds = [(entry.kind, entry.amount_minor) for entry in entries]
    assert kinds == [
        ("payment", PRICE), ("refund", REFUND), ("chargeback", DISPUTE), ("chargeback_won", DISPUTE),
    ]  # fmt: skip
    assert (held.state, held.method, state) == ("paid", "oxxo", "paid")
    assert review_since == NOW
    assert (standing.paid_minor, standing.discount_minor) == (PRICE - REFUND, AMOUNT - PRICE)
    assert standing.balance_minor == REFUND
    assert law_of_money(replace(case.debts[0], entries=entries), case.local_day(NOW))

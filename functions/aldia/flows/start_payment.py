"""The client presses pay: the price is frozen, written down, and only then the provider is called.

The price that was seen when pressing is honoured until that payment window closes (reliability 3.3).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from aldia.domain import checkouts as domain
from aldia.domain.case import Case, Outcome
from aldia.domain.dates import next_asked
from aldia.domain.debt import Checkout
from aldia.domain.errors import Refused
from aldia.domain.quote import minimum_part, quote
from aldia.flows import casework, listen, payment_page, settle
from aldia.flows.paying_online import not_offered, paid_into
from aldia.flows.payment_facts import joined
from aldia.ports import AlreadyThere, PaymentRefused, Ports, StartCheckout, Write
from aldia.store import cases, checkouts
from aldia.store.checkouts import CheckoutRecord

MOST_DEBTS = 10  # booking them, with a letter and news of each, fits into one transaction
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the client's form says. Sums are only compared with ours, never charged."""

    debt_ids: tuple[str, ...]
    shown_minor: int  # what the page said was payable
    part_minor: int | None = None  # a part, for one debt; or
    up_to: date | None = None  # what the debt asks for up to that date, while that is what it asks for next
    return_path: str = ""  # our page, with the client's own token: never stored
    language: str = "es"


class PriceRose(Refused):
    """The page was old: the price is higher now. The client sees the new one and decides again."""

    def __init__(self, now_minor: int) -> None:
        super().__init__("pay.price_rose")
        self.now_minor = now_minor


def start_payment(ports: Ports, account_id: str, client_id: str, wish: Wish) -> str:
    """Open a checkout, or take up the one that is open; the address of the payment page.

    Raises Refused (nobody to take it, nothing open, wrong part, another on its way), PriceRose, PaymentUnknown
    (the provider does not answer: pressing again repeats the same request) and PaymentRefused.
    """
    case = cases.load_by_id(ports, account_id, client_id)
    paid_into(ports, case.account)  # first of all: where nobody may take the money, nothing is offered
    lines = priced(case, wish, ports.clock.now())
    running = _running(ports, case, wish.debt_ids)
    for record in running:
        if record.state == "processing":
            raise Refused("pay.on_its_way")
        if _serves(record, lines, wish):
            return record.url or _call(ports, case, record, wish)
    _refuse_dearer(lines, wish)
    listen.begin(ports, case.account)
    for record in running:
        _give_up(ports, record)
    return _call(ports, case, _write_down(ports, case, wish), wish)


Lines = tuple[tuple[str, int], ...]
"""Each debt and what is to be charged for it."""


def _serves(record: CheckoutRecord, lines: Lines, wish: Wish) -> bool:
    """Whether an open checkout is the one that is wanted: the same sums, or the same debts at a held price."""
    if record.lines == lines:
        return True
    is_whole = wish.part_minor is None and wish.up_to is None
    is_whole = is_whole and all(record.prices.get(debt_id) == minor for debt_id, minor in record.lines)
    is_same = [debt_id for debt_id, _ in record.lines] == [debt_id for debt_id, _ in lines]
    return is_whole and is_same and all(held <= now for (_, held), (_, now) in zip(record.lines, lines, strict=True))


def _refuse_dearer(lines: Lines, wish: Wish) -> None:
    total = sum(minor for _debt, minor in lines)
    if wish.part_minor is None and total > wish.shown_minor:
        raise PriceRose(total)


def priced(case: Case, wish: Wish, now: datetime) -> Lines:
    """What the wish comes to now. Refused when it cannot be paid so."""
    if not 1 <= len(wish.debt_ids) <= MOST_DEBTS:
        raise Refused("pay.choose_debts")
    known = {debt.id: debt for debt in case.debts if debt.deleted_at is None}
    if any(debt_id not in known for debt_id in wish.debt_ids):
        raise Refused("answers.unknown_debt")
    debts = sorted((known[debt_id] for debt_id in dict.fromkeys(wish.debt_ids)), key=lambda debt: debt.due_on)
    if len({debt.currency for debt in debts}) > 1:
        raise Refused("pay.one_currency")
    quotes = {debt.id: quote(debt, at=now, zone=case.zone) for debt in debts}
    lines = tuple((debt.id, quotes[debt.id].payable_minor) for debt in debts if quotes[debt.id].payable_minor > 0)
    if not lines:
        raise Refused("answers.nothing_open")
    if wish.up_to is not None:
        return (_next(case, wish, lines, now),)
    if wish.part_minor is not None:
        return (_part(case, wish, lines, now),)
    return lines


def _next(case: Case, wish: Wish, lines: Lines, now: datetime) -> tuple[str, int]:
    """What the debt asks for next. An old page whose date is paid, or moved, shows itself anew: nothing is charged."""
    if len(lines) != 1:
        raise Refused("pay.part_of_one", field="part")
    debt_id, payable = lines[0]
    asked = next_asked(case.debt(debt_id), case.local_day(now))
    if asked is None or asked.on != wish.up_to:
        raise PriceRose(payable)
    return debt_id, asked.minor


def _part(case: Case, wish: Wish, lines: Lines, now: datetime) -> tuple[str, int]:
    if len(lines) != 1 or wish.part_minor is None:
        raise Refused("pay.part_of_one", field="part")
    debt_id, payable = lines[0]
    debt = case.debt(debt_id)
    least = minimum_part(debt, percent=case.account.part_percent, at=now, zone=case.zone)
    if not least <= wish.part_minor <= payable:
        raise Refused("pay.part_between", field="part", least_minor=least, most_minor=payable, currency=debt.currency)
    return debt_id, wish.part_minor


def _running(ports: Ports, case: Case, debt_ids: Sequence[str]) -> list[CheckoutRecord]:
    """The checkouts under way that hold one of these debts."""
    now = ports.clock.now()
    held = [domain.under_way(case.debt(debt_id), now) for debt_id in debt_ids]
    ids = dict.fromkeys(checkout.id for checkout in held if checkout)
    records = [checkouts.load(ports, case.account.id, case.client.id, checkout_id) for checkout_id in ids]
    return [record for record in records if record]


def _give_up(ports: Ports, running: CheckoutRecord) -> None:
    """Another amount is wanted: the open session is closed at the provider before a new one is made."""
    if payment_page.close(ports, running) not in payment_page.ENDED:
        raise Refused("pay.on_its_way")
    settle.end(ports, running, "expired")


def _write_down(ports: Ports, case: Case, wish: Wish) -> CheckoutRecord:
    made: list[CheckoutRecord] = []

    def ask(now_case: Case, now: datetime) -> Outcome:
        lines = priced(now_case, wish, now)  # anew: a payment or an edit may have come since the page was read
        _refuse_dearer(lines, wish)
        record = _record(ports, now_case, lines, language=wish.language, now=now)
        made[:] = [record]
        return opened(now_case, record, now)

    def more(_case: Case, _outcome: Outcome) -> list[Write]:
        return [checkouts.put(ports, made[0], ports.clock.now())]

    try:
        casework.change(ports, case.account.id, case.client.id, ask, more=more)
    except AlreadyThere:
        raise Refused("pay.on_its_way") from None
    return made[0]


def opened(case: Case, record: CheckoutRecord, now: datetime) -> Outcome:
    """The checkout on each of its debts: silence, and the price held."""
    total = Outcome(case)
    for debt_id, share in record.lines:
        held = Checkout(record.id, "card", share, case.local_day(now), now, record.ends_at)
        total = joined(total, domain.open_checkout(total.case, debt_id, checkout=held, now=now))
    return total


def _record(ports: Ports, case: Case, lines: Lines, *, language: str, now: datetime) -> CheckoutRecord:
    deadlines = [quote(case.debt(debt_id), at=now, zone=case.zone) for debt_id, _share in lines]
    ends = [held.holds_until for held in deadlines if held.discount_minor and held.holds_until]
    return CheckoutRecord(
        id=ports.ids.new(),
        account_id=case.account.id,
        client_id=case.client.id,
        stripe_account=paid_into(ports, case.account),
        currency=case.debt(lines[0][0]).currency,
        lines=lines,
        opened_at=now,
        ends_at=_ends_at(now, min(ends, default=None)),
        prices={held.debt_id: held.payable_minor for held in deadlines},
        language=language,
    )


def _ends_at(now: datetime, discount_deadline: datetime | None) -> datetime:
    """When the price stops being held; a minute inside the provider's own bounds of 30 minutes and 24 hours."""
    end = domain.checkout_end("card", now, discount_deadline=discount_deadline)
    return min(max(end, now + domain.SHORTEST + MINUTE), now + domain.LONGEST - MINUTE)


def asked(case: Case, record: CheckoutRecord, back: str) -> StartCheckout:
    """What the provider is asked for: exactly what the record holds. `back`: our page, where the client returns to."""
    names = {debt.id: debt.number or debt.concept for debt in case.debts}
    return StartCheckout(
        idempotency_key=record.id,
        account=record.stripe_account,
        amount_minor=record.amount_minor,
        currency=record.currency,
        description=f"{case.account.name}: {', '.join(names[debt_id] for debt_id, _ in record.lines)}"[:200],
        lines=tuple((f"{case.account.name} · {names[debt_id]}"[:120], minor) for debt_id, minor in record.lines),
        expires_at=record.ends_at,
        success_url=f"{back}/gracias",
        cancel_url=back,
        locale=record.language,
        customer_email=next(iter(case.client.emails), ""),
        exclude_methods=not_offered(case.account.country, record.currency),
        metadata={"account": record.account_id, "client": record.client_id, "checkout": record.id},
    )


def _call(ports: Ports, case: Case, record: CheckoutRecord, wish: Wish) -> str:
    request = asked(case, record, ports.settings.base_url + wish.return_path)
    try:
        started = ports.payments.start_checkout(request)
    except PaymentRefused:
        settle.end(ports, record, "failed")
        raise
    opened = checkouts.change(
        ports,
        record,
        look_again_at=ports.clock.now() + checkouts.RECONCILE_AFTER,
        state="open",
        session_id=started.session_id,
        payment_id=started.payment_id,
        url=started.url,
    )
    ports.table.write(opened)
    return started.url

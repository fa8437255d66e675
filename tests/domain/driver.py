"""A story played in memory: debts, what happens on which day, and a run of `decide` at every tick.

Stories are written in the words of the scenario format, as Python values; money is a decimal string.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from zoneinfo import ZoneInfo

from aldia.adapters.public_holidays import national_holidays
from aldia.domain import answers, checkouts, decisions, payments, reversals
from aldia.domain.account import Account, ContactPolicy
from aldia.domain.calendar import local_instant
from aldia.domain.case import Case, Letter, Outcome, Task
from aldia.domain.client import BillingContact, Client
from aldia.domain.countries import main_zone
from aldia.domain.debt import Checkout, Debt, Discount, Instalment, Interest, Step, Tier
from aldia.domain.ladder import went_at
from aldia.domain.money import from_decimal
from aldia.domain.quote import Quote, quote
from aldia.domain.reminders import decide

BRUNO = {"id": "bruno", "name": "Bruno", "email": "bruno@example.com"}
LONG_LADDER = (
    {"step": "pre_due", "anchor": "due", "days": -7},
    {"step": "due_today", "anchor": "due", "days": 0},
    {"step": "overdue_1", "anchor": "due", "days": 7},
    {"step": "overdue_2", "anchor": "due", "days": 14},
    {"step": "overdue_3", "anchor": "due", "days": 21},
    {"step": "overdue_4", "anchor": "due", "days": 30},
)


@dataclass
class Played:
    """What came of a story."""

    case: Case
    letters: list[Letter] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    quotes: list[Quote] = field(default_factory=list)

    def local(self, at: datetime) -> str:
        """An instant as the client's clock shows it."""
        return at.astimezone(self.case.zone).strftime("%Y-%m-%d %H:%M")

    @property
    def sent(self) -> list[tuple[str, str]]:
        """(local time, step) of the letters that are no answers."""
        return [(self.local(it.at), it.step) for it in self.letters if it.letter_class != "answer"]

    @property
    def answered(self) -> list[tuple[str, str]]:
        """(local time, step) of the letters that answer at once."""
        return [(self.local(it.at), it.step) for it in self.letters if it.letter_class == "answer"]

    @property
    def done(self) -> list[tuple[str, str]]:
        """(local time, step) of the tasks."""
        return [(self.local(task.at), task.step) for task in self.tasks]

    @property
    def skips(self) -> dict[str, tuple[str, str, str]]:
        """`debt/key` → (first run, reason, moved to) of the steps that did not go when they fell due."""
        return {
            f"{debt.id}/{key}": (self.local(mark.at), mark.reason, self.local(mark.moved_to) if mark.moved_to else "")
            for debt in self.case.debts
            for key, mark in debt.marks.items()
            if mark.reason
        }

    def amounts(self, step: str) -> list[int]:
        """What the letters of that name asked for, in minor units."""
        return [sum(part.amount_minor for part in it.parts) for it in self.letters if it.step == step]


def play(
    story: dict, *, every_tick: bool = False, on_tick: Callable[[Case, datetime, Outcome], None] | None = None
) -> Played:
    """Play a story of one client, at the ticks for which the case asked to be woken, or at every one.

    `on_tick` sees each run: the case before it, the instant, the outcome.
    """
    case = case_of(story)
    played = Played(replace(case, client=replace(case.client, next_at=min(debt.opened_at for debt in case.debts))))
    events = [(datetime.fromisoformat(event["at"]), event) for event in story.get("events", ())]
    outages = [[datetime.fromisoformat(it[key]) for key in ("from", "until")] for it in story.get("outages", ())]
    keys = count()
    until = datetime.fromisoformat(story["run"]["until"])
    for at in _instants(story, [at for at, _ in events], played.case, until):
        for _, event in (pair for pair in events if pair[0] == at):
            _take(played, _happen(played, event, at, next(keys)))
        if at.timestamp() % _every(story).total_seconds() or any(start <= at < end for start, end in outages):
            continue
        before = played.case
        if not every_tick and (before.client.next_at is None or before.client.next_at > at):
            continue
        outcome = decide(before, at)
        _take(played, outcome)
        if on_tick:
            on_tick(before, at, outcome)
    return played


def _take(played: Played, outcome: Outcome) -> None:
    played.case = outcome.case
    played.letters += outcome.letters
    played.tasks += outcome.tasks


def _every(story: dict) -> timedelta:
    return timedelta(minutes=story["run"].get("every_minutes", 15))


def _instants(story: dict, moments: list[datetime], case: Case, until: datetime) -> list[datetime]:
    """Every tick from the first opening on, and every event, before the end."""
    every = _every(story)
    first = min(debt.opened_at for debt in case.debts)
    start = int(first.timestamp() // every.total_seconds()) * every.total_seconds()
    tick = datetime.fromtimestamp(start, UTC)
    found = {at.astimezone(UTC) for at in moments if at < until}
    while tick < until:
        if tick >= first:
            found.add(tick)
        tick += every
    return sorted(found)


# -- from the words of the format to values ------------------------------------------------------


def case_of(story: dict, *, client: dict | None = None) -> Case:
    """The account, one client and its debts."""
    said = story["account"]
    zone = said.get("timezone") or main_zone(said["country"])
    policy = ContactPolicy(
        enabled=said.get("contact_rules", "on") == "on",
        send_at=time.fromisoformat(said.get("send_at", "09:00")),
        closed_days=tuple(date.fromisoformat(day) for day in said.get("closed_days", ())),
        answers_count=said.get("answers_count", False),
    )
    account = Account("a", "ana@example.com", said["name"], said["country"], zone, policy=policy)
    known = client or (story.get("clients") or [BRUNO])[0]
    country = known.get("country", said["country"])
    person = Client(
        known["id"],
        known["name"],
        country=country,
        timezone=known.get("timezone") or (main_zone(country) if "country" in known else "") or zone,
        contacts=(BillingContact(known["email"]),) if known.get("email") else (),
        consents=tuple(known.get("consents", ["email"])),
    )
    mine = [debt for debt in story["debts"] if debt.get("client", known["id"]) == known["id"]]
    debts = tuple(_debt(said, debt, ZoneInfo(person.timezone)) for debt in mine)
    return Case(account, person, debts, national_holidays)


def _debt(account: dict, said: dict, zone: ZoneInfo) -> Debt:
    currency = said.get("currency", "EUR")
    issued_on, due_on = (date.fromisoformat(said[name]) for name in ("issued_on", "due_on"))
    amount = from_decimal(said["amount"], currency)
    listed = said.get("instalments") or [{"due_on": said["due_on"], "amount": said["amount"]}]
    parts = [
        Instalment(f"i{n}", date.fromisoformat(it["due_on"]), from_decimal(it["amount"], currency))
        for n, it in enumerate(listed, start=1)
    ]
    opened_at = datetime.fromisoformat(said["opened_at"]) if "opened_at" in said else None
    return Debt(
        id=said["id"],
        client_id="bruno",
        number=said.get("number", said["id"]),
        currency=currency,
        amount_minor=amount,
        issued_on=issued_on,
        due_on=due_on,
        opened_at=(opened_at or local_instant(issued_on, time.min, zone)).astimezone(UTC),
        net_minor=from_decimal(said["net"], currency) if "net" in said else None,
        discount=_discount(said.get("discount"), issued_on, currency),
        interest=_interest(said.get("interest"), currency),
        instalments=tuple(parts),
        ladder=tuple(Step(**step) for step in account["ladder"]) if "ladder" in account else None,
    )


def _discount(said: dict | None, issued_on: date, currency: str) -> Discount | None:
    if said is None:
        return None
    tiers = [
        Tier(
            date.fromisoformat(tier["last_day"]) if "last_day" in tier else issued_on + timedelta(days=tier["days"]),
            percent=Decimal(tier["percent"]) if "percent" in tier else None,
            fixed_minor=from_decimal(tier["fixed"], currency) if "fixed" in tier else None,
        )
        for tier in said.get("tiers", ())
    ]
    percent = Decimal(said["percent"]) if "percent" in said else None
    chosen = {name: said[name] for name in ("base", "partial") if name in said}
    return Discount(said["kind"], tuple(tiers), percent, **chosen)


def _interest(said: dict | None, currency: str) -> Interest | None:
    if said is None:
        return None
    return Interest(
        rate=Decimal(said["rate"]) if "rate" in said else None,
        table=said.get("table"),
        day_count=said.get("day_count", "act/365"),
        grace_days=said.get("grace_days", 0),
        fixed_compensation_minor=from_decimal(said.get("fixed_compensation", "0"), currency),
    )


# -- what happens ---------------------------------------------------------------------------------


def _happen(played: Played, event: dict, now: datetime, number: int) -> Outcome:
    """One event, by the domain's own transitions."""
    case, kind = played.case, event["type"]
    debt = case.debt(event.get("debt", case.debts[0].id))
    money = from_decimal(event["amount"], debt.currency) if "amount" in event else None
    days = {name: date.fromisoformat(event[name]) for name in ("on", "until", "due_on", "paid_on") if name in event}
    if kind == "quote":
        played.quotes.append(quote(debt, at=now, zone=case.zone))
        return Outcome(case)
    if kind in ("stop", "wrong_person", "bounce", "complaint"):
        return getattr(answers, kind)(case, now=now)
    if kind == "payment":
        on = days.get("paid_on", case.local_day(now))
        facts = {"amount_minor": money, "method": event.get("method", "transfer"), "on": on}
        return payments.record_payment(case, debt.id, key=f"k{number}", now=now, **facts)
    if kind == "checkout":
        return checkouts.open_checkout(case, debt.id, checkout=_checkout(case, debt, event, money, now), now=now)
    if kind in ("checkout_result", "duplicate_webhook"):
        return _result(case, debt, event, now, number) if kind == "checkout_result" else Outcome(case)
    if kind in ("refund", "chargeback"):
        return getattr(reversals, kind)(case, debt.id, key=f"k{number}", amount_minor=money, now=now)
    if kind == "plan":
        return answers.plan(case, debt.id, instalments=_parts(case, debt, event, now), now=now)
    if kind in ("pause", "resume"):
        return getattr(answers, kind)(case, event.get("debt"), now=now, **days)
    return _say(case, debt, event, now, days | ({"amount_minor": money} if money is not None else {}))


def written_to(case: Case) -> Case:
    """The case whose client is known to be written to, if anything went since others than now got its letters."""
    client, since = case.client, case.client.addressed_since
    went = [went_at(mark) for debt in case.debts for mark in debt.marks.values() if mark.state == "sent"]
    known = (*client.known_addresses, *client.emails) if any(since is None or at >= since for at in went) else ()
    return replace(case, client=replace(client, known_addresses=known or client.known_addresses))


def _say(case: Case, debt: Debt, event: dict, now: datetime, facts: dict) -> Outcome:
    kind = event["type"]
    if kind == "client_changed":
        right = replace(case.client, contacts=(BillingContact(event["email"]),))
        return answers.client_changed(case, client=right, now=now)
    if kind == "new_address":  # in the app; a story in the scenario format goes on where it was
        right = replace(case.client, contacts=(BillingContact(event["email"]),))
        return answers.client_changed(written_to(case), client=right, now=now)
    if kind == "contact":
        return decisions.log_contact(case, now=now)
    if kind == "approve":
        return decisions.approve(case, debt.id, step=event["step"], now=now)
    if kind == "chargeback_closed":
        return reversals.chargeback_closed(case, debt.id, key=f"closed {event['at']}", won=event["won"], now=now)
    if kind == "payment_confirmed":
        return answers.confirm_claim(case, debt.id, key=f"claim {event['at']}", now=now, **facts)
    if kind == "decide":
        return decisions.decide_review(case, debt.id, outcome=event["outcome"], now=now)
    verbs = {
        "promise": answers.promise,
        "extension": answers.extension,
        "dispute": answers.dispute,
        "dispute_resolved": answers.resolve_dispute,
        "already_paid": answers.claim_paid,
        "payment_not_found": answers.claim_not_found,
        "due_changed": decisions.change_due,
        "waive": decisions.waive,
        "write_off": decisions.write_off,
    }
    return verbs[kind](case, debt.id, now=now, **facts)


def _checkout(case: Case, debt: Debt, event: dict, money: int | None, now: datetime) -> Checkout:
    price = quote(debt, at=now, zone=case.zone).payable_minor
    ends_at = checkouts.checkout_end(event["method"], now)
    return Checkout(event["id"], event["method"], money or price, case.local_day(now), now, ends_at)


def _result(case: Case, debt: Debt, event: dict, now: datetime, number: int) -> Outcome:
    if event["result"] != "paid":
        return checkouts.checkout_ended(case, debt.id, checkout_id=event["id"], result=event["result"], now=now)
    held = [checkout.amount_minor for checkout in debt.checkouts if checkout.id == event["id"]]
    paid = {"key": f"k{number}", "amount_minor": held[0] if held else 0}
    return checkouts.checkout_paid(case, debt.id, checkout_id=event["id"], now=now, **paid)


def _parts(case: Case, debt: Debt, event: dict, now: datetime) -> tuple[tuple[date, int], ...]:
    if "instalments" in event:
        said = event["instalments"]
        return tuple((date.fromisoformat(it["due_on"]), from_decimal(it["amount"], debt.currency)) for it in said)
    first_on = date.fromisoformat(event["first_on"])
    balance = quote(debt, at=now, zone=case.zone).balance_minor
    return answers.spread(balance, count=event["count"], first_on=first_on, every=event["every"])

"""What is known to have happened to a client and its debts, each fact with its instant and how a case is told of it.

Read from what is kept: the debts, the client, its news and its letters. What is not kept cannot be told again: when a
review, a bounce, a problem without a reachable client or a pause that is over ended, and dates that were corrected.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from aldia.domain import answers, calendar, checkouts, decisions, edits, payments
from aldia.domain.case import Case, Letter, Notice, Outcome
from aldia.domain.debt import Checkout, Debt, Entry
from aldia.domain.facts_terms import as_written, plans
from aldia.domain.firm_letters import gone_after
from aldia.domain.ladder import went_at
from aldia.domain.new_readers import met
from aldia.domain.outcomes import settled
from aldia.domain.plans import Part
from aldia.domain.spoken import Promise
from aldia.domain.terms_changed import with_entry

NO_LIMITS = answers.PromiseLimits(longest_days=None, most=None)
MONEY_BACK = ("refund", "chargeback")
GIVEN_UP = ("waive", "write_off")
OPENED = "opened"
NOON = time(12)

Told = Callable[[Case, datetime], Outcome]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that happened. `kind` is a kind of entry or one of the words below; `told` may raise Refused."""

    at: datetime
    kind: str
    told: Told
    debt_id: str = ""  # empty: about the client
    amount_minor: int | None = None
    day: date | None = None  # that a promise or an extension names
    entry: Entry | None = None


def facts(case: Case, notices: Sequence[Notice], letters: Sequence[Letter]) -> list[Fact]:
    """Everything known of the client and its debts, in the order of time."""
    found = [*_of_client(case, notices), *_contacts(case, letters)]
    for debt in case.debts:
        about = [letter for letter in letters if any(part.debt_id == debt.id for part in letter.parts)]
        found += _of_debt(debt, [notice for notice in notices if notice.debt_id == debt.id], about)
    return sorted(found, key=lambda fact: fact.at)


# -- of a debt -----------------------------------------------------------------------------------


def _of_debt(debt: Debt, notices: Sequence[Notice], letters: Sequence[Letter]) -> Iterator[Fact]:
    known = as_written(debt)
    yield Fact(debt.opened_at, OPENED, lambda case, now: settled(case.with_debt(known), now), debt.id)
    for place, entry in enumerate(debt.entries):
        yield _money(debt, entry, is_reviewed=_is_reviewed(debt, place))
    yield from _promises(debt, notices)
    yield from _extensions(debt, letters)
    yield from (_plan(debt.id, at, parts) for at, parts in plans(debt, letters))
    yield from _problems(debt, notices, letters)
    yield from _claims(debt, notices, letters)
    yield from _checkouts(debt, letters)
    yield from _held(debt)


def _is_reviewed(debt: Debt, place: int) -> bool:
    """Whether it is known how long the review lasted that money going back at that place began."""
    return debt.review_since is not None or any(later.kind in GIVEN_UP for later in debt.entries[place:])


def _money(debt: Debt, entry: Entry, *, is_reviewed: bool) -> Fact:
    def told(case: Case, now: datetime) -> Outcome:
        was, line = case.debt(debt.id), replace(entry, at=now)
        if line.kind == "payment":
            return payments.booked(case, replace(was, claim=None), line, now=now, by_hand=True)
        if line.kind in MONEY_BACK and is_reviewed:
            was = replace(was, review_since=was.review_since or now)
        elif line.kind in GIVEN_UP:
            was = replace(was, review_since=None)
        return settled(case.with_debt(with_entry(was, line)), now)

    return Fact(entry.at, entry.kind, told, debt.id, entry.amount_minor, entry=entry)


def _promises(debt: Debt, notices: Sequence[Notice]) -> Iterator[Fact]:
    made = [notice for notice in notices if notice.kind == "promised" and not (debt.plan and debt.plan.at == notice.at)]
    said = {notice.at: Promise(date.fromisoformat(notice.text), notice.at, notice.amount_minor) for notice in made}
    if debt.promise:
        said[debt.promise.made_at] = debt.promise
    yield from (_promise(debt.id, one) for one in said.values())


def _promise(debt_id: str, said: Promise) -> Fact:
    on, minor, up_to = said.on, said.amount_minor, said.up_to

    def told(case: Case, now: datetime) -> Outcome:
        return answers.promise(case, debt_id, on=on, amount_minor=minor, up_to=up_to, now=now, limits=NO_LIMITS)

    return Fact(said.made_at, "promise", told, debt_id, minor, day=on)


def _extensions(debt: Debt, letters: Sequence[Letter]) -> Iterator[Fact]:
    granted = [
        (letter.at, date.fromisoformat(letter.facts["until"])) for letter in letters if letter.step == "extension_noted"
    ]
    if debt.extended_to and all(until != debt.extended_to for _, until in granted):
        granted.append((debt.opened_at, debt.extended_to))  # nobody could be written to, so nothing tells when
    for at, until in granted:
        yield _extension(debt.id, at, until)


def _extension(debt_id: str, at: datetime, until: date) -> Fact:
    def told(case: Case, now: datetime) -> Outcome:
        return answers.extension(case, debt_id, until=until, now=now)

    return Fact(at, "extension", told, debt_id, day=until)


def _plan(debt_id: str, at: datetime, parts: tuple[Part, ...]) -> Fact:
    def told(case: Case, now: datetime) -> Outcome:
        return answers.plan(case, debt_id, instalments=parts, now=now)

    return Fact(at, "plan", told, debt_id, day=max(day for day, _ in parts))


def _problems(debt: Debt, notices: Sequence[Notice], letters: Sequence[Letter]) -> Iterator[Fact]:
    ended = [letter.at for letter in letters if letter.step == "dispute_resolved"]
    told_at = [notice.at for notice in notices if notice.kind == "problem"]
    if debt.dispute and debt.dispute.at not in told_at:
        told_at.append(debt.dispute.at)
    for at in told_at:
        yield Fact(at, "problem", lambda case, now: answers.dispute(case, debt.id, now=now), debt.id)
    if told_at and debt.dispute is None and not any(at >= max(told_at) for at in ended):
        ended.append(max(told_at))
    for at in ended:
        yield Fact(at, "resolved", lambda case, now: answers.resolve_dispute(case, debt.id, now=now), debt.id)


def _checkouts(debt: Debt, letters: Sequence[Letter]) -> Iterator[Fact]:
    """Payments online, each on its way until it was paid, else until its end."""
    for checkout in debt.checkouts:
        yield Fact(checkout.opened_at, "checkout", _started(debt, checkout), debt.id, checkout.amount_minor)
    for letter in letters:
        if letter.step == "payment_on_its_way":
            begun = [checkout.id for checkout in debt.checkouts if checkout.opened_at <= letter.at]
            yield from (_on_its_way(debt.id, checkout_id, letter.at) for checkout_id in begun[-1:])


def _started(debt: Debt, checkout: Checkout) -> Told:
    paid = [entry.at for entry in debt.entries if entry.kind == "payment" and entry.at >= checkout.opened_at]
    ends_at = min([checkout.ends_at, *paid]) if checkout.state == "paid" else checkout.ends_at
    held = replace(checkout, state="open", ends_at=ends_at, expired_letter=checkout.state != "expired")

    def told(case: Case, now: datetime) -> Outcome:
        was = case.debt(debt.id)
        return settled(case.with_debt(replace(was, checkouts=(*was.checkouts, held))), now)

    return told


def _on_its_way(debt_id: str, checkout_id: str, at: datetime) -> Fact:
    def told(case: Case, now: datetime) -> Outcome:
        return checkouts.checkout_processing(case, debt_id, checkout_id=checkout_id, now=now)

    return Fact(at, "on_its_way", told, debt_id)


def _claims(debt: Debt, notices: Sequence[Notice], letters: Sequence[Letter]) -> Iterator[Fact]:
    """ "I have paid already", and "we cannot find it"; a payment ends it too."""
    for notice in notices:
        if notice.kind == "claimed":
            paid_on = date.fromisoformat(notice.text) if notice.text else None
            yield _claim(debt.id, notice.at, paid_on, notice.amount_minor)
    for letter in letters:
        if letter.step == "payment_not_found":
            yield Fact(
                letter.at, "not_found", lambda case, now: answers.claim_not_found(case, debt.id, now=now), debt.id
            )


def _claim(debt_id: str, at: datetime, paid_on: date | None, amount_minor: int | None) -> Fact:
    def told(case: Case, now: datetime) -> Outcome:
        return answers.claim_paid(case, debt_id, paid_on=paid_on, amount_minor=amount_minor, now=now)

    return Fact(at, "claim", told, debt_id, amount_minor)


def _held(debt: Debt) -> Iterator[Fact]:
    """What holds now: a pause, clicks on letters that wait, the bin."""
    if pause := debt.pause:
        yield Fact(
            pause.at, "paused", lambda case, now: answers.pause(case, debt.id, until=pause.until, now=now), debt.id
        )
    yield from (_approval(debt, step) for step in debt.approved)
    if debt.deleted_at:
        yield Fact(debt.deleted_at, "deleted", lambda case, now: edits.remove(case, debt.id, now=now), debt.id)


def _approval(debt: Debt, step: str) -> Fact:
    """The click: when the step went, as far as that tells."""
    at = min(map(went_at, gone_after(debt, step)), default=debt.opened_at)
    return Fact(at, "approved", lambda case, now: decisions.approve(case, debt.id, step=step, now=now), debt.id)


# -- of the client -------------------------------------------------------------------------------


def _of_client(case: Case, notices: Sequence[Notice]) -> Iterator[Fact]:
    for notice in notices:
        if notice.kind == "stopped":
            yield Fact(notice.at, "stopped", lambda told, now: answers.stop(told, now=now))
        elif notice.kind == "asked_again":
            yield Fact(notice.at, "asked_again", lambda told, now: answers.wants_them_again(told, now=now))
    client = case.client
    if client.bounced_at:
        yield Fact(client.bounced_at, "bounced", lambda told, now: answers.bounce(told, now=now))
    if client.complained_at:
        yield Fact(client.complained_at, "complaint", lambda told, now: answers.complaint(told, now=now))
    if client.wrong_person_at:
        yield Fact(client.wrong_person_at, "wrong_person", lambda told, now: answers.wrong_person(told, now=now))
    if client.addressed_since:
        yield Fact(client.addressed_since, "new_readers", lambda told, now: settled(met(told, client), now))
    if pause := client.pause:
        yield Fact(pause.at, "paused", lambda told, now: answers.pause(told, None, until=pause.until, now=now))
    if held := case.account.paused:
        yield Fact(
            held.at,
            "paused",
            lambda told, now: settled(replace(told, account=replace(told.account, paused=held)), now),
        )


def _contacts(case: Case, letters: Sequence[Letter]) -> Iterator[Fact]:
    """Letters that the freelancer wrote and calls that were noted: they count for the distance."""
    by_hand = [(letter.at, letter.parts[0].debt_id if letter.parts else "") for letter in letters if _is_manual(letter)]
    told_on = {letter.day for letter in letters}
    spoken = [day for day in case.client.contact_days if day not in told_on]
    by_hand += [(calendar.local_instant(day, NOON, case.zone), "") for day in spoken]
    for at, debt_id in by_hand:
        kind = "manual" if debt_id else "contact"
        yield Fact(at, kind, lambda told, now: decisions.log_contact(told, now=now), debt_id)


def _is_manual(letter: Letter) -> bool:
    return letter.step == "manual"

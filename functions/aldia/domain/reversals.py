"""Money that goes back: refunds and chargebacks. Each puts the debt in review until the freelancer decides."""

from dataclasses import replace
from datetime import date, datetime

from aldia.domain.case import Case, Notice, Outcome
from aldia.domain.debt import Debt, Entry, EntryKind
from aldia.domain.errors import Refused
from aldia.domain.ledger import stand
from aldia.domain.outcomes import known_debt, settled, unchanged
from aldia.domain.terms_changed import is_booked, with_entry

CLOSINGS = ("chargeback_won", "chargeback_lost")


def refund(
    case: Case, debt_id: str, *, key: str, amount_minor: int, now: datetime, gone_at: datetime | None = None
) -> Outcome:
    """The freelancer gave money back. Refused when it is more than was received.

    `gone_at`: when the provider says that it went. What a provider tells has happened: it is booked whatever it is.
    """
    return _gone(
        case, debt_id, Entry(key, "refund", _day(case, gone_at, now), now, amount_minor), is_told=bool(gone_at)
    )


def chargeback(
    case: Case, debt_id: str, *, key: str, amount_minor: int, now: datetime, gone_at: datetime | None = None
) -> Outcome:
    """The client's bank took money back. Refused when it is more than was received; `gone_at` as for a refund."""
    entry = Entry(key, "chargeback", _day(case, gone_at, now), now, amount_minor)
    return _gone(case, debt_id, entry, is_told=bool(gone_at))


def refund_failed(case: Case, debt_id: str, *, key: str, now: datetime) -> Outcome:
    """The bank did not take the refund of that key: as if it had never been. The review goes on."""
    debt = known_debt(case, debt_id)
    booked = next((entry for entry in debt.entries if entry.key == key), None)
    if booked is None or is_booked(debt, f"{key}/failed"):
        return unchanged(case)
    entry = Entry(f"{key}/failed", "undone", on=case.local_day(now), at=now, amount_minor=0, note=key)
    notice = Notice("review", now, debt.id, amount_minor=booked.amount_minor)
    return settled(case.with_debt(with_entry(debt, entry)), now, notices=(notice,))


def _day(case: Case, gone_at: datetime | None, now: datetime) -> date:
    return case.local_day(min(gone_at or now, now))


def _gone(case: Case, debt_id: str, entry: Entry, *, is_told: bool) -> Outcome:
    debt, now = known_debt(case, debt_id), entry.at
    if is_booked(debt, entry.key):
        return unchanged(case)
    amount_minor = entry.amount_minor or 0
    if amount_minor <= 0:
        raise Refused("answers.amount_not_positive", field="amount")
    if not is_told and amount_minor > stand(debt, entry.on).paid_minor:
        raise Refused("answers.more_than_received", field="amount")
    debt = with_entry(replace(debt, review_since=debt.review_since or now, deleted_at=None), entry)
    notice = Notice("review", now, debt.id, amount_minor=amount_minor)
    return settled(case.with_debt(debt), now, notices=(notice,))


def chargeback_closed(
    case: Case, debt_id: str, *, key: str, won: bool, now: datetime, chargeback_key: str = ""
) -> Outcome:
    """The bank decided about a chargeback, the oldest open one unless named. Won: as if the money had never left.

    The review goes on until the freelancer decides. Refused without an open chargeback.
    """
    debt = known_debt(case, debt_id)
    if is_booked(debt, key):
        return unchanged(case)
    closed = next((entry for entry in open_chargebacks(debt) if chargeback_key in ("", entry.key)), None)
    if closed is None:
        raise Refused("answers.no_chargeback")
    kind: EntryKind = "chargeback_won" if won else "chargeback_lost"
    entry = Entry(key, kind, case.local_day(now), now, closed.amount_minor, note=closed.key)
    notice = Notice("review", now, debt.id, amount_minor=closed.amount_minor)
    return settled(case.with_debt(with_entry(debt, entry)), now, notices=(notice,))


def open_chargebacks(debt: Debt) -> list[Entry]:
    """Chargebacks that the bank has not decided about; a closing names its chargeback in its note."""
    closed = {entry.note for entry in debt.entries if entry.kind in CLOSINGS}
    return [entry for entry in debt.entries if entry.kind == "chargeback" and entry.key not in closed]

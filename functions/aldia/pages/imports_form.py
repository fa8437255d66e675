"""What a person says about a set of invoices: a table's columns, dates and addresses that are missing, how to start."""

from collections.abc import Mapping, Sequence

from aldia.domain.account import Account
from aldia.domain.errors import Refused
from aldia.domain.imported import Choices
from aldia.domain.parsing import parse_email
from aldia.flows.import_files import Draft
from aldia.imports.columns import FIELDS
from aldia.imports.rows import FileReading
from aldia.pages.forms import Typed

ASKED = 30  # clients whose address is asked for on the page; the others' debts wait until it is known
MOST_DUE_DAYS = 365
MOST_QUIET_DAYS = 3650
QUIET_DAYS = 90  # proposed


def fresh(choices: Choices, account: Account) -> dict[str, str]:
    """The form as it was left."""
    return {
        "due_days": "" if choices.due_days is None else str(choices.due_days),
        "start": "soft" if choices.quiet_days is None else "recent",
        "quiet_days": str(QUIET_DAYS if choices.quiet_days is None else choices.quiet_days),
        "discount": "on" if choices.has_discount and account.defaults.discount else "",
        **{f"email-{client_id}": email for client_id, email in choices.emails.items()},
    }


def read(typed: Typed, draft: Draft) -> Choices | None:
    """The choices; None when something is wrong, and `typed.errors` says what."""
    due_days = typed.take("due_days", lambda text: _days(text, "due_days", MOST_DUE_DAYS), None)
    quiet_days = None
    if typed.get("start") == "recent":
        typed.need("quiet_days", "imports.days_unreadable")
        quiet_days = typed.take("quiet_days", lambda text: _days(text, "quiet_days", MOST_QUIET_DAYS), None)
    emails = {}
    for person_id in without_address(draft):
        name = f"email-{person_id}"
        email = typed.take(name, lambda text, name=name: parse_email(text, field=name), "")  # type: ignore[misc]
        if email:
            emails[person_id] = email
    if typed.errors:
        return None
    return Choices(due_days, quiet_days, has_discount=bool(typed.get("discount")), emails=emails)


def without_address(draft: Draft) -> dict[str, int]:
    """Clients that cannot be written to yet → how many of the set's debts wait for it; the first of them."""
    waiting: dict[str, int] = {}
    for line in draft.lines:
        if not draft.people.now(line.person_id).email:
            waiting[line.person_id] = waiting.get(line.person_id, 0) + 1
    return dict(list(waiting.items())[:ASKED])


def _days(text: str, field: str, most: int) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and int(text) <= most):
        raise Refused("imports.days_range", field=field, most=most)
    return int(text)


def columns(readings: Sequence[FileReading], form: Mapping[str, str]) -> dict[int, dict[str, int]]:
    """Each table's columns: as chosen for the one whose form was sent, as they were for the others.

    Refused when two columns are said to be the same.
    """
    place = form.get("file", "")
    return {
        n: _chosen(len(reading.table.columns), form) if str(n) == place else dict(reading.table.mapping)
        for n, reading in enumerate(readings)
        if reading.table
    }


def _chosen(width: int, form: Mapping[str, str]) -> dict[str, int]:
    mapping: dict[str, int] = {}
    for column in range(width):
        name = form.get(f"c{column}", "")
        if name in mapping:
            raise Refused("imports.column_twice", name=name)
        if name in FIELDS:
            mapping[name] = column
    return mapping

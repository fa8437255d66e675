"""What the freelancer does with a client: write it down, edit it, keep silent, write to it again, delete it."""

from dataclasses import replace
from datetime import date, datetime

from aldia.domain import answers
from aldia.domain.account import Account
from aldia.domain.case import Case, Outcome
from aldia.domain.client import Client
from aldia.domain.errors import Refused
from aldia.flows import casework
from aldia.mail.headers import paragraphs
from aldia.ports import AlreadyThere, Check, Conflict, Delete, Ports, Query, Set
from aldia.store import books, cases, keys, needs, references, tasks

AT_ONCE = 80  # items in one transaction; the table takes a hundred
WORDS = 280


def create(ports: Ports, account: Account, client: Client) -> None:
    """Save a client without debts; the same form sent twice saves it once."""
    now = ports.clock.now()
    fresh = Case(account, replace(client, created_at=now), (), ports.holidays)
    try:
        cases.save(ports, fresh, Outcome(fresh), now=now)
    except AlreadyThere:
        return


def change(ports: Ports, account_id: str, wished: Client) -> None:
    """Save what was written about a client. Another address shuts the links that older letters carry."""
    was_called = cases.load_by_id(ports, account_id, wished.id).client.name

    def ask(case: Case, now: datetime) -> Outcome:
        return answers.client_changed(case, client=wished, now=now)

    case = casework.change(ports, account_id, wished.id, ask).case
    if case.client.name != was_called:
        _rename_in_lists(ports, case)


def _rename_in_lists(ports: Ports, case: Case) -> None:
    """The lists show the name beside each debt. Whoever changes the case meanwhile writes the new name anyway."""
    now = ports.clock.now()
    guard = Check(*keys.client(case.account.id, case.client.id), {"version": case.client.version})
    items = [books.debt_item(case, debt, now) for debt in case.debts]
    for start in range(0, len(items), AT_ONCE):
        rows = [Set(item["pk"], item["sk"], {"row": item["row"]}) for item in items[start : start + AT_ONCE]]
        try:
            ports.table.write(guard, *rows)
        except Conflict:
            return _rename_in_lists(ports, cases.load_by_id(ports, case.account.id, case.client.id))
    return None


def confirm_address(ports: Ports, account_id: str, client_id: str) -> None:
    """The freelancer has asked: the address is right, and it may be written to again."""

    def ask(case: Case, now: datetime) -> Outcome:
        return answers.client_changed(case, client=case.client, now=now, is_reachable=True)

    casework.change(ports, account_id, client_id, ask)


def write_to_suggested(ports: Ports, account_id: str, client_id: str) -> None:
    """Letters go to the person whom the wrong one named. Raises Refused."""
    casework.change(ports, account_id, client_id, lambda case, now: answers.write_to_suggested(case, now=now))


def asked_again(ports: Ports, account_id: str, client_id: str, *, words: str) -> None:
    """The client that wanted no more letters wants them again; its words are kept. Raises Refused."""
    if len(words) > WORDS:
        raise Refused("answers.text_too_long", field="words", count=WORDS)
    said = paragraphs(words, at_most=WORDS)
    casework.change(ports, account_id, client_id, lambda case, now: answers.asked_again(case, words=said, now=now))


def pause(ports: Ports, account_id: str, client_id: str, *, until: date | None, reason: str) -> None:
    """Nothing goes to this client until the end of that day, or until it is resumed. Raises Refused."""
    casework.change(
        ports,
        account_id,
        client_id,
        lambda case, now: answers.pause(case, None, until=until, reason=reason, now=now),
    )


def resume(ports: Ports, account_id: str, client_id: str) -> None:
    """End the client's pause."""
    casework.change(ports, account_id, client_id, lambda case, now: answers.resume(case, None, now=now))


def may_remove(case: Case) -> bool:
    """Whether nothing is kept under the client: no debts but deleted ones in which no money ever moved."""
    return all(debt.deleted_at and not debt.entries for debt in case.debts)


def remove(ports: Ports, case: Case) -> None:
    """Delete the client with its letters and news. Refused while it has debts; Conflict when it changed meanwhile."""
    if not may_remove(case):
        raise Refused("clients.has_debts")
    pk, sk = keys.client(case.account.id, case.client.id)
    ports.table.write(Delete(pk, sk, where={"version": case.client.version}))
    rows = [references.forget(case.account.id, case.client.id, debt.id) for debt in case.debts]
    for start in range(0, len(rows), AT_ONCE):
        ports.table.write(*rows[start : start + AT_ONCE])
    _empty(ports, Query(pk))
    for pk in (tasks.partition(case.account.id), needs.partition(case.account.id)):
        _empty(ports, Query(pk, begins_with=f"{case.client.id}#"))


def _empty(ports: Ports, query: Query) -> None:
    """Delete all that the query finds."""
    while items := ports.table.query(replace(query, limit=AT_ONCE)).items:
        ports.table.write(*(Delete(item["pk"], item["sk"]) for item in items))

"""A debt is written down, with its client when that is new too: terms frozen, first letter planned."""

from dataclasses import replace
from datetime import datetime

from aldia.domain import opening
from aldia.domain.account import Account
from aldia.domain.case import Case, Outcome
from aldia.domain.client import BillingContact, Client
from aldia.domain.debt import Debt
from aldia.domain.new_readers import told_of
from aldia.flows import casework
from aldia.ports import AlreadyThere, Ports
from aldia.store import cases, keys, lists, troubles

MOST_NAMESAKES = 10  # are looked at


def case_for(ports: Ports, account: Account, client: Client) -> Case:
    """The case a new debt would belong to: the stored one, or a fresh one for a new client."""
    stored = cases.load(ports, account, client.id) if client.id else None
    return stored or Case(account, client, (), ports.holidays)


def open_debt(ports: Ports, account: Account, client: Client, debt: Debt) -> Outcome:
    """Save the debt; doing it twice with the same id saves it once. Raises Refused, Conflict."""
    now = ports.clock.now()
    if cases.load(ports, account, client.id) is None:
        fresh = Case(account, replace(client, created_at=now), (), ports.holidays)
        outcome = opening.open_debt(fresh, debt, now=now)
        try:
            return replace(outcome, case=cases.save(ports, fresh, outcome, now=now))
        except AlreadyThere:  # the same form sent twice at once
            pass
    return casework.change(
        ports, account.id, client.id, lambda case, at: opening.open_debt(with_address(case, client, at), debt, now=at)
    )


def with_address(case: Case, client: Client, now: datetime) -> Case:
    """The case with the address that was typed, when its client had none to write to."""
    if case.client.emails or not client.emails:
        return case
    return told_of(case, replace(case.client, contacts=client.contacts), now)


def find_client(ports: Ports, account: Account, *, name: str, email: str) -> Client | None:
    """The account's client of that name, the one with that address when several share the name."""
    known, _broken = clients_named(ports, account, name)
    same = [client for client in known if not email or not client.emails or email in client.emails]
    return same[0] if same else None


def clients_named(ports: Ports, account: Account, name: str) -> tuple[list[Client], list[str]]:
    """(clients of that name, ids of others that cannot be read and are listed)."""
    ids = [keys.client_of(item["pk"]) for item in lists.clients_named(ports, account.id, name)[:MOST_NAMESAKES]]
    known, broken = list[Client](), list[str]()
    for client_id in ids:
        with troubles.passed_over(broken, client_id):
            case = cases.load(ports, account, client_id)
            known += [case.client] if case and case.zone else []
    troubles.note(ports, [keys.client(account.id, client_id) for client_id in broken])
    return known, broken


def new_client(ports: Ports, account: Account, *, name: str, email: str) -> Client:
    """A client in the account's country, zone and language until it is said otherwise."""
    contacts = (BillingContact(email),) if email else ()
    return Client(
        ports.ids.new(),
        name,
        country=account.country,
        timezone=account.timezone,
        language=account.language,
        contacts=contacts,
    )

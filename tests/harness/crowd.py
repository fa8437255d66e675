"""Many freelancers with clients whose first letter falls due at the same minute, written down by the real flow."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from aldia.domain.account import Account, ContactPolicy
from aldia.domain.case import Case
from aldia.domain.client import BillingContact, Client
from aldia.domain.debt import Debt
from aldia.domain.reminders import decide
from aldia.flows import open_debt, send_letter
from aldia.ports import Item, PageOfItems, Ports, Put, Write
from aldia.store import accounts, cases, codec, wakeups

OPENED = datetime(2026, 6, 1, 13, 0, tzinfo=UTC)  # a Monday, 07:00 in Mexico City
FIRST_WAVE = datetime(2026, 6, 1, 15, 0, tzinfo=UTC)  # 09:00 there
BETWEEN_WAVES = timedelta(minutes=15)
REMINDED = 19  # clients of an account who only get their letter; with the one who pays, all letters are counted
AMOUNT_MINOR = 100_000
IN_ONE = 90  # writes of one transaction


class Morning:
    """The clock of the morning on which all is written down."""

    def now(self) -> datetime:
        return OPENED


class _Blank:
    """An empty table that takes note of what is written, so that many clients fit in one transaction."""

    def __init__(self) -> None:
        self.writes: list[Write] = []

    def item(self, kind: str) -> Item:
        """The first item of that kind."""
        return next(write.item for write in self.writes if isinstance(write, Put) and write.item["kind"] == kind)

    def get(self, *_key: str, **_kwargs: bool) -> None:
        return None

    def query(self, _query: object) -> PageOfItems:
        return PageOfItems([])

    def write(self, *writes: Write) -> None:
        self.writes += writes


def wave_at(wave: int) -> datetime:
    """When the letters of that wave (from 0) fall due."""
    return FIRST_WAVE + wave * BETWEEN_WAVES


def accounts_for(reminders: int) -> int:
    """How many accounts make at least that many reminders."""
    return -(-reminders // REMINDED)


def clients_for(reminders: int) -> int:
    """How many clients they have, those who pay among them."""
    return accounts_for(reminders) * (REMINDED + 1)


def payer(number: int) -> tuple[str, str, str]:
    """(account, client, debt) of the client of that account who pays while the letters go out."""
    return f"account{number:04d}", f"payer{number:04d}", f"debt-payer{number:04d}"


def write_down(ports: Ports, reminders: int, *, waves: int = 1) -> None:
    """One debt per client; a letter for each falls due in its account's wave."""
    blank, many = _Blank(), accounts_for(reminders)
    beside = replace(ports, table=blank, clock=Morning())
    wakeups.begin(ports, OPENED)
    for number in range(many):
        account = _account(number, number * waves // many)
        account = accounts.save(beside, account, accounts.claim_email(account.email, account.id))
        for place in range(REMINDED):
            _one_debt(beside, account, f"client{number * REMINDED + place:05d}")
        _one_debt(beside, account, payer(number)[1])
    for start in range(0, len(blank.writes), IN_ONE):
        ports.table.write(*blank.writes[start : start + IN_ONE])


def rehearse(ports: Ports) -> None:
    """Do once what every sender does, up to the mail, with a client that does not exist: all is loaded afterwards."""
    blank = _Blank()
    beside = replace(ports, table=blank, clock=Morning())
    account = _account(0, 0)
    _one_debt(beside, account, "client")
    client, debt = (codec.loads(kind, blank.item(name)["data"]) for name, kind in (("client", Client), ("debt", Debt)))
    case = Case(account, client, (debt,), ports.holidays)
    outcome = decide(case, wave_at(0))
    send_letter.prepare(beside, case, outcome.letters[0], wave_at(0))
    cases.save(beside, case, outcome, now=wave_at(0))


def _account(number: int, wave: int) -> Account:
    at = (datetime.combine(OPENED.date(), time(9)) + wave * BETWEEN_WAVES).time()
    return Account(
        f"account{number:04d}",
        f"ana{number:04d}@example.com",
        name="Ana Ruiz",
        country="MX",
        timezone="America/Mexico_City",
        currency="MXN",
        policy=ContactPolicy(send_at=at),
        created_at=OPENED - timedelta(days=30),  # past the first week's limits
    )


def _one_debt(ports: Ports, account: Account, name: str) -> None:
    client = Client(
        name, name.title(), country="MX", timezone=account.timezone, contacts=(BillingContact(f"{name}@example.com"),)
    )
    debt = Debt(
        id=f"debt-{name}",
        client_id=client.id,
        number="F-1",
        currency="MXN",
        amount_minor=AMOUNT_MINOR,
        issued_on=OPENED.date(),
        due_on=OPENED.date() + timedelta(days=30),
        opened_at=OPENED,
        concept="Diseño de la web",
    )
    open_debt.open_debt(ports, account, client, debt)

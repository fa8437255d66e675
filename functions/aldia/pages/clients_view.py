"""What a client's page shows: the client with what keeps it silent and what comes next."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from aldia.domain import approvals, open_limit, risk_notes
from aldia.domain.case import Case, Notice
from aldia.domain.client import Client
from aldia.domain.contact_rules import stop_reason
from aldia.domain.debt import Debt
from aldia.domain.ledger import stand, state
from aldia.domain.needs import SETTLED
from aldia.domain.open_limit import Passed
from aldia.domain.prevention import OpenLimit, RiskNote
from aldia.domain.relation import Relation, relation
from aldia.domain.reminders import Planned, preview
from aldia.flows import change_client
from aldia.i18n import formats
from aldia.mail.account_mail import News, news_line
from aldia.pages.client_form import COLOMBIA
from aldia.pages.render import language, t
from aldia.ports import Item, Ports, Query
from aldia.store import codec, keys, letters, rows
from aldia.store.letters import LetterRecord

AHEAD = timedelta(days=90)
LETTERS, NEWS = 20, 10  # the newest that are shown


@dataclass(frozen=True, slots=True)
class Silenced:
    """One reason why nothing goes to the client. `reason` names its sentence and its way out."""

    reason: str
    text: str
    since: datetime | None = None


def silences(case: Case, now: datetime) -> list[Silenced]:
    """All reasons that hold now, each with its sentence."""
    client = case.client
    email = ", ".join(client.emails) or t("clients.no_address")
    told = (
        ("wrong_person", client.wrong_person_at),
        ("bounced", client.bounced_at),
        ("stopped", client.stopped_at),
        ("complaint", client.complained_at),
    )
    found = [Silenced(reason, t(f"clients.silent.{reason}", email=email), at) for reason, at in told if at]
    found += _paused(case, now)
    if not client.emails:
        found.append(Silenced("no_email", t("clients.silent.no_email")))
    elif "email" not in client.consents:
        found.append(Silenced("no_consent", t("clients.silent.no_consent")))
    if case.account.paused and _lasts(case, case.account.paused.until, now):
        found.append(Silenced("account", t("clients.silent.account")))
    return found


def _lasts(case: Case, until: date | None, now: datetime) -> bool:
    return until is None or case.local_day(now) <= until


def _paused(case: Case, now: datetime) -> list[Silenced]:
    pause = case.client.pause
    if pause is None or not _lasts(case, pause.until, now):
        return []
    last = pause.until
    text = t("clients.silent.paused_until", day=formats.day(last, language())) if last else t("clients.silent.paused")
    if pause.reason:
        text += " " + t("clients.silent.paused_reason", reason=pause.reason)
    return [Silenced("paused", text, pause.at)]


@dataclass(frozen=True, slots=True)
class Owed:
    """A debt of the client. `next` is what comes for it if nobody does anything."""

    debt: Debt
    state: str
    balance_minor: int
    due_on: date
    next: Planned | None
    is_open: bool


def _owed(case: Case, debt: Debt, *, now: datetime, ahead: dict[str, Planned]) -> Owed:
    today = case.local_day(now)
    due_on = debt.extended_to or debt.due_on
    is_now: str = state(debt, today)
    is_open = is_now not in SETTLED
    if is_now == "open":
        is_now = "overdue" if due_on < today else "due_today" if due_on == today else "not_due"
    return Owed(debt, is_now, stand(debt, today).payable_minor, due_on, ahead.get(debt.id), is_open)


def _ahead(case: Case, now: datetime) -> dict[str, Planned]:
    """The next letter or task of each debt."""
    found: dict[str, Planned] = {}
    free = approvals.freed(case) if case.asks_first else case
    for step in preview(free, now, until=now + AHEAD):
        if step.kind != "skip":
            found.setdefault(step.debt_id, step)
    return found


@dataclass(frozen=True, slots=True)
class View:
    """One client's page."""

    case: Case
    silences: list[Silenced]
    debts: list[Owed]
    letters: list[LetterRecord]
    news: list[tuple[datetime, str]]
    may_remove: bool
    misses_consent: bool
    limit: OpenLimit | None  # the one that holds
    open_minor: int  # in its currency
    over: Passed | None  # it is passed, and the freelancer has not said "I know"
    risks: tuple[RiskNote, ...]  # that still matter

    @property
    def client(self) -> Client:
        """Who the page is about."""
        return self.case.client

    @property
    def relation(self) -> Relation:
        """How it felt about being asked, and whether it came back."""
        return relation(self.case)

    @property
    def writable(self) -> Debt | None:
        """The debt that a letter by hand would be about: the open one due first; none while nothing may be written."""
        if stop_reason(self.client):
            return None
        still_open = [owed for owed in self.debts if owed.is_open]
        return min(still_open, key=lambda owed: owed.due_on).debt if still_open else None


def view(ports: Ports, case: Case, now: datetime) -> View:
    """Everything on the page; two queries besides the case itself."""
    ahead = _ahead(case, now)
    alive = [debt for debt in case.debts if not debt.deleted_at]
    debts = [_owed(case, debt, now=now, ahead=ahead) for debt in alive]
    debts.sort(key=lambda owed: (not owed.is_open, owed.due_on))
    limit = open_limit.limit_of(case.account, case.client)
    sent = letters.of_client(ports, case.account.id, case.client.id, limit=LETTERS)
    return View(
        case,
        silences(case, now),
        debts,
        rows.readable(ports, sent, letters.decoded),
        _news(ports, case),
        change_client.may_remove(case),
        misses_consent(case.client),
        limit,
        open_limit.open_minor(case, limit.currency, now) if limit else 0,
        open_limit.to_tell(case, now),
        risk_notes.in_force(case, now),
    )


def misses_consent(client: Client) -> bool:
    """Whether the law wants the client's agreement on record, and it is not there."""
    return client.country == COLOMBIA and "email" in client.consents and not client.consent_on


def _news(ports: Ports, case: Case) -> list[tuple[datetime, str]]:
    """What happened with the client, newest first, one sentence each."""
    pk, _ = keys.client(case.account.id, case.client.id)
    items = ports.table.query(Query(pk, begins_with="K#", backwards=True, limit=NEWS)).items
    return rows.readable(ports, items, partial(_told, case))


def _told(case: Case, item: Item) -> tuple[datetime, str]:
    notice = codec.of(Notice, item)
    held = rows.checked("NEWS", item)["row"]
    news = News(notice, case.client.name, number=held["number"], concept=held["concept"], currency=held["currency"])
    return notice.at, news_line(news, language(), case.account.country)

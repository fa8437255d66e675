"""What happened to a debt, as one story: letters with their words, skips with reasons, money, answers, calls."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from aldia.domain.case import Case, Notice
from aldia.domain.debt import Debt, Mark
from aldia.domain.ladder import ladder_of, step_of
from aldia.i18n import catalog
from aldia.mail.account_mail import News, news_line
from aldia.pages.render import language, t
from aldia.ports import Item, Ports, Query
from aldia.store import codec, handwork, keys, letters, rows
from aldia.store.news import brought

MOST_NEWS = 100
GONE = ("accepted", "delivered")
HELD = ("planned", "sending")
MONEY_KINDS = {"paid", "credit", "review"}  # the ledger's own lines tell these


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened. `state` is a moment of the timeline."""

    at: datetime
    state: str  # sent, good, skipped, unknown, task, waiting, next
    what: str
    why: str = ""
    said: str = ""  # the client's or the freelancer's own words
    subject: str = ""
    text: str = ""
    to: tuple[str, ...] = ()
    minor: int | None = None
    label: str = ""  # what kind of thing it was, in a word: a key of the catalogue


def story(ports: Ports, case: Case, debt: Debt) -> list[Moment]:
    """Everything that happened, newest first."""
    sent = letters.of_client(ports, case.account.id, case.client.id)
    told = _told_of_client(ports, case)
    found = [
        *_letters(ports, sent, debt),
        *_brought(ports, told, {item["sk"] for item in sent}, debt),
        *_marks(debt),
        *_money(debt),
        *_news(ports, told, case, debt),
        *_checkouts(debt),
        *_done(ports, case, debt),
        Moment(debt.opened_at, "good", t("debt.opened"), minor=debt.amount_minor),
    ]
    if debt.deleted_at:
        found.append(Moment(debt.deleted_at, "skipped", t("debt.was_deleted")))
    return sorted(found, key=lambda moment: moment.at, reverse=True)


# -- letters ------------------------------------------------------------------------------------


def _letters(ports: Ports, sent: list[Item], debt: Debt) -> Iterator[Moment]:
    for item, record in rows.readable(ports, sent, lambda item: (item, letters.decoded(item))):
        if record.letter.parts and all(part.debt_id != debt.id for part in record.letter.parts):
            continue
        own = [part for part in record.letter.parts if part.debt_id == debt.id]
        late = [debt.marks[part.key] for part in own if part.key in debt.marks]
        yield Moment(
            record.started_at or record.letter.at,
            _letter_state(record.state),
            step_name(
                own[0].step if own else record.letter.step
            ),  # one letter may say different things of several debts
            why=_letter_reason(record.state, record.reason, late),
            subject=record.subject,
            text=letters.text(item),
            to=record.to,
            label=f"debt.letter_{record.state}",
        )


def _brought(ports: Ports, told: list[Item], sent: set[str], debt: Debt) -> Iterator[Moment]:
    """Answers that wait with the news that they came with, mostly for some seconds."""
    for record in filter(None, rows.readable(ports, told, brought)):
        if record.key[1] not in sent and any(part.debt_id == debt.id for part in record.letter.parts):
            yield Moment(record.letter.at, "next", step_name(record.letter.step), label="debt.letter_planned")


def _letter_state(state: str) -> str:
    if state in GONE:
        return "sent"
    return "next" if state in HELD else "unknown" if state == "unknown" else "skipped"


def _letter_reason(state: str, reason: str, marks: list[Mark]) -> str:
    """Why it did not go, or why it went later than it should have."""
    if state in ("skipped", "planned") and reason:
        return reason_of(reason)
    late = next((mark for mark in marks if mark.moved_to and mark.reason), None)
    return t("debt.went_later", why=reason_of(late.reason)) if late and state in GONE else ""


def reason_of(reason: str) -> str:
    """A reason as a sentence; nothing for one that people have no use for."""
    key = f"reason.{reason}"
    return t(key) if catalog.has(language(), key) else ""


def step_name(step: str) -> str:
    """A step as people call it."""
    return t(f"step.{step}") if catalog.has(language(), f"step.{step}") else step


def _marks(debt: Debt) -> Iterator[Moment]:
    """Steps that were skipped, and tasks that appeared."""
    tasks = {rung.step for rung in ladder_of(debt) if rung.channel == "task"}
    for key, mark in debt.marks.items():
        step = step_of(key)
        if mark.state == "given_up":
            yield Moment(mark.at, "skipped", step_name(step), why=reason_of(mark.reason), label="debt.letter_skipped")
        elif mark.state == "sent" and step in tasks:
            yield Moment(mark.moved_to or mark.at, "task", step_name(step), label="ui.moment_task")


# -- money and answers --------------------------------------------------------------------------


def _money(debt: Debt) -> Iterator[Moment]:
    for entry in debt.entries:
        minor = None if entry.kind in ("undone", "chargeback_lost") else entry.amount_minor
        wrong = next((line for line in debt.entries if entry.kind == "undone" and line.key == entry.note), None)
        if wrong and wrong.kind == "payment":
            yield Moment(entry.at, "sent", t("debt.entry_undone_payment"), minor=wrong.amount_minor)
            continue
        state = "good" if entry.kind in ("payment", "chargeback_won") else "unknown"
        state = "sent" if entry.kind in ("waive", "write_off", "amount_changed", "undone") else state
        method = method_name(entry.method)
        yield Moment(entry.at, state, t(f"debt.entry_{entry.kind}"), why=method, minor=minor)


def method_name(method: str) -> str:
    """How money came, in words."""
    key = f"debt.method_{method}"
    return t(key) if method and catalog.has(language(), key) else method


def _told_of_client(ports: Ports, case: Case) -> list[Item]:
    pk, _ = keys.client(case.account.id, case.client.id)
    return ports.table.query(Query(pk, begins_with="K#", backwards=True, limit=MOST_NEWS)).items


def _news(ports: Ports, told: list[Item], case: Case, debt: Debt) -> Iterator[Moment]:
    """What the client answered, in its own words."""
    read = rows.readable(ports, told, lambda item: (rows.checked("NEWS", item), codec.of(Notice, item)))
    for item, notice in read:
        if notice.debt_id in ("", debt.id) and notice.kind not in MONEY_KINDS:
            yield _told(notice, item, case)


def _told(notice: Notice, item: Item, case: Case) -> Moment:
    row = item["row"]
    is_problem = notice.kind == "problem"
    # A problem's words stand below the sentence, whole and as they were written.
    told = Notice(notice.kind, notice.at, notice.debt_id, notice.amount_minor, "" if is_problem else notice.text)
    news = News(told, row["client"], number=row["number"], concept=row["concept"], currency=row["currency"])
    state = "waiting" if notice.kind in ("problem", "problem_waits", "claimed", "review") else "good"
    state = "unknown" if notice.kind == "opinion" and notice.text.endswith("bad") else state
    state = "unknown" if notice.kind in ("bounced", "complaint", "unknown", "wrong_person", "stopped") else state
    words = notice.text if is_problem else ""
    return Moment(notice.at, state, news_line(news, language(), case.account.country), said=words)


def _checkouts(debt: Debt) -> Iterator[Moment]:
    for checkout in debt.checkouts:
        name = t("debt.checkout_opened")
        yield Moment(checkout.opened_at, "sent", name, why=method_name(checkout.method), minor=checkout.amount_minor)
        if checkout.state == "expired":
            yield Moment(checkout.ends_at, "unknown", t("debt.checkout_expired"))
        elif checkout.state == "failed":
            yield Moment(checkout.opened_at + timedelta(seconds=1), "unknown", t("debt.checkout_failed"))


def _done(ports: Ports, case: Case, debt: Debt) -> Iterator[Moment]:
    for done in handwork.of_client(ports, case.account.id, case.client.id):
        if done.debt_id == debt.id:
            yield Moment(done.at, "good", t("debt.task_was_done", step=step_name(done.step)), said=done.text)

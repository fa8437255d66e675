"""What waits for the freelancer: each thing one sentence, one button, and a way to put it aside where that is fair."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from aldia.domain.account import Account
from aldia.domain.case import Case, Task
from aldia.domain.client import Client
from aldia.domain.debt import Debt
from aldia.domain.held import next_click
from aldia.domain.ledger import stand
from aldia.domain.look import Look
from aldia.domain.needs import KINDS, needs
from aldia.domain.open_limit import to_tell
from aldia.domain.proposals import wish_of
from aldia.domain.reply_clock import reply_by
from aldia.domain.silences import debt_silence
from aldia.i18n import formats
from aldia.mail.headers import one_line
from aldia.mail.reader import Reader
from aldia.pages import ways_view
from aldia.pages.render import language, step_name, t
from aldia.pages.today_ahead import cases_in
from aldia.pages.today_view import label
from aldia.ports import Ports
from aldia.store import cases, codec, keys, rows, tasks, troubles
from aldia.store import needs as stored

SHOWN, ASKED = 20, 40  # cards, for each of which two records are read; names that these are chosen from
ORDER = (*KINDS, "call", "next_options")
TO_CLIENT = ("wrong_person", "bounced", "no_email", "over_limit")
MAY_PUT_ASIDE = (
    "promise_broken",
    "own_text",
    "own_words",
    "unknown",
    "over_limit",
)  # and every task; the others go when they are settled
CALL_ANYWAY = ("stopped", "bounced", "complaint", "wrong_person")  # silences in which a call is the way left
SAID_BETTER = {"promise_broken": ("approval", "call", "next_options"), "call": ("next_options",)}
WORDS = 240
ASIDE = ("call", "over_limit")  # whose button to put them aside says something of its own
ASKED_FOR = ("approval", "yes")


@dataclass(frozen=True, slots=True)
class Wish:
    """One of them as it is stored, whichever sort it is."""

    client_id: str
    debt_id: str
    kind: str
    at: datetime
    is_task: bool = False

    @property
    def key(self) -> str:
        """What its buttons send."""
        return f"{self.client_id}.{self.debt_id}.{self.kind}"


@dataclass(frozen=True, slots=True)
class Card:
    """One thing on the page. `words` are the client's own; `aside` is the key to put it aside, or empty."""

    kind: str
    text: str
    href: str
    action: str
    words: str = ""
    aside: str = ""
    aside_label: str = ""


def cards(ports: Ports, account: Account, now: datetime) -> list[Card]:
    """Everything that waits, the most pressing first; three requests, and one for each client over its limit."""
    wishes = [
        Wish(held.client_id, held.debt_id, held.kind, held.at)
        for held in stored.waiting(ports, account.id, limit=ASKED)
    ]
    wishes += rows.readable(
        ports,
        tasks.waiting(ports, account.id, ASKED),
        lambda item: _of_task(item["sk"], codec.of(Task, item)),
    )
    wishes.sort(key=_urgency)
    known = _cases(ports, account, wishes[:SHOWN]) | _whole(ports, account, wishes[:SHOWN])
    found = [(wish, known[wish.client_id]) for wish in wishes[:SHOWN] if wish.client_id in known]
    true = [(wish, case) for wish, case in found if is_true(wish, case, now)]
    asked = [pair for pair in true if _is_asked(*pair)]
    true = [pair for pair in true if pair not in asked[1:]]  # one card leads to all letters that are asked for
    said = {(wish.debt_id, wish.kind) for wish, _case in true}
    return [_card(wish, case, now, asked=len(asked)) for wish, case in true if not _is_said_better(wish, said)]


def _is_asked(wish: Wish, case: Case) -> bool:
    """A letter of a client about whom the freelancer wants to be asked."""
    return wish.kind in ASKED_FOR and case.asks_first


def _is_said_better(wish: Wish, said: set[tuple[str, str]]) -> bool:
    """Whether another card of the same debt says what to do: one voice is enough."""
    better = SAID_BETTER.get(wish.kind, ())
    return any((wish.debt_id, kind) in said for kind in better)


def _of_task(sort_key: str, task: Task) -> Wish:
    return Wish(sort_key.split("#", maxsplit=1)[0], task.debt_id, task.step, task.at, is_task=True)


def _urgency(wish: Wish) -> tuple[int, datetime]:
    place = ORDER.index(wish.kind) if wish.kind in ORDER else len(ORDER)
    return place, wish.at


def _cases(ports: Ports, account: Account, wishes: Iterable[Wish]) -> dict[str, Case]:
    """The clients and debts that are talked about, in one request."""
    wanted = [keys.client(account.id, wish.client_id) for wish in wishes]
    wanted += [keys.debt(account.id, wish.client_id, wish.debt_id) for wish in wishes if wish.debt_id]
    items = ports.table.get_many(list(dict.fromkeys(wanted)), strong=False) if wanted else []
    return {case.client.id: case for case in cases_in(ports, account, items)}


def _whole(ports: Ports, account: Account, wishes: Iterable[Wish]) -> dict[str, Case]:
    """Those clients with all their debts of which a card tells the sum."""
    asked = {wish.client_id for wish in wishes if wish.kind == "over_limit"}
    found: dict[str, Case] = {}
    for client_id in asked:
        with troubles.passed_over([], client_id):  # the jobs list it; the others are shown
            case = cases.load(ports, account, client_id, strong=False)
            found |= {client_id: case} if case else {}
    return found


def is_true(wish: Wish, case: Case, now: datetime) -> bool:
    """Whether it still holds: debts are paid, paused and disputed after a task has appeared."""
    if wish.kind == "over_limit":
        return to_tell(case, now) is not None
    if not wish.debt_id:
        return wish.kind in ("unknown", "own_text", "own_words") or _client_wants(case.client, wish.kind)
    debt = next((debt for debt in case.debts if debt.id == wish.debt_id), None)
    if debt is None or debt.deleted_at:
        return False
    silence = debt_silence(case, debt, now)
    if wish.kind in ASKED_FOR:
        is_said = {(wish.debt_id, kind) for kind in ASKED_FOR} & needs(case, now)
        return silence is None and bool(is_said)
    if wish.is_task:
        return silence is None or silence.reason in CALL_ANYWAY
    return wish.kind in ("unknown", "own_text", "own_words") or (wish.debt_id, wish.kind) in needs(case, now)


def _client_wants(client: Client, kind: str) -> bool:
    is_so = {
        "wrong_person": client.wrong_person_at is not None,
        "bounced": client.bounced_at is not None,
        "no_email": not client.emails or "email" not in client.consents,
    }
    return is_so.get(kind, False)


def _card(wish: Wish, case: Case, now: datetime, *, asked: int) -> Card:
    debt = next((debt for debt in case.debts if debt.id == wish.debt_id), None)
    is_own = wish.is_task and wish.kind not in ORDER  # a task of the freelancer's own ladder
    may_wait = wish.is_task or wish.kind in MAY_PUT_ASIDE
    kind = "own" if is_own else "yes" if _is_asked(wish, case) else wish.kind
    if kind == "wrong_person" and case.client.suggested:
        kind = "wrong_person_named"
    values = {} if kind == "yes" else _values(wish, case, debt, now=now)
    said = "approval_dates" if values.get("days") else _said(kind, case, debt, now)
    return Card(
        wish.kind,
        t("today.need.yes", n=asked) if kind == "yes" else t(f"today.need.{said}", **values),
        "/visto-bueno" if kind == "yes" else _href(wish, case),
        t(f"today.do.{kind}"),
        one_line(debt.dispute.text, at_most=WORDS) if debt and debt.dispute and wish.kind == "problem" else "",
        wish.key if may_wait else "",
        t(f"today.aside.{wish.kind if wish.kind in ASIDE else 'other'}") if may_wait else "",
    )


def _said(kind: str, case: Case, debt: Debt | None, now: datetime) -> str:
    """Which sentence tells of it."""
    if kind == "own_text" and debt is None:
        return "own_text_no_debt"
    if kind == "problem" and debt and debt.dispute and reply_by(case, debt.dispute) < case.local_day(now):
        return "problem_late"
    return kind


def _values(wish: Wish, case: Case, debt: Debt | None, *, now: datetime) -> dict[str, object]:
    at = stand(debt, case.local_day(now)) if debt else None
    amount = 0 if at is None else at.credit_minor if wish.kind == "credit" else at.payable_minor
    day = debt.promise.on if debt and debt.promise else None
    if debt and debt.dispute and wish.kind == "problem":
        day = reply_by(case, debt.dispute)
    over = to_tell(case, now) if wish.kind == "over_limit" else None
    if over:
        sums = {"amount": over.open_minor, "limit": over.limit.minor}
        told = {name: _money(minor, over.limit.currency, case) for name, minor in sums.items()}
        return {"client": case.client.name, **told}
    asked = next_click(Look(case, debt, now)) if debt and wish.kind == "approval" else None
    amount = asked.minor if asked else amount
    return {
        "client": case.client.name,
        "email": ", ".join(case.client.emails),
        "who": _suggested(case.client),
        "label": label(debt.number, debt.concept) if debt else "",
        "amount": _money(amount, debt.currency, case) if debt else "",
        "wish": ways_view.in_words(wish_of(debt.proposal)) if debt and debt.proposal else "",
        "day": formats.day(day, language()) if day else "",
        "step": step_name(asked.step if asked else wish.kind),
        "days": _listed(asked.days, case) if asked and len(asked.days) > 1 else "",
    }


def _suggested(client: Client) -> str:
    """Whom the wrong person named: a name and an address, as far as they were told."""
    named = client.suggested
    return one_line(f"{named.name} ({named.email})" if named.name else named.email) if named else ""


def _money(minor: int, currency: str, case: Case) -> str:
    return formats.money(minor, currency, language(), case.account.country)


def _listed(days: Sequence[date], case: Case) -> str:
    return Reader(language(), case.account.country).listed([formats.day_short(day, language()) for day in days])


def _href(wish: Wish, case: Case) -> str:
    if wish.kind == "own_text":
        return f"/clientes/{wish.client_id}/textos" if case.client.texts else "/ajustes/textos"
    if wish.kind in TO_CLIENT or not wish.debt_id:
        return f"/clientes/{wish.client_id}"
    return f"/cobros/{wish.client_id}/{wish.debt_id}"

"""Letters that wait for the freelancer's yes: all on one page, from Today or, without signing in, from the mail."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, g, redirect, request

from aldia.domain.account import Account
from aldia.domain.approvals import Asked
from aldia.domain.asking_days import own_zone
from aldia.domain.errors import Refused
from aldia.flows import ask_first
from aldia.flows.ask_first import Board, Left
from aldia.flows.own_letter import composed
from aldia.i18n import formats
from aldia.mail.links import Links
from aldia.pages import guard
from aldia.pages.render import language, page, ports, step_name, t
from aldia.pages.today_view import broken, label
from aldia.ports import Conflict
from aldia.store import accounts, tokens, troubles

screen = Blueprint("approvals", __name__)

MOST = 100  # letters of one press
SHOWN = 60
CARD = re.compile(r"([A-Za-z0-9_-]{1,40})\.([0-9a-f]{16})\.([0-9a-f]{24})?", re.ASCII)
BACK = re.compile(r"/cobros/[A-Za-z0-9_-]{1,40}/[A-Za-z0-9_-]{1,40}", re.ASCII)
DONE = ("yes", "no", "undo")


@dataclass(frozen=True, slots=True)
class Card:
    """One letter on the page."""

    name: str
    key: str  # what its buttons send
    to: str
    step: str
    when: str
    sums: list[tuple[str, int, str]]  # (debt, minor, currency)
    subject: str
    text: str
    emails: tuple[str, ...]
    has_yes: bool
    is_formal: bool


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A letter that was left out and can be brought back."""

    key: str
    text: str


@screen.get("/visto-bueno")
@guard.signed_in
def show() -> Response:
    """Everything that waits, each with its words."""
    return _page(g.account, ask_first.board(ports(), g.account, ports().clock.now()))


@screen.post("/visto-bueno")
@guard.signed_in
def answer() -> Response:
    """Let one or all go, leave one out, or undo; back to the debt when the press came from there."""
    done, count, lost = _answered(g.account, lambda _client, _name: True)
    if not done:
        board = ask_first.board(ports(), g.account, ports().clock.now())
        return _page(g.account, board, 422, error=t(f"approvals.{_why_not()}"))
    back = request.form.get("vuelve", "")
    if BACK.fullmatch(back):
        name = request.form["carta"].partition(".")[2][:16]  # of which the page can offer the way back
        said = {"said": f"letter_{'changed' if lost else done}", "carta": name}
        return redirect(f"{back}?{urlencode(said)}", 303)  # type: ignore[return-value]
    return redirect(f"/visto-bueno?{urlencode({'hecho': done, 'n': count, 'no': lost})}", 303)  # type: ignore[return-value]


@screen.get("/v/<token>")
def morning(token: str) -> Response:
    """The letters of one morning's mail, as they are now. Nothing is written."""
    link, account = _opened(token)
    return _page(account, _listed(link, account), token=token)


@screen.post("/v/<token>")
def answer_morning(token: str) -> Response:
    """The same answers, for the letters of that mail alone."""
    link, account = _opened(token)
    guard.check_form(token)
    done, count, lost = _answered(account, lambda client, name: (client, name) in link.letters)
    if not done:
        return _page(account, _listed(link, account), 422, error=t(f"approvals.{_why_not()}"), token=token)
    query = urlencode({"hecho": done, "n": count, "no": lost, "lang": language()})
    return redirect(f"/v/{token}?{query}", 303)  # type: ignore[return-value]


def _opened(token: str) -> tuple[tokens.MorningLink, Account]:
    """The morning's letters with their account; 404 for unknown and old ones, all alike."""
    link = tokens.morning_link(ports(), token, ports().clock.now()) if len(token) <= 100 else None
    account = accounts.load(ports(), link.account_id) if link else None
    is_shut = link and account and account.sessions_from is not None and link.made_at < account.sessions_from
    if link is None or account is None or is_shut:
        abort(page("pages/reply_over.html", 404, text=""))
    g.zone, g.country, g.language = own_zone(account), account.country, account.language
    g.csrf = guard.form_token(token)
    return link, account


def _listed(link: tokens.MorningLink, account: Account) -> Board:
    clients = list(dict.fromkeys(client for client, _name in link.letters))
    board = ask_first.board(ports(), account, ports().clock.now(), clients=clients)
    letters = [one for one in board.letters if (one.case.client.id, one.name) in link.letters]
    left = [one for one in board.left if (one.case.client.id, one.name) in link.letters]
    return Board(letters, left, broken=board.broken)


def _answered(account: Account, is_ours: Callable[[str, str], bool]) -> tuple[str, int, int]:
    """(what was done, to how many letters, how many are not as they were shown); nothing for a press without one, and
    for a yes to one formal letter that was not said to be read."""
    done, cards = request.form.get("do", ""), _pressed()
    is_read = len(cards) == 1 and request.form.get("leida") == "1"
    deeds: dict[str, Callable[..., None]] = {
        "yes": partial(ask_first.allow, is_read=is_read),
        "no": ask_first.leave_out,
        "undo": ask_first.take_back,
    }
    if done not in DONE or not cards:
        return "", 0, 0
    count = 0
    for card in cards:
        client_id, name, mark = card[1], card[2], card[3] or ""
        if not is_ours(client_id, name):
            continue
        try:
            deeds[done](ports(), account.id, client_id, name if done == "undo" else mark)
            count += 1
        except (Refused, Conflict) as problem:
            g.is_unread = getattr(problem, "key", "") == "approvals.unread"
            if g.is_unread and len(cards) == 1:
                return "", 0, 0
    return done, count, len(cards) - count


def _pressed() -> list[re.Match[str]]:
    """The letters that a press is about."""
    return [found for text in request.form.getlist("carta")[:MOST] if (found := CARD.fullmatch(text))]


def _why_not() -> str:
    """What to say to a press that did nothing."""
    return "unread" if g.get("is_unread") else "none_chosen"


def _page(account: Account, board: Board, status: int = 200, *, error: str = "", token: str = "") -> Response:
    now = ports().clock.now()
    cards = [_card(account, one, now) for one in board.letters[:SHOWN]]
    return page(
        "pages/morning.html" if token else "pages/approvals.html",
        status,
        asked=[card for card in cards if not card.has_yes],
        allowed=[card for card in cards if card.has_yes],
        left=[LeftOut(f"{one.case.client.id}.{one.name}.", _left_one(one)) for one in board.left[:SHOWN]],
        is_all=board.is_all and len(board.letters) <= SHOWN,
        error=error,
        action=f"/v/{token}" if token else "/visto-bueno",
        notices=[*_notices(), *_broken(account, board)],
        asks=account.asks_first,
    )


def _left_one(one: Left) -> str:
    steps = dict.fromkeys(step_name(_step(key)) for _debt_id, key in one.parts)
    titles = (label(debt.number, debt.concept) for debt in one.debts)
    return t("approvals.left_one", client=one.case.client.name, step=", ".join(steps), label=", ".join(titles))


def _step(key: str) -> str:
    return key.partition("@")[0].partition("/")[0]


def _card(account: Account, one: Asked, now: datetime) -> Card:
    case, letter = one.case, one.letter
    titles = {debt.id: label(debt.number, debt.concept) for debt in case.debts}
    try:
        link = Links(ports().settings.base_url).client_page("…")
        message, *_held = composed(ports(), case, letter, link=link, stop_link="")
        subject, text, emails = message.subject, message.text, (*message.to, *message.cc)
    except Refused:
        subject, text, emails = "", "", case.client.emails
    return Card(
        one.name,
        f"{case.client.id}.{one.name}.{one.mark}",
        case.client.name,
        step_name(letter.step),
        _when(one.at, account, now),
        [(titles[part.debt_id], part.amount_minor, part.currency) for part in letter.parts],
        subject,
        text,
        emails,
        one.has_yes,
        one.is_formal,
    )


def _when(at: datetime, account: Account, now: datetime) -> str:
    """By the freelancer's clock."""
    local, today = at.astimezone(own_zone(account)), now.astimezone(own_zone(account)).date()
    if local.date() == today:
        return t("approvals.when_today", time=f"{local:%H:%M}")
    return t("approvals.when_day", day=formats.day(local.date(), language()), time=f"{local:%H:%M}")


def _broken(account: Account, board: Board) -> list[dict[str, str]]:
    """Who is not here because the data cannot be read: nothing goes to them, and somebody has to know."""
    names = troubles.names(ports(), account.id, board.broken)
    return [{"kind": "stop", "text": broken(names)}] if names else []


def _notices() -> list[dict[str, str]]:
    """What the last press did, and how many letters were not as they were shown any more."""
    done, count, lost = (request.args.get(name, "") for name in ("hecho", "n", "no"))
    if done not in DONE or not (count.isascii() and count.isdigit() and lost.isascii() and lost.isdigit()):
        return []
    told = [t(f"approvals.done_{done}", n=int(count[:3]))] if int(count[:3]) else []
    told += [t("approvals.lost", n=int(lost[:3]))] if int(lost[:3]) else []
    return [{"text": text} for text in told]

"""Letters that wait for the freelancer's yes: all on one page, from Today or, without signing in, from the mail."""

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, g, redirect, request

from aldia.domain.account import Account
from aldia.domain.approvals import Asked
from aldia.domain.asking_days import own_zone
from aldia.domain.errors import Refused
from aldia.domain.ladder import step_of
from aldia.flows import ask_first
from aldia.flows.ask_first import Board, Left
from aldia.flows.own_letter import composed
from aldia.i18n import formats
from aldia.mail.links import Links
from aldia.pages import guard
from aldia.pages.approval_press import Press, answered, notices
from aldia.pages.own import broken_clients
from aldia.pages.render import language, page, ports, step_name, t
from aldia.pages.today_view import label
from aldia.store import accounts, tokens

screen = Blueprint("approvals", __name__)

SHOWN = 60
BACK = re.compile(r"/cobros/[A-Za-z0-9_-]{1,40}/[A-Za-z0-9_-]{1,40}", re.ASCII)


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
    press = answered(g.account, lambda _client, _name: True)
    if press.wrong:
        board = ask_first.board(ports(), g.account, ports().clock.now())
        return _page(g.account, board, 422, error=t(f"approvals.{press.wrong}"))
    return redirect(_back(press) or f"/visto-bueno?{press.query}", 303)  # type: ignore[return-value]


def _back(press: Press) -> str:
    """The debt's page, when the press came from there and that page can be read."""
    back = request.form.get("vuelve", "")
    if not BACK.fullmatch(back) or press.count("broken"):
        return ""
    said = {"said": f"letter_{'changed' if press.count('lost') else press.do}", "carta": press.names[0]}
    return f"{back}?{urlencode(said)}"  # the name: the page can offer the way back


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
    press = answered(account, lambda client, name: (client, name) in link.letters)
    if press.wrong:
        return _page(account, _listed(link, account), 422, error=t(f"approvals.{press.wrong}"), token=token)
    return redirect(f"/v/{token}?{press.query}&lang={language()}", 303)  # type: ignore[return-value]


def _opened(token: str) -> tuple[tokens.MorningLink, Account]:
    """The morning's letters with their account; 404 for unknown and old ones, all alike."""
    link = tokens.morning_link(ports(), token, ports().clock.now()) if len(token) <= 100 else None
    account = accounts.load(ports(), link.account_id) if link else None
    is_shut = link and account and account.sessions_from is not None and link.made_at < account.sessions_from
    if link is None or account is None or is_shut:
        abort(page("pages/reply_over.html", 404, text="", is_morning=True))
    g.zone, g.country, g.language = own_zone(account), account.country, account.language
    g.csrf = guard.form_token(token)
    return link, account


def _listed(link: tokens.MorningLink, account: Account) -> Board:
    clients = list(dict.fromkeys(client for client, _name in link.letters))
    board = ask_first.board(ports(), account, ports().clock.now(), clients=clients)
    letters = [one for one in board.letters if (one.case.client.id, one.name) in link.letters]
    left = [one for one in board.left if (one.case.client.id, one.name) in link.letters]
    return Board(letters, left, broken=board.broken)


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
        notices=[*notices(), *broken_clients(account.id, board.broken)],
        asks=account.asks_first,
    )


def _left_one(one: Left) -> str:
    steps = dict.fromkeys(step_name(step_of(key)) for _debt_id, key in one.parts)
    titles = (label(debt.number, debt.concept) for debt in one.debts)
    return t("approvals.left_one", client=one.case.client.name, step=", ".join(steps), label=", ".join(titles))


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

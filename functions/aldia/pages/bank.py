"""The bank's page: upload a statement, say yes to what it shows. Nothing is booked by itself."""

import re
from collections.abc import Sequence

from flask import Blueprint, Response, g, redirect, request

from aldia.domain.bank_lines import BankLine, Match
from aldia.domain.bank_split import MOST_PARTS, Split
from aldia.domain.errors import Refused
from aldia.flows import bank_statement
from aldia.i18n import formats
from aldia.pages import guard
from aldia.pages.forms import Typed
from aldia.pages.own import ID
from aldia.pages.render import language, page, ports, t

screen = Blueprint("bank", __name__)

HOME = "/banco"
MOST_AT_ONCE = 50
SAID = ("booked", "aside", "back")
_ID = ID.pattern
FOR_ONE = re.compile(rf"({_ID})\.({_ID})\.({_ID})", re.ASCII)  # line.client.debt
FOR_SEVERAL = re.compile(rf"({_ID})\.({_ID})((?:\.{_ID}:\d{{1,15}}){{2,{MOST_PARTS}}})", re.ASCII)
"""line.client.debt:minor.debt:minor…"""


@screen.get(HOME)
@guard.signed_in
def show() -> Response:
    """What waits for a yes, and what was found for nobody."""
    return _shown(Typed({}))


@screen.post(HOME)
@guard.signed_in
def upload() -> Response:
    """Take a statement in."""
    typed, sent = Typed(), request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise Refused("bank_csv.file_missing", field="file")
        read = bank_statement.take_in(ports(), g.account, sent.filename, sent.stream.read())
    except Refused as refused:
        typed.refuse(refused, "file")
        return _shown(typed)
    bad = ",".join(map(str, read.bad[:20]))
    return redirect(f"{HOME}?new={read.new}&known={read.known}&bad={bad}", 303)  # type: ignore[return-value]


@screen.post(f"{HOME}/confirmar")
@guard.signed_in
def confirm() -> Response:
    """Book one line, or all that are proposed; each is `line.client.debt`, or `line.client.debt:minor.debt:minor…`."""
    typed = Typed()
    booked = sum(_is_booked(typed, pressed) for pressed in request.form.getlist("line")[:MOST_AT_ONCE])
    if typed.errors:
        return _shown(typed)
    back = request.form.get("back", "")
    if back.startswith("/cobros/") and all(ID.fullmatch(part) for part in back.split("/")[2:]):
        return redirect(f"{back}?said=debt_paid", 303)  # type: ignore[return-value]
    return redirect(f"{HOME}?said=booked&n={booked}", 303)  # type: ignore[return-value]


@screen.post(f"{HOME}/quitar")
@guard.signed_in
def aside() -> Response:
    """This money is for no debt here."""
    return _moved(request.form.get("line", "")[:60], "aside")


@screen.post(f"{HOME}/traer")
@guard.signed_in
def back() -> Response:
    """It may be for one after all."""
    return _moved(request.form.get("line", "")[:60], "back")


def _moved(line_id: str, said: str) -> Response:
    typed = Typed()
    move = bank_statement.put_aside if said == "aside" else bank_statement.bring_back
    try:
        if not ID.fullmatch(line_id):
            raise Refused("bank_csv.gone", field="line")
        move(ports(), g.account.id, line_id)
    except Refused as refused:
        typed.refuse(refused, "line")
        return _shown(typed)
    return redirect(f"{HOME}?said={said}&line={line_id}", 303)  # type: ignore[return-value]


def _is_booked(typed: Typed, pressed: str) -> bool:
    try:
        if not pressed:
            raise Refused("bank_csv.choose", field="line")
        _book(pressed, is_what_was_told=bool(typed.get("back")))  # pressed beside what the client said
    except Refused as refused:
        typed.refuse(refused, "line")
        return False
    return True


def _book(pressed: str, *, is_what_was_told: bool) -> None:
    """What one button books. Refused also when it is none of ours."""
    alone, several = FOR_ONE.fullmatch(pressed), FOR_SEVERAL.fullmatch(pressed)
    if alone:
        line_id, client_id, debt_id = alone.groups()
        bank_statement.book(
            ports(), g.account.id, line_id, client_id=client_id, debt_id=debt_id, is_what_was_told=is_what_was_told
        )
    elif several:
        line_id, client_id, told = several.groups()
        pairs = (share.split(":") for share in told.removeprefix(".").split("."))
        shares = [(debt_id, int(minor)) for debt_id, minor in pairs]
        bank_statement.book_in_shares(ports(), g.account.id, line_id, client_id=client_id, shares=shares)
    else:
        raise Refused("bank_csv.gone", field="line")


def wanted(proposed: Match | Split) -> str:
    """What the button beside a proposal sends."""
    if isinstance(proposed, Match):
        return f"{proposed.line.id}.{proposed.found.client_id}.{proposed.found.debt_id}"
    shares = (f"{share.found.debt_id}:{share.amount_minor}" for share in proposed.shares)
    return ".".join((proposed.line.id, proposed.shares[0].found.client_id, *shares))


def _shown(typed: Typed) -> Response:
    found = bank_statement.board(ports(), g.account)
    return page(
        "pages/bank.html",
        422 if typed.errors else 200,
        board=found,
        wanted=wanted,
        errors=typed.errors,
        choices={line.id: _choices(found, line) for line in (*found.others, *(one.line for one in found.splits))},
        notices=_notices(request.args.get("said", "")),
        read=_read(),
        undo=_undo(),
    )


def _choices(board: bank_statement.Board, line: BankLine) -> list[tuple[str, str]]:
    """(the form's value, what one reads) of every open debt in the line's currency; none is chosen beforehand."""
    fitting = [one for one in board.debts if one.currency == line.currency]
    fitting.sort(key=lambda one: one.balance_minor != line.amount_minor)  # the same sum stands first
    named = [
        (
            f"{line.id}.{one.client_id}.{one.debt_id}",
            f"{one.name} · {formats.money(one.balance_minor, one.currency, language(), g.account.country)}",
        )
        for one in fitting
    ]
    return [("", t("bank_csv.choose_debt")), *named] if named else []


def _read() -> dict[str, int | Sequence[str]] | None:
    """What came of the last upload, as its address tells."""
    new, known = request.args.get("new", ""), request.args.get("known", "")
    if not (_is_count(new) and _is_count(known)):
        return None
    bad = [number for number in request.args.get("bad", "").split(",") if _is_count(number)]
    return {"new": int(new), "known": int(known), "bad": bad}


def _undo() -> str:
    """The line that was just put aside, so that it can be brought back."""
    line_id = request.args.get("line", "")
    return line_id if request.args.get("said") == "aside" and ID.fullmatch(line_id) else ""


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 7


def _notices(said: str) -> list[dict[str, str]]:
    count = request.args.get("n", "")
    if said not in SAID or (said == "booked" and not _is_count(count)):
        return []
    text = t("bank_csv.said_booked", n=int(count)) if said == "booked" else t(f"bank_csv.said_{said}")
    return [{"text": text}]

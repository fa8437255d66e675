"""The page of one debt, its file, and the client's page as the client sees it."""

from typing import Any

from flask import Blueprint, Response, abort, g, redirect, request

from aldia.domain import approvals
from aldia.domain.case import Case
from aldia.domain.debt import Debt
from aldia.domain.money import to_decimal
from aldia.flows import bank_statement
from aldia.flows.debt_files import problem_key, proof_key
from aldia.pages import bank, debt_terms, debt_words, guard
from aldia.pages.debt_ahead import clock_names
from aldia.pages.debt_story import method_name
from aldia.pages.debt_view import DebtPage, view
from aldia.pages.forms import Typed
from aldia.pages.note_box import box
from aldia.pages.own import Unreadable, own_case
from aldia.pages.pay import as_download, saved
from aldia.pages.render import came_back, page, ports
from aldia.pages.spoilt import made
from aldia.store import tokens

screen = Blueprint("debt", __name__)

METHODS = ("transfer", "cash", "card", "check", "other")


def found(client_id: str, debt_id: str) -> tuple[Case, Debt]:
    """The account's own case and debt; 404 for everything else, all alike."""
    case = own_case(client_id)
    debt = next((debt for debt in case.debts if debt.id == debt_id), None)
    if debt is None:
        abort(404)
    return case, debt


@screen.get("/cobros/<client_id>/<debt_id>")
@guard.signed_in
def show(client_id: str, debt_id: str) -> Response:
    """Who owes what, what comes next, what happened, and everything that can be done about it."""
    case, debt = found(client_id, debt_id)
    return shown(case, debt)


def shown(
    case: Case, debt: Debt, status: int = 200, *, opened: str = "", typed: Typed | None = None, **more: Any
) -> Response:
    """The page, with one of its forms open when something in it has to be looked at."""
    g.zone = case.zone
    return made(case, lambda: _page(case, debt, status, opened=opened, typed=typed, **more), Unreadable)


def _page(case: Case, debt: Debt, status: int, *, opened: str, typed: Typed | None, **more: Any) -> Response:
    one = view(ports(), case, debt, ports().clock.now())
    values = {"draft": None, "is_sure": False, "note_draft": None, "note_fixes": {}, "notices": notices(one)} | more
    return page(
        "pages/debt.html",
        status,
        one=one,
        opened=opened or request.args.get("abre", ""),
        typed=typed or Typed({}),
        proposed=bank_statement.for_claim(ports(), case, debt) if debt.claim else None,
        wanted=bank.wanted,
        errors=typed.errors if typed else {},
        key=ports().ids.new(),
        methods=[(method, method_name(method)) for method in METHODS],
        method_name=method_name,
        step_when=debt_words.step_when,
        plain=lambda minor, currency: f"{to_decimal(minor, currency):f}",
        **_ladder(debt),
        **clock_names(case),
        note_box=None if debt.deleted_at else box(case, debt, one.ahead),
        **values,
    )


def _ladder(debt: Debt) -> dict[str, object]:
    """The debt's steps, as a form shows them."""
    own = debt_terms.base_ladder(g.account) if debt.ladder is None else debt.ladder
    whole = debt_terms.whole_ladder(g.account, own)
    return {"ladder": whole, "ladder_typed": Typed(debt_terms.shown_ladder(whole, on={rung.step for rung in own}))}


UNDO = {"debt_deleted": "restaurar", "debt_paused": "reanudar"}


def notices(one: DebtPage) -> list[dict[str, Any]]:
    """What the last action did, with the way back while there is one."""
    told = came_back()
    said = request.args.get("said", "")
    if said == "letter_no":
        return [note | _bring_back(one) for note in told]
    action = UNDO.get(said, "") if one.debt.deleted_at or one.debt.pause else ""
    if said in ("debt_waived", "debt_written_off"):
        action = _last_given_up(one)
    if said in ("debt_paid", "debt_paid_claim"):
        action = _last_noted(one)
    return [note | ({"undo": f"{one.path}/{action}"} if action else {}) for note in told]


def _bring_back(one: DebtPage) -> dict[str, Any]:
    """The way back from leaving out the letter that the address of the page names, while it can still come back."""
    name = request.args.get("carta", "")
    if name not in map(approvals.name_of, approvals.left_out(one.case, ports().clock.now())):
        return {}
    return {
        "undo": "/visto-bueno",
        "sent": {"do": "undo", "carta": f"{one.case.client.id}.{name}.", "vuelve": one.path},
    }


def _last_given_up(one: DebtPage) -> str:
    lines = [line for line in one.lines if line.entry.kind in ("waive", "write_off") and not line.is_undone]
    return f"deshacer/{lines[-1].entry.key}" if lines else ""


def _last_noted(one: DebtPage) -> str:
    noted = max((line.entry for line in one.lines if line.is_wrong), key=lambda entry: entry.at, default=None)
    return f"deshacer/{noted.key}" if noted else ""


@screen.get("/cobros/<client_id>/<debt_id>/archivo")
@guard.signed_in
def download(client_id: str, debt_id: str) -> Response:
    """The invoice's file, always saved and never shown by the browser."""
    case, debt = found(client_id, debt_id)
    if not debt.file_name:
        abort(404)
    return as_download(case, debt)


@screen.get("/cobros/<client_id>/<debt_id>/archivo-del-problema")
@guard.signed_in
def problem_file(client_id: str, debt_id: str) -> Response:
    """What the client showed with its problem."""
    case, debt = found(client_id, debt_id)
    return saved(problem_key(case.account.id, debt.id), debt.dispute.file_name if debt.dispute else "")


@screen.get("/cobros/<client_id>/<debt_id>/comprobante")
@guard.signed_in
def proof(client_id: str, debt_id: str) -> Response:
    """What the client sent to show a payment, always saved and never shown by the browser."""
    case, debt = found(client_id, debt_id)
    return saved(proof_key(case.account.id, debt.id), debt.proof_name)


@screen.post("/cobros/<client_id>/<debt_id>/ver")
@guard.signed_in
def as_client(client_id: str, debt_id: str) -> Response:
    """The client's page by a link of its own."""
    case, debt = found(client_id, debt_id)
    token = ports().ids.token()
    client = case.client
    link = tokens.PayLink(case.account.id, client.id, (debt.id,), client.link_version, client.language, by_owner=True)
    ports().table.write(tokens.put_link(token, link, ports().clock.now()))
    return redirect(f"/p/{token}", 303)  # type: ignore[return-value]


def done(one: tuple[Case, Debt], said: str, **more: str) -> Response:
    """Back to the page, which says what was done."""
    case, debt = one
    query = "&".join(f"{name}={value}" for name, value in {"said": said, **more}.items())
    return redirect(f"/cobros/{case.client.id}/{debt.id}?{query}", 303)  # type: ignore[return-value]

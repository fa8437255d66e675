"""What the freelancer does to a debt: each a small form, one POST, and the page again."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import Blueprint, Response, g, request

from aldia.domain import answers, decisions, edits, reversals
from aldia.domain.case import Case, Outcome
from aldia.domain.debt import Debt
from aldia.domain.errors import Refused
from aldia.domain.labels import check_concept, check_number
from aldia.domain.notes import check_note
from aldia.domain.outcomes import live_debt
from aldia.domain.parsing import parse_date, parse_line
from aldia.flows import attach_file, casework, finish_task, record_payment
from aldia.pages import debt as debt_page
from aldia.pages import debt_form, debt_terms, guard, replies
from aldia.pages.forms import Typed
from aldia.pages.render import ports

screen = Blueprint("actions", __name__)

Facts = dict[str, Any]
LONGEST_WORDS = 500


@dataclass(frozen=True, slots=True)
class Action:
    """`read` takes the form's fields, `ask` is the domain's answer to them, `said` the sentence afterwards."""

    name: str  # the last part of the address, and the form's name on the page
    ask: Callable[..., Outcome]
    said: str
    read: Callable[[Typed, Debt], Facts] = lambda _typed, _debt: {}


def _act(action: Action, client_id: str, debt_id: str) -> Response:
    case, debt = debt_page.found(client_id, debt_id)
    typed = Typed()
    wanted = action.read(typed, debt)
    if not typed.errors:
        try:
            casework.change(
                ports(), g.account.id, client_id, lambda held, now: action.ask(held, debt_id, now=now, **wanted)
            )
            return debt_page.done((case, debt), action.said)
        except Refused as refused:
            typed.refuse(refused, action.name)
    return again(client_id, debt_id, action.name, typed)


def again(client_id: str, debt_id: str, form: str, typed: Typed) -> Response:
    """The page with that form open, what was typed in it, and what is wrong."""
    return debt_page.shown(*debt_page.found(client_id, debt_id), 422, opened=form, typed=typed)


# -- fields -------------------------------------------------------------------------------------


def _sum(typed: Typed, debt: Debt, name: str = "amount") -> int | None:
    """A sum in the debt's currency; None when nothing was typed."""
    if not typed.get(name).strip():
        return None
    return typed.take(name, lambda text: debt_form.minor(text, debt.currency, g.account.country, field=name), 0)


def _needed_sum(typed: Typed, debt: Debt) -> int:
    typed.need("amount", "debts.amount_missing")
    return _sum(typed, debt) or 0


def _day(typed: Typed, name: str) -> date | None:
    if not typed.get(name).strip():
        return None
    return typed.take(name, lambda text: parse_date(text, g.account.country, field=name), None)


def _needed_day(typed: Typed, name: str) -> date | None:
    typed.need(name, "debt.day_missing")
    return _day(typed, name)


def _words(typed: Typed, name: str, most: int = LONGEST_WORDS) -> str:
    return typed.take(name, lambda text: check_note(text, field=name, most=most), "")


def form_key(typed: Typed) -> str:
    """The form's own key: sent twice it counts once."""
    given = typed.get("key")
    return given if debt_form.is_id(given) else ports().ids.new()


def _extension(typed: Typed, _debt: Debt) -> Facts:
    return {"until": _needed_day(typed, "until")}


def _pause(typed: Typed, _debt: Debt) -> Facts:
    return {"until": _day(typed, "until"), "reason": typed.take("reason", lambda x: parse_line(x, field="reason"), "")}


def _amount(typed: Typed, debt: Debt) -> Facts:
    return {"amount_minor": _needed_sum(typed, debt), "key": f"amount.{form_key(typed)}"}


def _due(typed: Typed, _debt: Debt) -> Facts:
    return {"due_on": _needed_day(typed, "due_on")}


def _give_up(name: str) -> Callable[[Typed, Debt], Facts]:
    def read(typed: Typed, debt: Debt) -> Facts:
        return {"amount_minor": _sum(typed, debt), "key": f"{name}.{form_key(typed)}"}

    return read


def _refund(typed: Typed, debt: Debt) -> Facts:
    return {"amount_minor": _needed_sum(typed, debt), "key": f"back.{form_key(typed)}"}


def _resolution(typed: Typed, debt: Debt) -> Facts:
    facts: Facts = {"amount_minor": _sum(typed, debt), "due_on": _day(typed, "due_on")}
    return facts | {"resolution": _words(typed, "resolution"), "key": f"resolved.{form_key(typed)}"}


def _review(typed: Typed, _debt: Debt) -> Facts:
    outcome = typed.get("outcome")
    if outcome not in ("reopen", "waive", "write_off"):
        typed.refuse(Refused("debt.choose_outcome", field="outcome"))
    return {"outcome": outcome}


def _step(typed: Typed, _debt: Debt) -> Facts:
    return {"step": typed.get("step")[:60]}


def _question(typed: Typed, _debt: Debt) -> Facts:
    typed.need("words", "claim.words_missing")
    return {"words": _words(typed, "words")}


def _credit_to(typed: Typed, _debt: Debt) -> Facts:
    return {"to": typed.get("to")[:40], "key": f"credit.{form_key(typed)}"}


def _credit_back(typed: Typed, _debt: Debt) -> Facts:
    return {"key": f"credit.{form_key(typed)}"}


def _edit(typed: Typed, _debt: Debt) -> Facts:
    number = typed.take("number", check_number, "")
    concept = typed.take("concept", check_concept, "")
    if not number and not concept:
        typed.refuse(Refused("debts.number_or_concept", field="number"))
    return {"number": number, "concept": concept, "note": typed.take("note", check_note, "")}


def _edited(case: Case, debt_id: str, *, now: Any, **values: Any) -> Outcome:
    return edits.edit(case, debt=replace(live_debt(case, debt_id), **values), now=now)


def _ladder(typed: Typed, debt: Debt) -> Facts:
    base = debt_terms.base_ladder(g.account) if debt.ladder is None else debt.ladder
    whole = debt_terms.whole_ladder(g.account, base)
    return {"ladder": debt_terms.ladder(g.account, typed, whole, kept=debt.ladder)}


def _reply(typed: Typed, _debt: Debt) -> Facts:
    return {"typed": typed}


def _replied(case: Case, debt_id: str, *, typed: Typed, now: Any) -> Outcome:
    """The answer to the proposal that was shown; another one is another question."""
    debt = live_debt(case, debt_id)
    if debt.proposal is None or debt.proposal.at.isoformat() != typed.get("asked"):
        raise Refused("answers.no_proposal", field="propuesta")
    return replies.answered(case, debt, typed, now=now)


ACTIONS = (
    Action("propuesta", _replied, "debt_replied", _reply),
    Action("prorroga", answers.extension, "debt_extended", _extension),
    Action("pausa", answers.pause, "debt_paused", _pause),
    Action("reanudar", answers.resume, "debt_resumed"),
    Action("importe", decisions.change_amount, "debt_amount", _amount),
    Action("vencimiento", decisions.change_due, "debt_due", _due),
    Action("condonar", decisions.waive, "debt_waived", _give_up("waive")),
    Action("incobrable", decisions.write_off, "debt_written_off", _give_up("write_off")),
    Action("devolucion", reversals.refund, "debt_refunded", _refund),
    Action("problema", answers.resolve_dispute, "debt_resolved", _resolution),
    Action("revision", decisions.decide_review, "debt_decided", _review),
    Action("visto-bueno", decisions.approve, "debt_approved", _step),
    Action("preguntar", answers.ask_about_claim, "claim_asked", _question),
    Action("no-llego", answers.claim_not_found, "debt_not_found"),
    Action("saldo-aplicar", answers.apply_credit, "credit_applied", _credit_to),
    Action("saldo-devuelto", answers.return_credit, "credit_returned", _credit_back),
    Action("editar", _edited, "debt_edited", _edit),
    Action("cartas", _edited, "debt_edited", _ladder),
    Action("borrar", edits.remove, "debt_deleted"),
    Action("restaurar", edits.restore, "debt_restored"),
)


def _route(action: Action) -> None:
    def view(client_id: str, debt_id: str) -> Response:
        return _act(action, client_id, debt_id)

    view.__doc__ = f"{action.name}: {action.said}."
    path = f"/cobros/<client_id>/<debt_id>/{action.name}"
    screen.add_url_rule(path, action.name, guard.signed_in(view), methods=["POST"])


for one in ACTIONS:
    _route(one)


@screen.post("/cobros/<client_id>/<debt_id>/deshacer/<key>")
@guard.signed_in
def undo(client_id: str, debt_id: str, key: str) -> Response:
    """Take back a waiver or a write-off."""
    action = Action("deshacer", edits.undo, "debt_undone", lambda _typed, _debt: {"key": key[:100]})
    return _act(action, client_id, debt_id)


# -- those that are more than one transition ----------------------------------------------------


@screen.post("/cobros/<client_id>/<debt_id>/pago")
@guard.signed_in
def payment(client_id: str, debt_id: str) -> Response:
    """Money that came another way."""
    case, debt = debt_page.found(client_id, debt_id)
    typed = Typed()
    amount_minor, on = _needed_sum(typed, debt), _needed_day(typed, "paid_on")
    method = typed.get("method") if typed.get("method") in debt_page.METHODS else "other"
    ids = (g.account.id, client_id, debt_id)
    key = f"hand.{form_key(typed)}"
    if on is None or typed.errors:
        return again(client_id, debt_id, "pago", typed)
    try:
        record_payment.record_payment(ports(), ids, key=key, amount_minor=amount_minor, method=method, on=on)
    except Refused as refused:
        typed.refuse(refused, "pago")
        return again(client_id, debt_id, "pago", typed)
    return debt_page.done((case, debt), "debt_paid")


@screen.post("/cobros/<client_id>/<debt_id>/ya-pago")
@guard.signed_in
def confirm_claim(client_id: str, debt_id: str) -> Response:
    """The money that the client told of is there."""
    case, debt = debt_page.found(client_id, debt_id)
    typed = Typed()
    amount_minor, on = _sum(typed, debt), _day(typed, "paid_on")
    if typed.errors:
        return again(client_id, debt_id, "ya-pago", typed)
    ids, key = (g.account.id, client_id, debt_id), f"claim.{form_key(typed)}"
    try:
        record_payment.confirm_claim(ports(), ids, key=key, amount_minor=amount_minor, on=on)
    except Refused as refused:
        typed.refuse(refused, "ya-pago")
        return again(client_id, debt_id, "ya-pago", typed)
    return debt_page.done((case, debt), "debt_paid")


@screen.post("/cobros/<client_id>/<debt_id>/tarea")
@guard.signed_in
def task(client_id: str, debt_id: str) -> Response:
    """A task is done, or a call was made."""
    case, debt = debt_page.found(client_id, debt_id)
    typed = Typed()
    text = typed.take("text", _own_words, "")
    if typed.errors:
        return again(client_id, debt_id, "tarea", typed)
    try:
        finish_task.finish_task(
            ports(),
            g.account.id,
            client_id,
            debt_id,
            key=form_key(typed),
            step=typed.get("step")[:60] or "call",
            text=text,
            was_contact=bool(typed.get("was_contact")),
        )
    except Refused as refused:
        typed.refuse(refused, "tarea")
        return again(client_id, debt_id, "tarea", typed)
    return debt_page.done((case, debt), "task_done")


def _own_words(text: str) -> str:
    """What the freelancer notes for itself; nobody else reads it."""
    return " ".join(parse_line(line, field="text", most=LONGEST_WORDS) for line in text.splitlines()).strip()


@screen.post("/cobros/<client_id>/<debt_id>/archivo")
@guard.signed_in
def attach(client_id: str, debt_id: str) -> Response:
    """Keep a file, in place of the one before."""
    case, debt = debt_page.found(client_id, debt_id)
    typed, sent = Typed(), request.files.get("file")
    if sent is None or not sent.filename:
        typed.refuse(Refused("debt.file_missing", field="file"))
        return again(client_id, debt_id, "archivo", typed)
    try:
        upload = (sent.filename, sent.stream.read())
        attach_file.attach_file(ports(), g.account.id, client_id, debt_id, upload=upload)
    except Refused as refused:
        typed.refuse(refused, "file")
        return again(client_id, debt_id, "archivo", typed)
    return debt_page.done((case, debt), "file_kept")


@screen.post("/cobros/<client_id>/<debt_id>/archivo/quitar")
@guard.signed_in
def detach(client_id: str, debt_id: str) -> Response:
    """The debt has no file any more."""
    case, debt = debt_page.found(client_id, debt_id)
    attach_file.take_away(ports(), g.account.id, client_id, debt_id)
    return debt_page.done((case, debt), "file_gone")

"""What the freelancer does to a debt: each a small form, one POST, and the page again."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Response, g, request

from aldia.domain import answers, decisions, edits, reversals
from aldia.domain.case import Case, Outcome
from aldia.domain.debt import Debt
from aldia.domain.errors import Refused
from aldia.domain.ledger import state
from aldia.domain.outcomes import live_debt
from aldia.domain.taken_back import is_by_hand
from aldia.flows import attach_file, finish_task, payment_page, record_payment, take_back
from aldia.pages import debt as debt_page
from aldia.pages import debt_fields as fields
from aldia.pages import guard, replies
from aldia.pages.forms import Typed, form_key
from aldia.pages.render import ports

screen = Blueprint("actions", __name__)

TWINS: dict[str, record_payment.Twin] = {"same": "same", "other": "other"}
"""What the freelancer says of a payment that is booked already and looks like the one told of."""


@dataclass(frozen=True, slots=True)
class Action:
    """`read` takes the form's fields, `ask` is the domain's answer to them, `said` the sentence afterwards."""

    name: str  # the last part of the address, and the form's name on the page
    ask: Callable[..., Outcome]
    said: str
    read: Callable[[Typed, Debt], fields.Facts] = lambda _typed, _debt: {}


def _act(action: Action, client_id: str, debt_id: str) -> Response:
    case, debt = debt_page.found(client_id, debt_id)
    typed = Typed()
    wanted = action.read(typed, debt)
    if not typed.errors:
        try:
            payment_page.change(
                ports(), g.account.id, client_id, lambda held, now: action.ask(held, debt_id, now=now, **wanted)
            )
            return debt_page.done((case, debt), action.said)
        except Refused as refused:
            typed.refuse(refused, action.name)
    return again(client_id, debt_id, action.name, typed)


def again(client_id: str, debt_id: str, form: str, typed: Typed) -> Response:
    """The page with that form open, what was typed in it, and what is wrong."""
    return debt_page.shown(*debt_page.found(client_id, debt_id), 422, opened=form, typed=typed)


def _edited(case: Case, debt_id: str, *, now: Any, **values: Any) -> Outcome:
    return edits.edit(case, debt=replace(live_debt(case, debt_id), **values), now=now)


def _replied(case: Case, debt_id: str, *, typed: Typed, now: Any) -> Outcome:
    """The answer to the proposal that was shown; another one is another question."""
    debt = live_debt(case, debt_id)
    if debt.proposal is None or debt.proposal.at.isoformat() != typed.get("asked"):
        raise Refused("answers.no_proposal", field="propuesta")
    return replies.answered(case, debt, typed, now=now)


ACTIONS = (
    Action("propuesta", _replied, "debt_replied", fields.reply),
    Action("prorroga", answers.grant, "debt_extended", fields.extension),
    Action("pausa", answers.pause, "debt_paused", fields.pause),
    Action("reanudar", answers.resume, "debt_resumed"),
    Action("importe", decisions.change_amount, "debt_amount", fields.amount),
    Action("vencimiento", decisions.change_due, "debt_due", fields.due),
    Action("condonar", decisions.waive, "debt_waived", fields.give_up("waive")),
    Action("incobrable", decisions.write_off, "debt_written_off", fields.give_up("write_off")),
    Action("devolucion", reversals.refund, "debt_refunded", fields.refund),
    Action("problema", answers.resolve_dispute, "debt_resolved", fields.resolution),
    Action("revision", decisions.decide_review, "debt_decided", fields.review),
    Action("visto-bueno", decisions.approve, "debt_approved", fields.step),
    Action("preguntar", answers.ask_about_claim, "claim_asked", fields.question),
    Action("no-llego", answers.claim_not_found, "debt_not_found"),
    Action("saldo-aplicar", answers.apply_credit, "credit_applied", fields.credit_to),
    Action("saldo-devuelto", answers.return_credit, "credit_returned", fields.credit_back),
    Action("editar", _edited, "debt_edited", fields.edit),
    Action("cartas", _edited, "debt_edited", fields.ladder),
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
    """Take back a waiver, a write-off or a payment that was noted by hand."""
    case, debt = debt_page.found(client_id, debt_id)
    typed, key = Typed(), key[:100]
    try:
        after = take_back.take_back(ports(), (g.account.id, client_id, debt_id), key=key).case
    except Refused as refused:
        typed.refuse(refused, "deshacer")
        return again(client_id, debt_id, "deshacer", typed)
    return debt_page.done((case, debt), _undone(after, debt, key))


def _undone(after: Case, debt: Debt, key: str) -> str:
    """The sentence: of a gift, of a payment that leaves something to pay, of one that something else makes up for."""
    if not any(entry.key == key and is_by_hand(entry) for entry in debt.entries):
        return "debt_undone"
    is_settled = state(after.debt(debt.id), after.local_day(ports().clock.now())) in ("paid", "written_off")
    return "payment_undone_settled" if is_settled else "payment_undone"


# -- those that are more than one transition ----------------------------------------------------


@screen.post("/cobros/<client_id>/<debt_id>/pago")
@guard.signed_in
def payment(client_id: str, debt_id: str) -> Response:
    """Money that came another way."""
    case, debt = debt_page.found(client_id, debt_id)
    typed = Typed()
    amount_minor, on = fields.needed_sum(typed, debt), fields.needed_day(typed, "paid_on")
    method = typed.get("method") if typed.get("method") in debt_page.METHODS else "other"
    ids = (g.account.id, client_id, debt_id)
    key = f"hand.{form_key(typed)}"
    if on is None or typed.errors:
        return again(client_id, debt_id, "pago", typed)
    try:
        noted = record_payment.record_payment(ports(), ids, key=key, amount_minor=amount_minor, method=method, on=on)
    except Refused as refused:
        typed.refuse(refused, "pago")
        return again(client_id, debt_id, "pago", typed)
    return debt_page.done((case, debt), "debt_paid_claim" if noted.case.debt(debt_id).claim else "debt_paid")


@screen.post("/cobros/<client_id>/<debt_id>/ya-pago")
@guard.signed_in
def confirm_claim(client_id: str, debt_id: str) -> Response:
    """The money that the client told of is there."""
    case, debt = debt_page.found(client_id, debt_id)
    typed = Typed()
    amount_minor, on = fields.sum_of(typed, debt), fields.day_of(typed, "paid_on")
    if typed.errors:
        return again(client_id, debt_id, "ya-pago", typed)
    ids, key = (g.account.id, client_id, debt_id), f"claim.{form_key(typed)}"
    try:
        twin = TWINS.get(typed.get("twin"), "ask")
        record_payment.confirm_claim(ports(), ids, key=key, amount_minor=amount_minor, on=on, twin=twin)
    except Refused as refused:
        typed.refuse(refused, "ya-pago")
        return again(client_id, debt_id, "ya-pago", typed)
    return debt_page.done((case, debt), "claim_was_booked" if twin == "same" else "debt_paid")


@screen.post("/cobros/<client_id>/<debt_id>/tarea")
@guard.signed_in
def task(client_id: str, debt_id: str) -> Response:
    """A task is done, or a call was made."""
    case, debt = debt_page.found(client_id, debt_id)
    typed = Typed()
    text = typed.take("text", fields.own_words, "")
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

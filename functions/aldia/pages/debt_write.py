"""Write to this client now, by hand: the words are read first, then they go once."""

from flask import Blueprint, Response, g, redirect

from aldia.domain.errors import Refused
from aldia.flows import write_by_hand
from aldia.pages import debt as debt_page
from aldia.pages import guard
from aldia.pages.forms import Typed, form_key
from aldia.pages.render import is_fragment_request, page, ports

screen = Blueprint("write", __name__)


@screen.post("/cobros/<client_id>/<debt_id>/escribir")
@guard.signed_in
def write(client_id: str, debt_id: str) -> Response:
    """`do=check` shows the letter and what the linter says of it; else it goes, if nothing stands against it."""
    typed = Typed()
    if typed.get("do") == "check":
        return _checked(client_id, debt_id, typed)
    debt_page.found(client_id, debt_id)
    try:
        write_by_hand.write_by_hand(
            ports(),
            g.account.id,
            client_id,
            debt_id,
            text=typed.get("text"),
            key=form_key(typed),
            is_confirmed=bool(typed.get("is_sure")),
        )
    except Refused as refused:
        typed.refuse(refused, "text")
        return _checked(client_id, debt_id, typed, 422)
    return redirect(f"/cobros/{client_id}/{debt_id}?said=letter_written", 303)  # type: ignore[return-value]


def _checked(client_id: str, debt_id: str, typed: Typed, status: int = 200) -> Response:
    case, debt = debt_page.found(client_id, debt_id)
    draft = None
    try:
        draft = write_by_hand.draft(ports(), case, debt_id, text=typed.get("text"), now=ports().clock.now())
    except Refused as refused:
        typed.refuse(refused, "text")
        status = 422
    if is_fragment_request():
        # htmx shows the answer of a check beside the form, whatever it says.
        return page("fragments/verdict.html", 200, draft=draft, errors=typed.errors, typed=typed, opened="escribir")
    return debt_page.shown(case, debt, status, opened="escribir", typed=typed, draft=draft)

"""After a restore: what may have gone out already, and the button that lets letters go on."""

from flask import Blueprint, Response, g, redirect

from aldia.flows import after_restore, apply_defaults
from aldia.pages import guard
from aldia.pages.render import page, ports
from aldia.store import restored

screen = Blueprint("restored", __name__)


@screen.get("/copia")
@guard.signed_in
def show() -> Response:
    """What is in doubt; nothing to see for an account whose letters go."""
    held = restored.load(ports(), g.account.id)
    if held is None:
        return redirect("/hoy", 303)  # type: ignore[return-value]
    return page("pages/restored.html", held=held, lost=restored.lost(ports(), g.account.id))


@screen.post("/copia")
@guard.signed_in
def go_on() -> Response:
    """The freelancer has looked."""
    account = after_restore.go_on(ports(), g.account)
    apply_defaults.step(ports(), account.id)
    return redirect("/hoy?said=went_on", 303)  # type: ignore[return-value]

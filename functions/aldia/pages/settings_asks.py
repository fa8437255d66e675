"""Whether the freelancer is asked before each letter: for all clients, and for one."""

from flask import Response, g, redirect

from aldia.flows import apply_defaults, ask_first
from aldia.pages import guard
from aldia.pages.clients import screen as clients_screen
from aldia.pages.forms import Typed
from aldia.pages.own import own_case
from aldia.pages.render import ports
from aldia.pages.settings_contact import as_typed, contact_page
from aldia.pages.settings_shell import back_to, screen, tried

WISHES = {"ask": True, "free": False}


@screen.post("/ajustes/preguntar")
@guard.signed_in
def save_asks() -> Response:
    """Switch it on or off for all clients that have no wish of their own."""
    typed = Typed(as_typed(g.account.policy) | Typed().values)
    is_on = typed.get("do") == "on"
    changed = tried(typed, lambda: ask_first.switch(ports(), g.account, is_on=is_on, seen=typed.get("seen")))
    if changed is None:
        return contact_page(typed)
    if not is_on:
        apply_defaults.step(ports(), changed.id)
    return back_to("contact", "asks_on" if is_on else "asks_off")


@clients_screen.post("/clientes/<client_id>/preguntar")
@guard.signed_in
def asks(client_id: str) -> Response:
    """The same for one client, or as for all others."""
    own_case(client_id)
    ask_first.switch_client(ports(), g.account, client_id, wish=WISHES.get(Typed().get("asks")))
    return redirect(f"/clientes/{client_id}?said=client_saved", 303)  # type: ignore[return-value]

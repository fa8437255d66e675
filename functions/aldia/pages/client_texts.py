"""The freelancer's own words for the letters to one client."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, g, redirect

from aldia.domain.case import Case
from aldia.domain.editable import groups
from aldia.flows import client_text
from aldia.pages import guard, settings_shell, text_editor
from aldia.pages.forms import Typed
from aldia.pages.own import own_case
from aldia.pages.render import page, ports

screen = Blueprint("client_texts", __name__)


@screen.get("/clientes/<client_id>/textos")
@guard.signed_in
def show(client_id: str) -> Response:
    """Every letter with whose words it has for this client; the one that was asked for, to be edited."""
    return text_editor.opened(_desk(own_case(client_id)))


@screen.post("/clientes/<client_id>/textos")
@guard.signed_in
def save(client_id: str) -> Response:
    """Save a version, go back one, give it back to the account or the product, mend, try, or only look."""
    return text_editor.posted(_desk(own_case(client_id)))


@screen.post("/clientes/<client_id>/textos/ver")
@guard.signed_in
def look(client_id: str) -> Response:
    """The letter with what is being typed; nothing is saved."""
    return text_editor.looked_at(_desk(own_case(client_id)))


def _desk(case: Case) -> text_editor.Desk:
    """The product's letters, and those that the ladders of the account and of the client's debts add."""
    ladders = [g.account.defaults.ladder or (), *(debt.ladder or () for debt in case.debts if not debt.deleted_at)]
    path = f"/clientes/{case.client.id}/textos"

    def shown(typed: Typed, name: str, values: Mapping[str, Any]) -> Response:
        status = 422 if typed.errors else 200
        more = {"typed": typed, "errors": typed.errors, "client": case.client, "notices": settings_shell.notices()}
        return page(f"pages/client_{name}.html", status, **(more | dict(values)))

    def back(said: str, query: Mapping[str, str]) -> Response:
        asked = urlencode(({"said": said} if said else {}) | dict(query))
        return redirect(f"{path}?{asked}" if asked else path, 303)  # type: ignore[return-value]

    def write(do: str, name: str, typed: Typed) -> None:
        _write((g.account.id, case.client.id), do, name, typed)

    return text_editor.Desk(path, groups(ladders), case.client.language, shown, back, write, case)


def _write(ids: tuple[str, str], do: str, name: str, typed: Typed) -> None:
    seen = typed.get("seen")
    if do == "save":
        client_text.save(ports(), ids, name, text=typed.get("text"), closing=typed.get("closing"), seen=seen)
    elif do == "undo":
        client_text.undo(ports(), ids, name, seen=seen)
    else:
        client_text.reset(ports(), ids, name, seen=seen, takes_ours=do == "ours")

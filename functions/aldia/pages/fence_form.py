"""The limits of what is agreed at once: set for all clients in the settings, or for one on its page."""

from dataclasses import asdict

from flask import Blueprint, Response, g, redirect

from aldia.domain import edits
from aldia.domain.client import Client
from aldia.domain.fence import LIMITS, Fence
from aldia.domain.parsing import parse_whole
from aldia.flows import casework
from aldia.pages import guard
from aldia.pages.forms import Typed
from aldia.pages.own import own_case
from aldia.pages.render import page, ports

screen = Blueprint("fence", __name__)


def as_typed(fence: Fence) -> dict[str, str]:
    """The limits as the form shows them."""
    return {name: str(value) for name, value in asdict(fence).items()}


def read(typed: Typed) -> Fence:
    """The limits as written; sentences in `typed.errors`."""
    values = {
        name: typed.take(
            name,
            lambda text, name=name, edges=edges: parse_whole(text, field=name, least=edges[0], most=edges[1]),  # type: ignore[misc]
            edges[0],
        )
        for name, edges in LIMITS.items()
    }
    return Fence(**values)


@screen.get("/clientes/<client_id>/acuerdos")
@guard.signed_in
def show(client_id: str) -> Response:
    """The client's own limits, or the usual ones."""
    client = own_case(client_id).client
    fence = client.fence or g.account.fence
    return _shown(client, Typed(as_typed(fence) | ({"own": "on"} if client.fence else {})))


@screen.post("/clientes/<client_id>/acuerdos")
@guard.signed_in
def save(client_id: str) -> Response:
    """Save them; without the tick the usual ones hold again."""
    client = own_case(client_id).client
    typed = Typed()
    fence = read(typed) if typed.get("own") == "on" else None
    if typed.errors:
        return _shown(client, typed, 422)
    casework.change(ports(), g.account.id, client_id, lambda case, now: edits.fence_client(case, fence=fence, now=now))
    return redirect(f"/clientes/{client_id}?said=client_saved", 303)  # type: ignore[return-value]


def _shown(client: Client, typed: Typed, status: int = 200) -> Response:
    return page("pages/client_fence.html", status, client=client, typed=typed, errors=typed.errors)

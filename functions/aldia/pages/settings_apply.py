"""New terms on open debts: what would become of them, then a pass over the clients that can be watched."""

from flask import Response, g, redirect

from aldia.domain.account import Account
from aldia.domain.usual import Part, Wanted, usual_of
from aldia.flows import apply_defaults, settings_change
from aldia.pages import guard
from aldia.pages.forms import Typed
from aldia.pages.own import broken_clients
from aldia.pages.render import is_fragment_request, page, ports
from aldia.pages.settings_shell import HOME, NOT_KEPT, TABS, notices, screen
from aldia.store import passes

PATH = f"{HOME}/aplicar"
CLIENTS_AT_ONCE = 8


def ahead(typed: Typed, changed: Account, parts: tuple[Part, ...], tab: str) -> Response:
    """The page before confirming: for each open debt what goes, vanishes or moves. Nothing is saved."""
    wanted = Wanted(usual_of(changed), settings_change.known(ports(), g.account), parts)
    seen = apply_defaults.look_ahead(
        ports(), g.account, changed, wanted, after=typed.get("after")[:200], clients=CLIENTS_AT_ONCE
    )
    fields = {name: value for name, value in typed.values.items() if name not in (*NOT_KEPT, "after")}
    return page(
        "pages/settings_ahead.html",
        fields=fields | {"seen": typed.get("seen")},
        action=TABS[tab],
        found=seen.found,
        different=[one for one in seen.found if one.is_different],
        after=seen.after,
        errors={},
        notices=broken_clients(g.account.id, seen.broken),
    )


def begun() -> Response:
    """Saved; the pass has begun."""
    return redirect(PATH, 303)  # type: ignore[return-value]


@screen.get("/ajustes/aplicar")
@guard.signed_in
def applied() -> Response:
    """How far it is."""
    return page("pages/settings_applied.html", held=passes.load(ports(), g.account.id), notices=notices())


@screen.post("/ajustes/aplicar")
@guard.signed_in
def go_on() -> Response:
    """One step more; the scheduled job carries it on as well."""
    held = apply_defaults.step(ports(), g.account.id)
    if is_fragment_request():
        return page("fragments/settings_progress.html", held=held)
    return begun()

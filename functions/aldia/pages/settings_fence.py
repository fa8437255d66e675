"""What clients may agree on by themselves."""

from flask import Response, g

from aldia.pages import fence_form, guard
from aldia.pages.forms import Typed
from aldia.pages.settings_shell import back_to, save, screen, shown


@screen.get("/ajustes/acuerdos")
@guard.signed_in
def fence() -> Response:
    """The limits for all clients."""
    return shown("fence", Typed(fence_form.as_typed(g.account.fence)))


@screen.post("/ajustes/acuerdos")
@guard.signed_in
def save_fence() -> Response:
    """Save them: they hold from the next question on."""
    typed = Typed()
    changed = save(typed, "fence", fence=fence_form.read(typed))
    return shown("fence", typed) if changed is None else back_to("fence", "saved")

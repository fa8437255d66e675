"""Which news come by mail; all of them stand under today in any case."""

from typing import get_args

from flask import Response, g

from aldia.domain.case import NoticeKind
from aldia.pages import guard
from aldia.pages.forms import Typed
from aldia.pages.settings_shell import back_to, save, screen, shown
from aldia.store.news import OWN_DEEDS

KINDS: tuple[str, ...] = tuple(kind for kind in get_args(NoticeKind) if kind not in OWN_DEEDS)


@screen.get("/ajustes/avisos")
@guard.signed_in
def notices() -> Response:
    """A switch for each kind."""
    return _shown(Typed({kind: "on" for kind in KINDS if kind not in g.account.muted}))


@screen.post("/ajustes/avisos")
@guard.signed_in
def save_notices() -> Response:
    """What is off is muted."""
    typed = Typed()
    muted = tuple(kind for kind in KINDS if not typed.get(kind))
    return _shown(typed) if save(typed, "notices", muted=muted) is None else back_to("notices", "saved")


def _shown(typed: Typed) -> Response:
    return shown("notices", typed, kinds=KINDS)

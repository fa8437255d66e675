"""The freelancer's own words for each letter to all clients."""

from collections.abc import Mapping
from typing import Any

from flask import Response, g

from aldia.domain.editable import groups
from aldia.flows import edit_text
from aldia.pages import guard, text_editor
from aldia.pages.forms import Typed
from aldia.pages.render import ports
from aldia.pages.settings_shell import TABS, back_to, screen, shown


@screen.get("/ajustes/textos")
@guard.signed_in
def texts() -> Response:
    """Every letter with whose words it has; the one that was asked for, to be edited."""
    return text_editor.opened(_desk())


@screen.post("/ajustes/textos")
@guard.signed_in
def save_text() -> Response:
    """Save a version, go back one, give it back to the product, mend a finding, try it, or only look."""
    return text_editor.posted(_desk())


@screen.post("/ajustes/textos/ver")
@guard.signed_in
def look_at_text() -> Response:
    """The letter with what is being typed; nothing is saved."""
    return text_editor.looked_at(_desk())


def _desk() -> text_editor.Desk:
    found = groups([g.account.defaults.ladder or ()])
    return text_editor.Desk(TABS["texts"], found, g.account.language, _shown, _back, _write)


def _shown(typed: Typed, name: str, values: Mapping[str, Any]) -> Response:
    return shown("texts", typed, screen=name, **values)


def _back(said: str, query: Mapping[str, str]) -> Response:
    return back_to("texts", said, **query)


def _write(do: str, name: str, typed: Typed) -> None:
    seen = typed.get("seen")
    if do == "save":
        edit_text.save(ports(), g.account, name, text=typed.get("text"), closing=typed.get("closing"), seen=seen)
    elif do == "undo":
        edit_text.undo(ports(), g.account, name, seen=seen)
    else:
        edit_text.reset(ports(), g.account, name, seen=seen)

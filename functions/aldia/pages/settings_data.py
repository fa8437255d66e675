"""Everything to take along, and the end of the account."""

from functools import partial

from flask import Response, g

from aldia.flows import delete_account, export_account
from aldia.i18n import catalog
from aldia.pages import guard
from aldia.pages.forms import Typed
from aldia.pages.render import language, page, ports, t
from aldia.pages.settings_shell import kept, prove_first, screen, shown


@screen.get("/ajustes/datos")
@guard.signed_in
def data() -> Response:
    """The two buttons."""
    return shown("data", Typed(dict(kept("data"))))


@screen.post("/ajustes/datos/exportar")
@guard.signed_in
def export() -> Response:
    """One ZIP with everything."""
    typed = Typed()
    asked = prove_first(typed, "data")
    if asked or typed.errors:
        return asked or shown("data", typed)
    spoken = language()
    say = partial(_say, spoken)
    pieces = export_account.export(ports(), g.account, say=say)
    name = f"al-dia-{ports().clock.now():%Y-%m-%d}.zip"
    answer = Response(pieces, mimetype="application/zip")
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


@screen.post("/ajustes/datos/borrar")
@guard.signed_in
def delete() -> Response:
    """The account goes, once its own word has been typed."""
    typed = Typed()
    if typed.get("confirm").strip().casefold() != t("settings.delete_word").casefold():
        typed.errors["confirm"] = t("settings.delete_wrong", word=t("settings.delete_word"))
        return shown("data", typed)
    asked = prove_first(typed, "data")
    if asked or typed.errors:
        return asked or shown("data", typed)
    account = g.account
    delete_account.begin(ports(), account)
    delete_account.go_on(ports(), account.id)
    g.account = None
    answer = page("pages/settings_deleted.html")
    guard.set_cookie(answer, "s", "", seconds=0)
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def _say(spoken: str, key: str) -> str:
    """A text of the export; it is said while the answer is already on its way."""
    return catalog.text(spoken, f"export.{key}")

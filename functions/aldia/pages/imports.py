"""Import: files dropped or pasted, looked at line by line, confirmed, saved in steps, taken back as a whole."""

from flask import Blueprint, Response, abort, g, redirect, request
from werkzeug.datastructures import FileStorage

from aldia.domain.errors import Refused
from aldia.flows import foresee_import, import_debts, import_files, undo_import
from aldia.flows.import_files import Draft, Upload
from aldia.imports.sniffing import MOST_BYTES
from aldia.imports.template import template
from aldia.pages import guard, imports_form, imports_view
from aldia.pages.forms import Typed
from aldia.pages.render import is_fragment_request, page, ports, t
from aldia.ports import Conflict
from aldia.store import imports
from aldia.store.imports import ImportRecord

screen = Blueprint("imports", __name__)

MOST_FILES = 200
INLINE = 30  # debts of which the letters are worked out at once; of more they come after the page


@screen.get("/importar")
@guard.signed_in
def start() -> Response:
    """Where files are dropped, and what was imported before."""
    return _start()


@screen.get("/importar/plantilla-<language>.csv")
@guard.signed_in
def empty_table(language: str) -> Response:
    """The table to fill in."""
    if language not in ("es", "en"):
        abort(404)
    name = "plantilla-al-dia.csv" if language == "es" else "al-dia-template.csv"
    answer = Response(template(language), mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


@screen.post("/importar")
@guard.signed_in
def upload() -> Response:
    """Read what was dropped or pasted and show it; nothing is saved as a debt."""
    uploads = _uploads()
    if not uploads:
        return _start(422, error=t("imports.nothing_chosen"))
    if len(uploads) > MOST_FILES:
        return _start(422, error=t("imports.too_many_files", most=MOST_FILES))
    record, readings = import_files.stage(ports(), g.account, uploads)
    if record is None:
        return _start(422, refused=imports_view.refusals(readings))
    return _to(record)


def _uploads() -> list[Upload]:
    """(name, bytes) of every file that was chosen, and of the pasted text."""
    found = [
        (_name(file), file.stream.read(MOST_BYTES + 1)) for file in request.files.getlist("files") if file.filename
    ]
    pasted = request.form.get("pasted", "")
    if pasted.strip():
        found.append((t("imports.pasted_name"), pasted.encode("utf-8", "replace")))
    return found


def _name(file: FileStorage) -> str:
    """The file's own name, without folders and signs that cannot be shown."""
    last = (file.filename or "").replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in last if sign.isprintable())[:100].strip() or t("imports.file_name")


def _start(status: int = 200, **more: object) -> Response:
    pasted = request.form.get("pasted", "")
    shown = {"error": "", "refused": [], "pasted": pasted, "latest": imports.latest(ports(), g.account.id)} | more
    return page("pages/import.html", status, megabytes=MOST_BYTES // 1024**2, **shown)


@screen.get("/importar/<import_id>")
@guard.signed_in
def show(import_id: str) -> Response:
    """The import as it stands: to be looked at, being saved, done, taken back."""
    record = _record(import_id)
    if record.state == "draft":
        return _draft_page(record, Typed(imports_form.fresh(record.choices, g.account)))
    return page("pages/import_done.html", 200, **imports_view.done(ports(), record))


def _draft_page(record: ImportRecord, typed: Typed, status: int = 200, *, column_error: str = "") -> Response:
    draft = import_files.draft(ports(), g.account, record)
    if draft is None:
        abort(404)
    is_small = len(draft.lines) <= INLINE
    wants = is_small or "cartas" in request.args
    ahead = foresee_import.letters_ahead(ports(), g.account, draft) if wants and draft.lines else None
    return page(
        "pages/import_draft.html",
        status,
        typed=typed,
        errors=typed.errors,
        ahead=ahead,
        column_error=column_error,
        **imports_view.draft(draft, g.account, imports_view.Looking.of(request.args)),
    )


@screen.get("/importar/<import_id>/cartas")
@guard.signed_in
def letters(import_id: str) -> Response:
    """Which letters would go when, for a set that is too large to work it out with the page."""
    record, draft = _draft(import_id)
    ahead = foresee_import.letters_ahead(ports(), g.account, draft)
    return page("fragments/import_letters.html", ahead=ahead, record=record)


@screen.post("/importar/<import_id>/cartas")
@guard.signed_in
def choose(import_id: str) -> Response:
    """Keep the choices and show the letters that would go with them."""
    record, draft = _draft(import_id)
    typed = Typed()
    choices = imports_form.read(typed, draft)
    if choices is None and is_fragment_request():
        wrong = list(dict.fromkeys(typed.errors.values()))
        return page("fragments/import_letters.html", 422, ahead=None, record=record, wrong=wrong)
    if choices is None:
        return _draft_page(record, typed, 422)
    record = import_files.choose(ports(), record, choices)
    if not is_fragment_request():
        return redirect(f"/importar/{record.id}?cartas=1#import_letters", 303)  # type: ignore[return-value]
    draft = import_files.draft(ports(), g.account, record) or draft
    ahead = foresee_import.letters_ahead(ports(), g.account, draft)
    return page("fragments/import_letters.html", ahead=ahead, record=record)


@screen.post("/importar/<import_id>/columnas")
@guard.signed_in
def columns(import_id: str) -> Response:
    """Read the files again with the columns as they were corrected."""
    record, draft = _draft(import_id)
    try:
        mappings = imports_form.columns(draft.readings, request.form)
    except Refused as refused:
        typed = Typed(imports_form.fresh(record.choices, g.account))
        return _draft_page(
            record, typed, 422, column_error=t(refused.key, name=t(f"import.field.{refused.facts['name']}"))
        )
    return _to(import_files.reread(ports(), g.account, record, mappings))


@screen.post("/importar/<import_id>/guardar")
@guard.signed_in
def confirm(import_id: str) -> Response:
    """The set is confirmed: its debts are saved from here on, as many at once as fit a request."""
    record = _record(import_id)
    if record.state != "draft":  # another tab confirmed it
        return _to(record)
    record, draft = _draft(import_id)
    typed = Typed()
    choices = imports_form.read(typed, draft)
    if choices is None or not draft.lines:
        return _draft_page(record, typed, 422)
    record = import_files.choose(ports(), record, choices)
    draft = import_files.draft(ports(), g.account, record) or draft
    record = import_debts.confirm(ports(), g.account, draft)
    return _to(import_debts.save_some(ports(), g.account, record))


@screen.post("/importar/<import_id>/seguir")
@guard.signed_in
def go_on(import_id: str) -> Response:
    """Save, or take back, some more; the fragment asks again by itself until it is done."""
    record = _record(import_id)
    is_busy = False
    try:
        if record.state == "saving":
            record = import_debts.save_some(ports(), g.account, record)
        elif record.state == "undoing":
            record = undo_import.undo_some(ports(), g.account, record)
    except Conflict:  # another tab is at it
        record, is_busy = _record(import_id), True
    if not is_fragment_request():
        return _to(record)
    if record.state in ("saving", "undoing"):
        return page("fragments/import_progress.html", record=record, is_busy=is_busy)
    return Response(status=204, headers={"HX-Redirect": f"/importar/{record.id}"})


@screen.post("/importar/<import_id>/descartar")
@guard.signed_in
def drop(import_id: str) -> Response:
    """Forget a draft."""
    record = _record(import_id)
    if record.state == "draft":
        import_files.drop(ports(), record)
    return redirect("/importar?said=import_dropped", 303)  # type: ignore[return-value]


@screen.post("/importar/<import_id>/deshacer")
@guard.signed_in
def undo(import_id: str) -> Response:
    """Take the whole set back, while nothing was sent from it."""
    record = _record(import_id)
    try:
        record = undo_import.begin(ports(), record) if record.state == "saved" else record
    except Refused as refused:
        shown = imports_view.done(ports(), record) | {"error": t(refused.key)}
        return page("pages/import_done.html", 422, **shown)
    return _to(undo_import.undo_some(ports(), g.account, record))


def _record(import_id: str) -> ImportRecord:
    """This account's import of that id; 404 when it has none."""
    return imports.load(ports(), g.account.id, import_id) or abort(404)


def _draft(import_id: str) -> tuple[ImportRecord, Draft]:
    """A draft with its lines; 404 when it is none (any more)."""
    record = _record(import_id)
    draft = import_files.draft(ports(), g.account, record) if record.state == "draft" else None
    return (record, draft) if draft else abort(404)


def _to(record: ImportRecord) -> Response:
    return redirect(f"/importar/{record.id}", 303)  # type: ignore[return-value]

"""A personal note for the next letter of a debt: written beside it, read by the linter while one types, and tried."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, g

from aldia.domain.case import Case, Letter
from aldia.domain.debt import Debt, LetterNote
from aldia.domain.errors import Refused
from aldia.domain.ladder import ladder_of, step_of
from aldia.domain.letter_notes import FACT, checked
from aldia.domain.reminders import foreseen
from aldia.domain.tone_fixes import mended
from aldia.flows import letter_note
from aldia.flows.own_letter import drafted
from aldia.mail.headers import paragraphs
from aldia.pages import debt as debt_page
from aldia.pages import guard, text_editor, text_preview
from aldia.pages.debt_ahead import reach
from aldia.pages.forms import Typed
from aldia.pages.render import page, ports, step_name, t
from aldia.pages.settings_shell import tried
from aldia.pages.text_preview import PAGE, Draft

screen = Blueprint("note", __name__)
FORM = "nota"


@screen.post("/cobros/<client_id>/<debt_id>/nota")
@guard.signed_in
def save(client_id: str, debt_id: str) -> Response:
    """Save the note, take it away, mend a finding, send a trial to oneself, or only look."""
    case, debt = debt_page.found(client_id, debt_id)
    typed = Typed()
    do, ids = typed.get("do"), (g.account.id, client_id, debt_id)
    if typed.get("fix"):
        typed.values["text"] = mended(typed.get("text"), typed.get("fix"), case.client.language)
        return _again(case, debt, typed)
    if do == "remove":
        tried(typed, lambda: letter_note.remove(ports(), ids, seen=typed.get("seen")))
        return _again(case, debt, typed) if typed.errors else debt_page.done((case, debt), "note_removed")
    draft = look(case, debt, typed)["note_draft"]
    if do in ("look", "try"):
        if do == "try" and text_editor.passes(draft, typed, needs_tick=False):
            text_editor.sent_to_oneself(draft, typed)
        return _again(case, debt, typed, is_tried=do == "try" and not typed.errors)
    if not text_editor.passes(draft, typed, needs_tick=True):
        return _again(case, debt, typed)
    words = {"key": typed.get("letter"), "text": typed.get("text"), "seen": typed.get("seen")}
    goes = tried(typed, lambda: letter_note.write(ports(), ids, **words))
    if typed.errors:
        return _again(*debt_page.found(client_id, debt_id), typed)
    return debt_page.done((case, debt), "note_saved" if goes else "note_kept")


@screen.post("/cobros/<client_id>/<debt_id>/nota/ver")
@guard.signed_in
def look_at_note(client_id: str, debt_id: str) -> Response:
    """The letter with what is being typed, and what the linter says of it; nothing is saved."""
    case, debt = debt_page.found(client_id, debt_id)
    typed = Typed()
    values = look(case, debt, typed)
    return page("fragments/note_draft.html", typed=typed, errors=typed.errors, opened=FORM, **values)


def _again(case: Case, debt: Debt, typed: Typed, *, is_tried: bool = False) -> Response:
    """The page with the form open and the letter under it."""
    more: dict[str, Any] = look(case, debt, typed)
    if is_tried:
        more["notices"] = [{"text": t("settings.said_text_try")}]
    return debt_page.shown(case, debt, 422 if typed.errors else 200, opened=FORM, typed=typed, **more)


def look(case: Case, debt: Debt, typed: Typed) -> dict[str, Any]:
    """`note_draft`: the letter that would take these words; None when they cannot stand in a letter."""
    try:
        words = paragraphs(checked(typed.get("text")))
        draft = drawn(case, debt, typed.get("letter"), words, now=ports().clock.now())
    except Refused as refused:
        typed.refuse(refused, "text")
        return {"note_draft": None, "note_fixes": {}}
    return {"note_draft": draft, "note_fixes": text_editor.fixes(draft, words, case.client.language)}


def drawn(case: Case, debt: Debt, key: str, words: str, *, now: datetime) -> Draft:
    """The letter with the note, as it is foreseen; where none is, as it would be on its step's day."""
    noted = replace(debt, letter_note=LetterNote(key[:80], words, now))
    held, letter = _taking(case.with_debt(noted), noted, now) or _would_take(case, debt, key, words)
    message, verdict = drafted(ports(), held, letter, link=PAGE, stop_link="")
    return Draft(message, verdict, t("letter_note.goes_in", step=step_name(letter.step)))


def _taking(case: Case, debt: Debt, now: datetime) -> tuple[Case, Letter] | None:
    """The letter that takes the note, and the case as it is then; a letter that waits for a click is given it."""
    clicked = replace(debt, approved=tuple(rung.step for rung in ladder_of(debt) if rung.approve))
    for ready in (case, case.with_debt(clicked)):
        for _at, _before, outcome in foreseen(ready, now, until=reach(case, debt, now)):
            for letter in outcome.letters:
                if FACT in letter.facts and any(part.debt_id == debt.id for part in letter.parts):
                    return outcome.case, letter
    return None


def _would_take(case: Case, debt: Debt, key: str, words: str) -> tuple[Case, Letter]:
    step = step_of(key)
    known = step if step in {rung.step for rung in ladder_of(debt)} else "overdue_1"
    letter = text_preview.letter_of(case, debt, known)
    return case, replace(letter, facts={FACT: words})

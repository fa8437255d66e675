"""The freelancer's own words for each letter: a list, an editor, and the letter as it would go, read by the linter."""

from typing import Any

from flask import Response, g, request

from aldia.domain.errors import Refused
from aldia.domain.own_texts import LANGUAGES, VARIABLES, checked, key, steps_of
from aldia.domain.tone_fixes import mended, replacement
from aldia.flows import edit_text, try_letter
from aldia.i18n import catalog
from aldia.pages import guard, settings_example
from aldia.pages.forms import Typed
from aldia.pages.render import page, ports, t
from aldia.pages.settings_shell import TABS, back_to, screen, shown, tried
from aldia.store import own_texts

EXAMPLE = "overdue_1"  # whose first words an own step starts from


@screen.get("/ajustes/textos")
@guard.signed_in
def texts() -> Response:
    """Every letter with whose words it has; the one that was asked for, to be edited."""
    typed = Typed(_asked())
    if not typed.get("step"):
        return shown("texts", typed, rows=_rows())
    held = own_texts.load(ports(), g.account.id, key(typed.get("step"), typed.get("in")))
    return _editor(typed, text=held.text or starting(typed.get("step"), typed.get("in")))


@screen.post("/ajustes/textos")
@guard.signed_in
def save_text() -> Response:
    """Save a version, go back one, give it back to the product, mend a finding, or only look."""
    typed = Typed(_asked() | {name: Typed().get(name) for name in ("text", "seen", "do", "fix", "is_sure")})
    step, spoken = typed.get("step"), typed.get("in")
    if not step:
        return back_to("texts")
    if typed.get("fix"):
        return _editor(typed, text=mended(typed.get("text"), typed.get("fix"), spoken))
    do = typed.get("do")
    if do == "try":
        _try(typed)
        return _editor(typed, text=typed.get("text")) if typed.errors else back_to("texts", "text_try")
    if do == "look":
        return _editor(typed, text=typed.get("text"))
    if do in ("undo", "reset"):
        change = edit_text.undo if do == "undo" else edit_text.reset
        tried(typed, lambda: change(ports(), g.account, key(step, spoken), seen=typed.get("seen")))
    else:
        _save(typed, step, spoken)
    if typed.errors:
        return _editor(typed, text=typed.get("text"))
    return back_to("texts", f"text_{do}" if do in ("undo", "reset") else "saved", carta=step, idioma=spoken)


@screen.post("/ajustes/textos/ver")
@guard.signed_in
def look_at_text() -> Response:
    """The letter with what is being typed, and what the linter says of it; nothing is saved."""
    typed = Typed(_asked() | {"text": Typed().get("text")})
    if not typed.get("step"):
        return back_to("texts")
    return page("fragments/settings_text.html", typed=typed, errors=typed.errors, **_look(typed, typed.get("text")))


def starting(step: str, spoken: str) -> str:
    """The product's words, with variables, to start from."""
    name = f"texts.start_{step}"
    return catalog.text(spoken, name if catalog.has(spoken, name) else f"texts.start_{EXAMPLE}")


def _try(typed: Typed) -> None:
    """The letter as it would be, to the freelancer's own address, unless the linter blocks it."""
    draft = _look(typed, typed.get("text"))["draft"]
    if draft is None:
        return
    if draft[1].level == "block":
        typed.refuse(Refused("texts.blocked"), "text")
        return
    mark, note = t("texts.trial_mark"), t("texts.trial_note")
    tried(typed, lambda: try_letter.try_letter(ports(), g.account, draft[0], mark=mark, note=note))


def _save(typed: Typed, step: str, spoken: str) -> None:
    found = _look(typed, typed.get("text"))["draft"]
    if typed.errors or found is None:
        return
    if found[1].level == "block":
        typed.refuse(Refused("texts.blocked"), "text")
    elif found[1].level == "warn" and not typed.get("is_sure"):
        typed.refuse(Refused("texts.unsure"), "text")
    else:
        tried(
            typed,
            lambda: edit_text.save(
                ports(), g.account, key(step, spoken), text=typed.get("text"), seen=typed.get("seen")
            ),
        )


def _asked() -> dict[str, str]:
    """The step and the language that the address or the form names; no step when there is no such letter."""
    values = Typed(request.values)
    spoken = values.get("idioma") if values.get("idioma") in LANGUAGES else g.account.language
    step = values.get("carta") if values.get("carta") in _steps() else ""
    return {"step": step, "in": spoken}


def _steps() -> tuple[str, ...]:
    return steps_of(g.account.defaults.ladder or ())


def _rows() -> list[dict[str, Any]]:
    return [
        {"step": step, "own": [spoken for spoken in LANGUAGES if key(step, spoken) in g.account.texts]}
        for step in _steps()
    ]


def _editor(typed: Typed, *, text: str) -> Response:
    step, spoken = typed.get("step"), typed.get("in")
    held = own_texts.load(ports(), g.account.id, key(step, spoken))
    return shown(
        "texts",
        typed,
        screen="text",
        text=text,
        held=held,
        fingerprint=typed.get("seen") or edit_text.fingerprint(held.text),
        variables=[(name, t(f"texts.var_{meaning}")) for name, meaning in VARIABLES[spoken].items()],
        languages=[
            (f"{TABS['texts']}?carta={step}&idioma={code}", t(f"settings.language_{code}"), code == spoken, None)
            for code in LANGUAGES
        ],
        **_look(typed, text),
    )


def _look(typed: Typed, text: str) -> dict[str, Any]:
    """`draft`: the message and the linter's verdict; None when the words cannot stand in a letter."""
    try:
        words = checked(text)
    except Refused as refused:
        typed.refuse(refused, "text")
        return {"draft": None, "fixes": {}}
    draft = settings_example.letter_with(g.account, typed.get("step"), typed.get("in"), words, now=ports().clock.now())
    excerpts = {finding.excerpt for finding in draft[1].findings if finding.excerpt and finding.excerpt in words}
    return {"draft": draft, "fixes": {one: replacement(one, typed.get("in")) for one in excerpts}}

"""The editor of own words in letters, for all clients or for one: saving, mending, looking, trying, the way back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, g, request

from aldia.domain.case import Case
from aldia.domain.editable import ABOUT_NO_DEBT, Group, longest
from aldia.domain.errors import Refused
from aldia.domain.own_texts import LANGUAGES, OURS, OwnText, Source, Words, key, source_of, words_for
from aldia.domain.tone_fixes import mended, replacement
from aldia.flows import edit_text, try_letter
from aldia.pages import text_names, text_preview
from aldia.pages.forms import Typed
from aldia.pages.render import page, ports, t
from aldia.pages.settings_shell import tried
from aldia.pages.text_preview import Draft
from aldia.store import own_texts

TYPED = ("text", "closing")
OTHER = ("other", "other_closing")  # what was typed in the other language
FIELDS = (*TYPED, *OTHER, "seen", "do", "fix", "is_sure", "cobro")
TURNS = {f"look_{spoken}": spoken for spoken in LANGUAGES}
GIVEN_BACK = ("undo", "reset", "ours")


@dataclass(frozen=True, slots=True)
class Desk:
    """Whose words are edited, and how they are kept. `case`: the client's, None for all clients."""

    path: str
    groups: Mapping[Group, tuple[str, ...]]
    language: str  # that the editor opens with
    shown: Callable[[Typed, str, Mapping[str, Any]], Response]  # what was typed, "text" or "texts", values
    back: Callable[[str, Mapping[str, str]], Response]  # what was done, where to
    write: Callable[[str, str, Typed], None]  # what to do, the text's name, what was typed
    case: Case | None = None

    @property
    def steps(self) -> tuple[str, ...]:
        """Every letter that may be edited."""
        return tuple(step for steps in self.groups.values() for step in steps)

    @property
    def client_id(self) -> str:
        """Empty for all clients."""
        return self.case.client.id if self.case else ""

    def held(self, name: str) -> OwnText:
        """All versions of a text of this desk."""
        return own_texts.load(ports(), g.account.id, name, self.client_id)

    def source(self, name: str) -> Source:
        """Whose words hold in the letters that this desk is about."""
        return source_of(name, self.case.client if self.case else None, g.account.texts)


def opened(desk: Desk) -> Response:
    """Every letter with whose words it has; the one that was asked for, to be edited."""
    typed = Typed(_asked(desk))
    if not typed.get("step"):
        return desk.shown(typed, "texts", {"groups": _groups(desk), "path_": desk.path})
    return _editor(desk, typed, words=_in_force(desk, typed))


def posted(desk: Desk) -> Response:
    """Save a version, go back one, give it back, mend a finding, send a trial to oneself, or look, in one language."""
    typed = Typed(_asked(desk) | {name: Typed().get(name) for name in FIELDS})
    step, spoken, do = typed.get("step"), typed.get("in"), typed.get("do")
    if not step:
        return desk.back("", {})
    if typed.get("fix"):
        fixed = (mended(typed.get(name), typed.get("fix"), spoken) for name in TYPED)
        return _editor(desk, typed, words=Words(*fixed))
    if do in TURNS:
        return _turned(desk, typed, to=TURNS[do])
    if do == "try":
        _try(desk, typed)
    elif do in GIVEN_BACK:
        tried(typed, lambda: desk.write(do, key(step, spoken), typed))
    elif do != "look":
        _save(desk, typed)
    if typed.errors or do in ("look", "try"):  # a trial saves nothing: what was typed stays
        return _editor(desk, typed, words=_typed(typed))
    said = f"text_{do}" if do in GIVEN_BACK else "saved"
    if _typed(typed, OTHER):  # not saved yet: it is shown next, instead of being lost
        other = next(one for one in LANGUAGES if one != spoken)
        typed.values |= dict.fromkeys(TYPED, "")
        answer = _turned(desk, typed, to=other, notice=t(f"settings.said_{said}"))
        answer.status_code = 200  # this language is saved, whatever the draft of the other one still lacks
        return answer
    return desk.back(said, {"carta": step, "idioma": spoken})


def _turned(desk: Desk, typed: Typed, *, to: str, notice: str = "") -> Response:
    """The editor in the other language, with what was typed there; what was typed here waits in the form."""
    if to == typed.get("in"):
        return _editor(desk, typed, words=_typed(typed))
    left, waits = _typed(typed), _typed(typed, OTHER)
    kept = OURS if _trimmed(left) == _in_force(desk, typed) else left
    typed.values |= {"in": to, "seen": "", **dict(zip(OTHER, (kept.opening, kept.closing), strict=True))}
    return _editor(desk, typed, words=waits or _in_force(desk, typed), notice=notice)


def _typed(typed: Typed, names: tuple[str, str] = TYPED) -> Words:
    """The words as they were typed."""
    return Words(*(typed.get(name) for name in names))


def _trimmed(words: Words) -> Words:
    """As they would be saved."""
    return Words(*(text.replace("\r\n", "\n").strip() for text in (words.opening, words.closing)))


def looked_at(desk: Desk) -> Response:
    """The letter with what is being typed, and what the linter says of it; nothing is saved."""
    typed = Typed(_asked(desk) | {name: Typed().get(name) for name in (*TYPED, "cobro")})
    if not typed.get("step"):
        return desk.back("", {})
    values = look(desk, typed, _typed(typed))
    return page("fragments/settings_text.html", typed=typed, errors=typed.errors, **values)


def _in_force(desk: Desk, typed: Typed) -> Words:
    """The words to begin with: those that hold now."""
    name = key(typed.get("step"), typed.get("in"))
    source = desk.source(name)
    if source == "ours":
        return Words(text_names.starting(typed.get("step"), typed.get("in")))
    return own_texts.load(ports(), g.account.id, name, desk.client_id if source == "client" else "").words


def _asked(desk: Desk) -> dict[str, str]:
    """The step and the language that the address or the form names; no step when there is no such letter."""
    values = Typed(request.values)
    spoken = values.get("idioma") if values.get("idioma") in LANGUAGES else desk.language
    step = values.get("carta") if values.get("carta") in desk.steps else ""
    return {"step": step, "in": spoken, "cobro": values.get("cobro")}


def _groups(desk: Desk) -> list[dict[str, Any]]:
    """The letters by group, and whose words each has in each language."""
    return [{"name": name, "rows": [_row(desk, step) for step in steps]} for name, steps in desk.groups.items()]


def _row(desk: Desk, step: str) -> dict[str, Any]:
    of = [(code, desk.source(key(step, code))) for code in LANGUAGES]
    is_changed = any(source != "ours" for _code, source in of)
    return {"step": step, "when": text_names.when(step), "of": of, "is_changed": is_changed}


def _editor(desk: Desk, typed: Typed, *, words: Words, notice: str = "") -> Response:
    step, spoken = typed.get("step"), typed.get("in")
    name = key(step, spoken)
    held = desk.held(name)
    group = next(group for group, steps in desk.groups.items() if step in steps)
    values = {
        "path_": desk.path,
        "words": words,
        "held": held,
        "source": desk.source(name),
        "account_has_own": name in g.account.texts,
        "fingerprint": typed.get("seen") or edit_text.seen_as(held.words),
        "longest": longest(step),
        **text_names.names(step, spoken, group),
        "debts": [] if step in ABOUT_NO_DEBT else text_preview.choices(g.account, desk.case),
        "languages": [(f"look_{code}", t(f"settings.language_{code}"), code == spoken) for code in LANGUAGES],
    }
    if typed.get("do") == "try" and not typed.errors:
        notice = t("settings.said_text_try")
    if notice:
        values["notices"] = [{"text": notice}]
    return desk.shown(typed, "text", values | look(desk, typed, words))


def look(desk: Desk, typed: Typed, shown: Words) -> dict[str, Any]:
    """`draft`: the letter and the linter's verdict; None when the words cannot stand in a letter."""
    try:
        words = words_for(typed.get("step"), shown.opening, shown.closing)
        draft = text_preview.drawn(
            desk.case, typed.get("cobro"), step=typed.get("step"), spoken=typed.get("in"), words=words
        )
    except Refused as refused:
        typed.refuse(refused, "text")
        return {"draft": None, "fixes": {}}
    return {"draft": draft, "fixes": fixes(draft, words.whole, typed.get("in"))}


def fixes(draft: Draft, words: str, spoken: str) -> dict[str, str]:
    """What the linter found in the freelancer's own words, each with a calmer word or nothing."""
    excerpts = {finding.excerpt for finding in draft.verdict.findings if finding.excerpt and finding.excerpt in words}
    return {one: replacement(one, spoken) for one in excerpts}


def passes(draft: Draft | None, typed: Typed, *, needs_tick: bool) -> bool:
    """Whether the words may be saved or sent; else the sentence stands under the field."""
    if typed.errors or draft is None:
        return False
    if draft.verdict.level == "block":
        typed.refuse(Refused("texts.blocked"), "text")
    elif needs_tick and draft.verdict.level == "warn" and not typed.get("is_sure"):
        typed.refuse(Refused("texts.unsure"), "text")
    return not typed.errors


def _try(desk: Desk, typed: Typed) -> None:
    """The letter as it would be, to the freelancer's own address, unless the linter blocks it."""
    draft = look(desk, typed, _typed(typed))["draft"]
    if passes(draft, typed, needs_tick=False):
        sent_to_oneself(draft, typed)


def sent_to_oneself(draft: Draft, typed: Typed) -> None:
    """The draft as a trial; what went wrong stands beside the form."""
    mark, note = t("texts.trial_mark"), t("texts.trial_note", about=draft.about)
    tried(typed, lambda: try_letter.try_letter(ports(), g.account, draft.message, mark=mark, note=note))


def _save(desk: Desk, typed: Typed) -> None:
    draft = look(desk, typed, _typed(typed))["draft"]
    if passes(draft, typed, needs_tick=True):
        tried(typed, lambda: desk.write("save", key(typed.get("step"), typed.get("in")), typed))

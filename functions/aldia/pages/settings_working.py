"""How I work with payments: made from the settings, with the freelancer's own words; looked at, then published."""

from collections.abc import Mapping
from typing import Any

from flask import Response, abort, g, request

from aldia.domain.account import Account
from aldia.domain.errors import Refused
from aldia.domain.notes import check_note
from aldia.domain.tone import Verdict, check
from aldia.domain.tone_fixes import mended, replacement
from aldia.domain.working_terms import FIRM, LANGUAGES, SHARED
from aldia.flows import publish_terms, settings_change, usual_limit
from aldia.mail.headers import paragraphs
from aldia.pages import guard, limit_form
from aldia.pages.forms import Typed
from aldia.pages.render import language, page, ports, t
from aldia.pages.settings_shell import TABS, back_to, screen, shown, tried
from aldia.store import working_terms

MOST_WORDS = 600
LOOKS = {f"look_{spoken}": spoken for spoken in LANGUAGES}  # the buttons over the preview


@screen.get("/ajustes/como-trabajo")
@guard.signed_in
def working() -> Response:
    """The form, filled with the newest version's words; what clients read, in one of both languages.

    `?version=N` shows one version as it was published, to read only.
    """
    if "version" in request.args:
        return _version(request.args["version"])
    return _shown(Typed(_as_typed(g.account) | {"in": request.args.get("idioma", "")}))


@screen.post("/ajustes/como-trabajo")
@guard.signed_in
def publish_working() -> Response:
    """Publish a version, mend a finding, or only look at it, in either language; what was typed stays."""
    typed = Typed()
    looks, fix = typed.get("do").startswith("look"), typed.get("fix")
    typed.values["in"] = LOOKS.get(typed.get("do"), typed.get("in"))
    for spoken in LANGUAGES if fix else ():
        typed.values[f"words_{spoken}"] = mended(typed.get(f"words_{spoken}"), fix, spoken)
    words, verdicts = _words(typed), _verdicts(typed)
    if typed.errors or looks or fix:
        return _shown(typed, verdicts)
    if any(verdict.level == "block" for verdict in verdicts.values()):
        typed.refuse(Refused("working.set_blocked"), "form")
    elif any(verdict.level == "warn" for verdict in verdicts.values()) and not typed.get("is_sure"):
        typed.refuse(Refused("working.set_unsure"), "form")
    if typed.errors:
        return _shown(typed, verdicts)
    was = g.account.published
    changed = tried(
        typed,
        lambda: publish_terms.publish(ports(), g.account, words=words, firm=_firm(typed), seen=typed.get("seen")),
    )
    if changed is None:
        return _shown(typed, verdicts)
    return back_to("working", "terms_same" if changed.published == was else "terms_published")


@screen.post("/ajustes/como-trabajo/ver")
@guard.signed_in
def look_at_working() -> Response:
    """What the linter says of the words while they are typed; nothing is saved."""
    typed = Typed()
    _words(typed)
    readings = _readings(typed, _verdicts(typed))
    return page("fragments/working_read.html", typed=typed, errors=typed.errors, readings=readings)


@screen.post("/ajustes/como-trabajo/limite")
@guard.signed_in
def save_limit() -> Response:
    """The limit of every client without one of its own."""
    typed = Typed()
    limit = limit_form.read(typed, g.account)
    if typed.errors or not tried(
        typed, lambda: usual_limit.set_usual_limit(ports(), g.account, limit, seen=typed.get("seen"))
    ):
        typed.values = _as_typed(g.account) | typed.values
        return _shown(typed)
    return back_to("working", "saved")


def _version(number: str) -> Response:
    """What a client of that version accepted, word by word; 404 when there is none."""
    newest = g.account.published
    known = {str(one): one for one in range(1, newest.number + 1)} if newest else {}
    version = working_terms.load(ports(), g.account.id, known[number]) if number in known else None
    if version is None:
        abort(404)
    asked = request.args.get("idioma", "")
    spoken = asked if asked in version.texts else language()
    address = f"{TABS['working']}?version={version.number}&idioma="
    values: dict[str, Any] = {
        "version": version,
        "spoken": spoken,
        "languages": [(address + code, t(f"settings.language_{code}"), code == spoken, None) for code in LANGUAGES],
    }
    return shown("working", Typed({}), screen="working_version", sections=version.texts[spoken], **values)


def _as_typed(account: Account) -> dict[str, str]:
    newest = working_terms.load(ports(), account.id, account.published.number) if account.published else None
    if newest is None:
        return {}
    words = {f"words_{spoken}": newest.words.get(spoken, "") for spoken in LANGUAGES}
    return words | {f"firm_{name}": "on" for name in newest.firm}


def _words(typed: Typed) -> dict[str, str]:
    """The freelancer's own, by language; sentences in `typed.errors`."""
    return {spoken: typed.take(f"words_{spoken}", _plain, "") for spoken in LANGUAGES}


def _plain(text: str) -> str:
    return paragraphs(check_note(text, field="", most=MOST_WORDS), at_most=MOST_WORDS)


def _firm(typed: Typed) -> tuple[str, ...]:
    return tuple(name for name in FIRM if typed.get(f"firm_{name}") == "on")


def _verdicts(typed: Typed) -> dict[str, Verdict]:
    """What the linter says of the own words; that they ask for nothing is no fault here."""
    found = {}
    for spoken in LANGUAGES:
        read = check(typed.get(f"words_{spoken}"), step=SHARED, language=spoken, country=g.account.country)
        findings = tuple(one for one in read.findings if not one.rule.startswith(("no_", "has_")))
        if findings:
            found[spoken] = Verdict(findings[0].level, findings)
    return found


def _readings(typed: Typed, verdicts: Mapping[str, Verdict]) -> list[tuple[str, Verdict, dict[str, str]]]:
    """By language in which there are words: what the linter says, and what one press would put in place of what."""
    found = []
    for spoken in LANGUAGES:
        words, verdict = typed.get(f"words_{spoken}"), verdicts.get(spoken, Verdict("ok"))
        excerpts = {finding.excerpt for finding in verdict.findings if finding.excerpt and finding.excerpt in words}
        if words.strip():
            found.append((spoken, verdict, {one: replacement(one, spoken) for one in excerpts}))
    return found


def _shown(typed: Typed, verdicts: dict[str, Verdict] | None = None) -> Response:
    spoken = typed.get("in") if typed.get("in") in LANGUAGES else language()
    words = {} if typed.errors else _words(typed)
    typed.values = limit_form.as_typed(g.account.open_limit, g.account.currency or "EUR") | typed.values
    draft = publish_terms.draft(ports(), g.account, words=words, firm=_firm(typed))
    newest = g.account.published
    values: dict[str, Any] = {
        "newest": newest,
        "has_moved": publish_terms.has_moved(ports(), g.account),
        "next": draft.number,
        "sections": draft.texts[spoken],
        "spoken": spoken,
        "firm": FIRM,
        "verdicts": verdicts or {},
        "readings": [] if verdicts is None else _readings(typed, verdicts),
        "limit_seen": settings_change.fingerprint(g.account, "limit"),
        "currencies": limit_form.currencies(typed.get("limit_currency")),
        "languages": [(f"look_{code}", t(f"settings.language_{code}"), code == spoken) for code in LANGUAGES],
    }
    return shown("working", typed, **values)

"""The address that opens the account, and the browsers that are signed in."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from flask import Response, abort, g, redirect

from aldia.domain.account import Account
from aldia.domain.errors import Refused
from aldia.domain.parsing import parse_email
from aldia.flows import change_email, prove_again
from aldia.mail.account_mail import masked
from aldia.pages import guard
from aldia.pages.forms import Typed
from aldia.pages.render import page, ports, sentence
from aldia.pages.settings_shell import HOME, back_to, kept, prove_first, screen, shown, tried
from aldia.pages.sign_in import SESSION_SECONDS
from aldia.ports import Write
from aldia.store import accounts, tokens


@screen.get("/ajustes/seguridad")
@guard.signed_in
def security() -> Response:
    """The address and the sessions."""
    return _shown(Typed(dict(kept("security"))))


@screen.post("/ajustes/seguridad")
@guard.signed_in
def ask_for_email() -> Response:
    """Another address: it is written to first."""
    typed = Typed()
    email = typed.take("email", parse_email, "")
    typed.need("email", "sign_in.email_missing")
    if typed.errors:
        return _shown(typed)
    asked = prove_first(typed, "security")
    if asked or typed.errors:
        return asked or _shown(typed)
    tried(typed, lambda: change_email.ask(ports(), g.account, email=email))
    if typed.errors:
        return _shown(typed)
    prove_again.forget(ports(), g.account, g.secret)
    return back_to("security", "email_asked")


@screen.post("/ajustes/seguridad/codigo")
@guard.signed_in
def confirm_email() -> Response:
    """The six digits that went to the new address, or the wish to keep the old one."""
    typed = Typed()
    if typed.get("do") == "cancel":
        change_email.call_off(ports(), g.account)
        return back_to("security", "email_kept")
    code = typed.get("code")[:40]
    return _moved(typed, lambda more: change_email.with_code(ports(), g.account, code=code, more=more))


@screen.get("/ajustes/correo/<token>")
@guard.signed_in
def email_link(token: str) -> Response:
    """The link that went to the new address: a page with one button, since scanners open links too."""
    if not change_email.is_asked(ports(), g.account, token):
        abort(404)
    return page("pages/settings_email.html", token=token, email=change_email.waiting(ports(), g.account))


@screen.post("/ajustes/correo/<token>")
@guard.signed_in
def confirm_email_link(token: str) -> Response:
    """The button of that page."""
    if not change_email.is_asked(ports(), g.account, token):
        abort(404)
    return _moved(Typed(), lambda more: change_email.with_link(ports(), g.account, token=token, more=more))


def _moved(typed: Typed, change: Callable[[Sequence[Write]], Account]) -> Response:
    """The address changes: every session and every mailed door is shut; this browser goes on."""
    secret, writes = _anew(ports().clock.now())
    if tried(typed, lambda: change(writes)) is None:
        return _shown(typed)
    return _in_this_browser("email_changed", secret)


@screen.post("/ajustes/seguridad/cerrar")
@guard.signed_in
def close_all() -> Response:
    """Sign out everywhere else; this browser goes on with a new session."""
    now = ports().clock.now()
    secret, writes = _anew(now)
    accounts.save(ports(), replace(g.account, sessions_from=now), *writes)
    return _in_this_browser("closed_all", secret)


def _anew(now: datetime) -> tuple[str, tuple[Write, ...]]:
    """A new session for this browser in the place of its old one: its secret, and what writes it."""
    secret = ports().ids.token()
    opened = tokens.put_session(ports(), secret, replace(g.session, opened_at=now, seen_at=now))
    return secret, (opened, tokens.close_session(g.secret))


def _in_this_browser(said: str, secret: str) -> Response:
    answer = back_to("security", said)
    guard.set_cookie(answer, "s", secret, seconds=SESSION_SECONDS)
    return answer


@screen.get("/ajustes/eres-tu")
@guard.signed_in
def prove_page() -> Response:
    """Where the six digits go."""
    if prove_again.waiting(ports(), g.account, g.secret) is None:
        return redirect(HOME, 303)  # type: ignore[return-value]
    return _prove("", "")


@screen.post("/ajustes/eres-tu")
@guard.signed_in
def prove() -> Response:
    """Back to the form, as it was left, with a session that is fresh again."""
    typed = Typed().get("code")
    try:
        back = prove_again.prove(ports(), g.account, g.session, g.secret, code=typed[:40])
    except Refused as refused:
        return _prove(typed, sentence(refused))
    return redirect(f"{back}?sigue=1&said=proved", 303)  # type: ignore[return-value]


def _prove(typed: str, error: str) -> Response:
    return page(
        "pages/settings_prove.html", 422 if error else 200, typed=typed, error=error, email=masked(g.account.email)
    )


def _shown(typed: Typed) -> Response:
    return shown(
        "security", typed, part="", new_email=change_email.waiting(ports(), g.account), opened_at=g.session.opened_at
    )

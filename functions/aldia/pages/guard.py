"""Who may do what: our own host, our own pages' forms, a live session, and headers on every answer."""

import hmac
import ipaddress
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, redirect, request

from aldia import assets
from aldia.pages.render import ports
from aldia.ports import Conflict, Ports
from aldia.store import accounts, tokens
from aldia.store.keys import hashed

SAFE = ("GET", "HEAD", "OPTIONS")


def exempt(view: Callable[..., Any]) -> Callable[..., Any]:
    """A route that other programs post to: no origin or form token is asked for."""
    view.is_exempt = True  # type: ignore[attr-defined]
    return view


def cookie_name(for_ports: Ports, name: str) -> str:
    """`__Host-` where the address is https; browsers refuse that prefix elsewhere."""
    return f"__Host-{name}" if for_ports.settings.is_https else name


def set_cookie(response: Response, name: str, value: str, *, seconds: int) -> None:
    """A session cookie: not for scripts, not for other sites. Gone at once for 0 seconds, by the same flags."""
    settings = ports().settings
    response.set_cookie(
        cookie_name(ports(), name), value, max_age=seconds, secure=settings.is_https, httponly=True, samesite="Lax"
    )


def network() -> str:
    """The /24 or /64 that the asker's address belongs to: what is counted where anybody may ask."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:  # nothing that names a network: counted as it is written
        return request.remote_addr or ""
    address = getattr(address, "ipv4_mapped", None) or address
    return str(ipaddress.ip_network((str(address), 64 if address.version == 6 else 24), strict=False))


def form_token(secret: str) -> str:
    """The token that proves a form came from a page shown to the holder of `secret`."""
    return hashed(f"form {secret}")[:40]


def check_form(secret: str) -> None:
    """400 unless the form (or htmx's header) carries the token of `secret`."""
    given = request.form.get("csrf") or request.headers.get("X-CSRF-Token") or ""
    if not hmac.compare_digest(given.encode(), form_token(secret).encode()):
        abort(400)


def signed_in(view: Callable[..., Any]) -> Callable[..., Any]:
    """Only for a live session: sets g.account; a stranger is sent to sign in."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not _recognise():
            return _to_sign_in()
        if request.method not in SAFE:
            check_form(g.secret)
        return view(*args, **kwargs)

    guarded.is_signed_in = True  # type: ignore[attr-defined]
    return guarded


def _recognise() -> bool:
    now = ports().clock.now()
    secret = request.cookies.get(cookie_name(ports(), "s"), "")
    held = tokens.session(ports(), secret, now) if secret else None
    account = accounts.load(ports(), held.account_id) if held else None
    if held is None or account is None or _is_closed(account.sessions_from, held.opened_at):
        return False
    g.account, g.session, g.secret = account, held, secret
    g.csrf, g.language = form_token(secret), account.language
    seen = tokens.seen(secret, held, now)
    if seen and request.method not in SAFE:
        try:
            ports().table.write(seen)
        except Conflict:  # signed out meanwhile
            return False
    return True


def _is_closed(sessions_from: datetime | None, opened_at: datetime) -> bool:
    return sessions_from is not None and opened_at < sessions_from


def _to_sign_in() -> Any:
    if request.headers.get("HX-Request") == "true":
        return Response(status=204, headers={"HX-Redirect": "/entrar"})
    return redirect("/entrar", 303)


def set_up(app: Flask) -> None:
    """Install the checks before and the headers after every request."""
    own = urlsplit(app.extensions["aldia"].settings.base_url)

    @app.before_request
    def _only_ours() -> None:
        if request.host != own.netloc:
            abort(400)
        view = app.view_functions.get(request.endpoint or "")
        if request.method in SAFE or getattr(view, "is_exempt", False):
            return
        site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
        is_same = site == "same-origin" if site else origin == f"{own.scheme}://{own.netloc}" if origin else True
        if not is_same:
            abort(403)

    @app.after_request
    def _headers(response: Response) -> Response:
        style = "'self'"
        if getattr(g, "has_inline_style", False):
            style = assets.style_source(assets.pay_style())
        headers = response.headers
        headers["Content-Security-Policy"] = _policy(app.extensions["aldia"], style)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "no-referrer"
        headers["X-Frame-Options"] = "DENY"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=()"
        headers["X-Robots-Tag"] = "noindex"
        headers.setdefault("Cache-Control", "no-store")
        headers.add("Vary", "HX-Request")
        if own.scheme == "https":
            headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
        return response


def _policy(for_ports: Ports, style: str) -> str:
    """Everything off but our own files; forms may go on to the payment page."""
    endpoint = for_ports.settings.stripe_endpoint
    stripe = f"{urlsplit(endpoint).scheme}://{urlsplit(endpoint).netloc}" if endpoint else "https://checkout.stripe.com"
    return (
        f"default-src 'none'; script-src 'self'; style-src {style}; img-src 'self' data:; font-src 'self'; "
        f"connect-src 'self'; form-action 'self' {stripe} https://connect.stripe.com; frame-ancestors 'none'; "
        "base-uri 'none'; manifest-src 'self'; require-trusted-types-for 'script'; trusted-types htmx"
    )

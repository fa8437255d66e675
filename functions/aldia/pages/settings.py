"""Settings: who the freelancer is; the other tabs have files of their own."""

from dataclasses import replace
from functools import cache
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from flask import Response, g, redirect, request

from aldia.domain import countries, phrases
from aldia.domain.account import Account
from aldia.domain.currencies import CURRENCIES, is_currency
from aldia.domain.errors import Refused
from aldia.domain.kind_words import kind_words
from aldia.domain.notes import check_note
from aldia.domain.parsing import parse_currency, parse_line
from aldia.i18n import formats
from aldia.pages import (
    guard,
    settings_apply,
    settings_asks,
    settings_contact,
    settings_data,
    settings_example,
    settings_fence,
    settings_ladder,
    settings_links,
    settings_notices,
    settings_paid,
    settings_security,
    settings_terms,
    settings_texts,
    settings_working,
)
from aldia.pages.country_names import country_choices
from aldia.pages.forms import Typed
from aldia.pages.render import LANGUAGES, language, ports
from aldia.pages.settings_shell import back_to, save, screen, shown
from aldia.store import accounts

__all__ = ["screen"]
TABS = (
    settings_apply,
    settings_asks,
    settings_contact,
    settings_data,
    settings_fence,
    settings_ladder,
    settings_links,
    settings_notices,
    settings_paid,
    settings_security,
    settings_terms,
    settings_texts,
    settings_working,
)  # importing them puts their routes on the screen

FIELDS = ("name", "country", "timezone", "language", "currency", "tax_id", "address", "phone", "footer", "phrase")
PHONE_SIGNS = frozenset("+0123456789 ()-.")


@screen.get("/ajustes")
@guard.signed_in
def who() -> Response:
    """What letters say of the freelancer, and where the day begins."""
    return _who(Typed({name: getattr(g.account, name) for name in FIELDS}), g.account)


@screen.post("/ajustes")
@guard.signed_in
def save_who() -> Response:
    """Save it, or show how the end of a letter would look."""
    typed = Typed()
    values = _read(typed)
    if typed.get("do") == "look":
        return _who(typed, g.account, **values)
    if save(typed, "who", **values) is None:
        return _who(typed, g.account)
    return back_to("who", "saved")


@screen.post("/idioma")
@guard.signed_in
def switch_language() -> Response:
    """The other language, on the same page."""
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES and chosen != g.account.language:
        accounts.save(ports(), _with_language(g.account, chosen))
    return redirect(own_path(request.form.get("next", "")), 303)  # type: ignore[return-value]


def own_path(text: str) -> str:
    """The path when it is one of ours, else the first screen."""
    parts = urlsplit(text[:500])
    is_own = not parts.scheme and not parts.netloc and text.startswith("/") and not text.startswith(("//", "/\\"))
    return parts.path if is_own and text.isprintable() and "\\" not in text else "/hoy"


def _with_language(account: Account, chosen: str) -> Account:
    return replace(account, language=chosen)  # type: ignore[arg-type]


def _read(typed: Typed) -> dict[str, str]:
    """The fields, checked; sentences in `typed.errors`."""
    typed.need("name", "welcome.name_missing")
    values = {
        "name": typed.take("name", lambda text: parse_line(text, field="name", most=80), ""),
        "country": typed.take("country", _country, ""),
        "language": typed.take("language", _language, "es"),
        "tax_id": typed.take("tax_id", lambda text: parse_line(text, field="tax_id", most=40), ""),
        "address": typed.take("address", lambda text: parse_line(text, field="address", most=160), ""),
        "phone": typed.take("phone", _phone, ""),
        "footer": typed.take("footer", _footer, ""),
        "phrase": typed.take("phrase", phrases.checked, ""),
    }
    country = values["country"]
    values["timezone"] = typed.take("timezone", lambda text: _zone(text, country), "")
    values["currency"] = typed.take("currency", lambda text: _currency(text, country), "")
    return values


def _country(code: str) -> str:
    if code not in countries.known():
        raise Refused("welcome.choose_country", field="country")
    return code


def _language(code: str) -> str:
    return code if code in LANGUAGES else language()


def _zone(text: str, country: str) -> str:
    zone = text.strip() or countries.main_zone(country)
    if zone not in available_timezones():
        raise Refused("welcome.choose_zone", field="timezone")
    return zone


def _currency(text: str, country: str) -> str:
    usual = countries.currency(country)
    code = parse_currency(text.strip(), expected=usual) or usual
    if not is_currency(code):
        raise Refused("settings.currency_missing", field="currency")
    return code


def _phone(text: str) -> str:
    phone = parse_line(text, field="phone", most=30)
    digits = sum(sign.isdigit() for sign in phone)
    if phone and (set(phone) - PHONE_SIGNS or not 6 <= digits <= 15):
        raise Refused("settings.phone", field="phone")
    return phone


def _footer(text: str) -> str:
    """Under every letter: the same rules as for a note, so that nobody is sent elsewhere or threatened."""
    line = parse_line(check_note(text, field="footer"), field="footer", most=280)
    return kind_words(line, field="footer", sort="line")


def _who(typed: Typed, account: Account, **values: str) -> Response:
    return shown(
        "who",
        typed,
        countries=country_choices(),
        currencies=[(code, formats.currency_name(code, language())) for code in CURRENCIES],
        usual=countries.currency(typed.get("country")),
        zones=_zones(),
        example=settings_example.letter_end(account, {} if typed.errors else values, ports().clock.now()),
    )


@cache
def _zones() -> tuple[str, ...]:
    places = (zone for zone in available_timezones() if "/" in zone)
    return tuple(sorted(zone for zone in places if not zone.startswith(("Etc/", "posix", "right"))))

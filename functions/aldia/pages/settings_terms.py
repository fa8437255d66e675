"""What a new debt starts from: when it is due, the discount, late interest, the least part, the tolerance."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from flask import Response, g

from aldia.domain.account import Account, Defaults, DiscountRule
from aldia.domain.currencies import decimals
from aldia.domain.discounts import annual_cost, limit
from aldia.domain.errors import Refused
from aldia.domain.money import from_decimal, to_decimal
from aldia.domain.parsing import parse_amount
from aldia.domain.terms import instalments
from aldia.domain.usual import Part
from aldia.i18n import formats
from aldia.pages import guard, interest_form, settings_apply, settings_example, terms_form
from aldia.pages.debt_terms import percent
from aldia.pages.forms import Typed
from aldia.pages.render import language, page, ports
from aldia.pages.settings_shell import back_to, save, screen, shown

PARTS: tuple[Part, ...] = ("terms", "discount", "interest", "tolerance")
LEAST_PART, MOST_PART = 5, 100
MOST_TOLERANCE_DAYS = 5
MOST_TOLERANCE = {0: 5_000, 2: 50, 3: 20}  # by the currency's decimals: rounding and bank fees, not a discount


@screen.get("/ajustes/condiciones")
@guard.signed_in
def terms() -> Response:
    """The usual terms."""
    return _shown(Typed(_as_typed(g.account)), g.account)


@screen.post("/ajustes/condiciones")
@guard.signed_in
def save_terms() -> Response:
    """Save for new debts, or show first what becomes of the open ones."""
    typed = Typed()
    values = _read(typed)
    changed = replace(g.account, **values)
    if typed.errors or typed.get("do") == "look":
        return _shown(typed, g.account if typed.errors else changed)
    if typed.get("apply") == "open" and typed.get("do") != "confirm":
        return settings_apply.ahead(typed, changed, PARTS, "terms")
    applied = PARTS if typed.get("apply") == "open" else ()
    if save(typed, "terms", applied=applied, **values) is None:
        return _shown(typed, changed)
    return settings_apply.begun() if applied else back_to("terms", "saved")


@screen.post("/ajustes/condiciones/ejemplo")
@guard.signed_in
def look_at_terms() -> Response:
    """What is being typed, on an example; nothing is saved."""
    typed = Typed()
    values = _read(typed)
    account = g.account if typed.errors else replace(g.account, **values)
    return page("fragments/settings_terms_example.html", 422 if typed.errors else 200, typed=typed, **_example(account))


def _as_typed(account: Account) -> dict[str, str]:
    rule = account.defaults.discount
    tolerance = account.tolerance_minor
    return {
        **terms_form.as_typed(account.defaults.terms),
        "discount": f"{rule.percent.normalize():f}" if rule else "",
        "discount_days": str(rule.days) if rule else "",
        **interest_form.as_typed(account.defaults.interest),
        "part_percent": str(account.part_percent),
        "tolerance_days": str(account.tolerance_days),
        "tolerance": f"{to_decimal(tolerance, account.currency or 'EUR'):f}" if tolerance else "",
        "apply": "new",
    }


def _read(typed: Typed) -> dict[str, Any]:
    """The fields of the account, checked; sentences in `typed.errors`."""
    was: Defaults = g.account.defaults
    lines = terms_form.read(typed)
    defaults = replace(
        was,
        terms=lines,
        discount=typed.take("discount", lambda text: _discount(typed, text, replace(was, terms=lines)), None),
        interest=interest_form.read(typed, g.account),
    )
    return {
        "defaults": defaults,
        "part_percent": typed.take("part_percent", _part, LEAST_PART),
        "tolerance_days": typed.take("tolerance_days", _tolerance_days, 0),
        "tolerance_minor": typed.take("tolerance", _tolerance, 0),
    }


def _discount(typed: Typed, text: str, defaults: Defaults) -> DiscountRule | None:
    """The discount; one above a tenth has to be meant."""
    if not text.strip():
        return None
    share = percent(text, field="discount", key="debts.discount_percent")
    verdict = limit(share)
    if verdict == "block":
        raise Refused("opening.discount_too_high", field="discount")
    days = typed.get("discount_days").strip()
    if not (days.isascii() and days.isdigit() and len(days) <= 3):
        raise Refused("debts.discount_days", field="discount_days")
    if not typed.errors and int(days) >= _net_days(defaults):
        raise Refused("settings.discount_late", field="discount_days", n=_net_days(defaults))
    if verdict == "warn" and not typed.get("discount_sure"):
        raise Refused("settings.discount_high", field="discount")
    was = defaults.discount or DiscountRule(share, int(days))
    return replace(was, percent=share, days=int(days))


def _net_days(defaults: Defaults) -> int:
    """Days from the issue date, today, to the last date of the terms."""
    today = ports().clock.now().date()
    last = instalments(amount_minor=settings_example.SUM, issued_on=today, terms=defaults.terms)[-1].due_on
    return (last - today).days


def _part(text: str) -> int:
    return _whole(text, "part_percent", (LEAST_PART, MOST_PART))


def _tolerance_days(text: str) -> int:
    return _whole(text or "0", "tolerance_days", (0, MOST_TOLERANCE_DAYS))


def _whole(text: str, field: str, edges: tuple[int, int]) -> int:
    plain = text.strip().rstrip("%").strip()
    if not (plain.isascii() and plain.isdigit() and len(plain) <= 4 and edges[0] <= int(plain) <= edges[1]):
        raise Refused("settings.whole", field=field, first=edges[0], last=edges[1])
    return int(plain)


def _tolerance(text: str) -> int:
    if not text.strip():
        return 0
    currency = g.account.currency or "EUR"
    value = parse_amount(text, currency, country=g.account.country, field="tolerance", is_zero_ok=True)
    if value > MOST_TOLERANCE.get(decimals(currency), 50):
        raise Refused("settings.tolerance_high", field="tolerance")
    return from_decimal(value, currency)


def _shown(typed: Typed, account: Account) -> Response:
    return shown(
        "terms",
        typed,
        kinds=terms_form.KINDS,
        rows=terms_form.rows(typed),
        modes=terms_form.MODES,
        tables=interest_form.tables(g.account.country),
        law=interest_form.law(g.account.country),
        currency=account.currency or "EUR",
        **_example(account),
    )


def _example(account: Account) -> dict[str, Any]:
    """Dates on an example of today, and what the discount costs the freelancer."""
    now = ports().clock.now()
    case = settings_example.example_case(account, now)
    return {"debt": case.debts[0], "cost": _cost(account.defaults), "rule": account.defaults.discount}


def _cost(defaults: Defaults) -> dict[str, str] | None:
    rule = defaults.discount
    if rule is None or rule.days >= _net_days(defaults):
        return None
    simple, compound = annual_cost(rule.percent, rule.days, _net_days(defaults))
    shown_as = {"simple": simple, "compound": compound, "percent": rule.percent}
    return {name: formats.percent(value.quantize(Decimal("0.1")), language()) for name, value in shown_as.items()} | {
        "days": str(rule.days),
        "earlier": str(_net_days(defaults) - rule.days),
    }

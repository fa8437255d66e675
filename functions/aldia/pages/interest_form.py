"""Late interest as a form: off, by the country's own table, or at the rate that the contract says."""

from dataclasses import replace
from decimal import Decimal

from aldia.domain.account import Account
from aldia.domain.debt import Interest
from aldia.domain.errors import Refused
from aldia.domain.interest import table_names
from aldia.i18n import catalog
from aldia.pages.debt_terms import percent
from aldia.pages.forms import Typed
from aldia.pages.render import language

RATE_TYPES = ("nominal_annual", "effective_annual", "monthly")
MOST_RATE = {"nominal_annual": 60, "effective_annual": 60, "monthly": 5}
MOST_GRACE = 60
COMPENSATION = {"ES": ("EUR", 40_00)}  # Ley 3/2004 art. 8: 40 euros for each invoice
CL_SHARE = Decimal(1)  # Ley 21.131: 1 % of the debt, once


def tables(country: str) -> tuple[str, ...]:
    """The tables of a country's own law."""
    return tuple(name for name in table_names() if name == country or name.startswith(f"{country}-"))


def law(country: str) -> str:
    """The key of the sentence about a country's law."""
    key = f"settings.interest_law_{country}"
    return key if catalog.has(language(), key) else "settings.interest_law_other"


def as_typed(interest: Interest | None) -> dict[str, str]:
    """The form's fields for these rules."""
    if interest is None:
        return {"interest": "off"}
    fields = {"interest": f"table:{interest.table}" if interest.table else "rate", "grace": str(interest.grace_days)}
    fields["rate"] = f"{interest.rate.normalize():f}" if interest.rate is not None else ""
    fields["rate_type"] = interest.rate_type
    has_fixed = interest.fixed_compensation_minor or interest.compensation_percent
    return fields | ({"compensation": "on"} if has_fixed else {})


def read(typed: Typed, account: Account) -> Interest | None:
    """The rules, checked; the sentences stand in `typed.errors`."""
    chosen = typed.get("interest", "off")
    if chosen == "off":
        return None
    grace = typed.take("grace", _grace, 0)
    if chosen.startswith("table:") and chosen[6:] in tables(account.country):
        return _with_compensation(typed, account, Interest(table=chosen[6:], grace_days=grace))
    if chosen != "rate":
        typed.refuse(Refused("settings.interest_choice", field="interest"))
        return None
    rate_type = typed.get("rate_type")
    rate_type = rate_type if rate_type in RATE_TYPES else "nominal_annual"
    rate = typed.take("rate", lambda text: _rate(text, rate_type), Decimal(1))
    found = Interest(rate=rate, rate_type=rate_type, grace_days=grace)  # type: ignore[arg-type]
    return _with_compensation(typed, account, found)


def _with_compensation(typed: Typed, account: Account, found: Interest) -> Interest:
    """What the country's law adds once for each debt, if it is wanted."""
    if not typed.get("compensation"):
        return found
    currency, minor = COMPENSATION.get(account.country, ("", 0))
    if currency and currency == account.currency:
        return replace(found, fixed_compensation_minor=minor)
    return replace(found, compensation_percent=CL_SHARE) if account.country == "CL" else found


def _rate(text: str, rate_type: str) -> Decimal:
    rate = percent(text, field="rate", key="debts.interest_rate")
    if rate > MOST_RATE[rate_type]:
        raise Refused("settings.rate_high", field="rate", most=MOST_RATE[rate_type])
    return rate


def _grace(text: str) -> int:
    plain = text.strip() or "0"
    if not (plain.isascii() and plain.isdigit() and len(plain) <= 3 and int(plain) <= MOST_GRACE):
        raise Refused("settings.days_number", field="grace", most=MOST_GRACE)
    return int(plain)

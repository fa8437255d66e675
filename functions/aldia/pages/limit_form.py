"""A limit of what a client may have open, as a form: for one client, or the usual one."""

from aldia.domain.account import Account
from aldia.domain.currencies import CURRENCIES
from aldia.domain.money import from_decimal, to_decimal
from aldia.domain.parsing import parse_amount, parse_currency
from aldia.domain.prevention import OpenLimit
from aldia.pages.forms import Typed


def as_typed(limit: OpenLimit | None, currency: str) -> dict[str, str]:
    """The form's fields; `currency` stands there while there is no limit."""
    if limit is None:
        return {"limit": "", "limit_currency": currency}
    return {"limit": f"{to_decimal(limit.minor, limit.currency):f}", "limit_currency": limit.currency}


def read(typed: Typed, account: Account) -> OpenLimit | None:
    """The limit, None when nothing was typed; sentences in `typed.errors`."""
    currency = typed.take("limit_currency", lambda text: parse_currency(text, expected=account.currency), "") or "EUR"
    return typed.take("limit", lambda text: _limit(text, currency, account.country), None)


def _limit(text: str, currency: str, country: str) -> OpenLimit | None:
    if not text.strip():
        return None
    amount = parse_amount(text, currency, country=country, field="limit", is_zero_ok=True)
    return OpenLimit(from_decimal(amount, currency), currency)


def currencies(first: str) -> list[tuple[str, str]]:
    """What can be chosen, the one that is probably meant first."""
    return [(code, code) for code in dict.fromkeys([first or "EUR", *CURRENCIES])]

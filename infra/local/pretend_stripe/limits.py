"""Figures of Stripe's that the rules use; RULES.md names the page each comes from."""

from dataclasses import dataclass

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR

SESSION_SHORTEST = 30 * MINUTE
SESSION_LONGEST = DAY
IDEMPOTENCY_KEPT = DAY
IDEMPOTENCY_KEY_LENGTH = 255
EVENTS_LISTED = 30 * DAY
DELIVERY_TRIED_FOR = 3 * DAY
ACCOUNT_LINK_LIVES = 5 * MINUTE
SEPA_SETTLES_AFTER = 5 * DAY
OXXO_DEFAULT_DAYS = 5
OXXO_DAYS = range(1, 8)
LARGEST_AMOUNT = 99_999_999

API_VERSION = "2026-10-28.endive"

ZERO_DECIMAL = frozenset("bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf".split())
THREE_DECIMAL = frozenset("bhd jod kwd omr tnd".split())

# Smallest charge in the currency's smallest unit. Others are converted by Stripe at the day's rate: not modelled.
SMALLEST_AMOUNT = {
    "usd": 50, "aed": 200, "aud": 50, "brl": 50, "cad": 50, "chf": 50, "czk": 1500, "dkk": 250, "eur": 50,
    "gbp": 30, "hkd": 400, "huf": 17500, "inr": 50, "jpy": 50, "mxn": 1000, "myr": 200, "nok": 300, "nzd": 50,
    "pln": 200, "ron": 200, "sek": 300, "sgd": 50, "thb": 1000,
}  # fmt: skip


@dataclass(frozen=True)
class Method:
    """A way to pay: where it exists and what can be done with the money afterwards."""

    currencies: tuple[str, ...] = ()  # empty: every one
    sellers: tuple[str, ...] = ()  # countries of the account; empty: every one
    smallest: int = 0
    largest: int = LARGEST_AMOUNT
    needs_customer: bool = False
    is_delayed: bool = True
    is_refundable: bool = True
    is_disputable: bool = False


METHODS = {
    "card": Method(is_delayed=False, is_disputable=True),
    "oxxo": Method(("mxn",), ("MX", "US", "CA", "SG"), 1000, 1_000_000, is_refundable=False),
    "customer_balance": Method(("mxn",), ("MX",), needs_customer=True),
    "sepa_debit": Method(("eur",), largest=1_000_000, is_disputable=True),
}


def decimals(currency: str) -> int:
    """Decimals of the amounts that the API takes."""
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2


def is_offered(name: str, *, currency: str, amount: int, country: str, has_customer: bool) -> bool:
    """Whether a payment like this may be paid that way (dynamic payment methods)."""
    method = METHODS[name]
    return (
        (not method.currencies or currency in method.currencies)
        and (not method.sellers or country in method.sellers)
        and method.smallest <= amount <= method.largest
        and (has_customer or not method.needs_customer)
    )

"""Our words and sums in Stripe's: currencies' smallest units and names of payment methods, both from data."""

from typing import Any

from aldia.domain.currencies import CURRENCIES
from aldia.ports import PaymentRefused
from aldia.rules import load

METHODS: dict[str, Any] = load("payment_methods")["methods"]
OURS: dict[str, str] = {row["stripe"]: name for name, row in METHODS.items()}


def to_stripe(minor: int, currency: str) -> int:
    """Ledger's minor units → Stripe's. PaymentRefused when the currency is not paid online or would be rounded."""
    known = CURRENCIES.get(currency)
    if known is None or not known.online:
        raise PaymentRefused("currency_not_online")
    shift = known.stripe_decimals - known.decimals
    if shift >= 0:
        return int(minor * 10**shift)
    whole, lost = divmod(minor, int(10**-shift))
    if lost:
        raise PaymentRefused("amount_not_exact")
    return whole


def from_stripe(amount: int, currency: str) -> int:
    """Stripe's units (`currency` as Stripe writes it) → ledger's minor units."""
    known = CURRENCIES.get(currency.upper())
    if known is None:
        raise PaymentRefused("currency_not_online")
    shift = known.stripe_decimals - known.decimals
    return int(amount * 10**-shift) if shift <= 0 else int(amount // 10**shift)


def allowed_methods(currency: str, excluded: tuple[str, ...]) -> list[str]:
    """Stripe's names of what may be offered. Only ways to pay that we know: never credit on top of a debt."""
    return [
        row["stripe"]
        for name, row in METHODS.items()
        if name not in excluded and (not row["currencies"] or currency in row["currencies"])
    ]


def our_method(stripe_name: str) -> str:
    """Our word for Stripe's name of a payment method."""
    return OURS.get(stripe_name, stripe_name)

"""Whose account takes a payment online: the one who is owed, or nobody. Never somebody else's. And by which ways."""

from aldia.domain.account import Account
from aldia.domain.errors import Refused
from aldia.ports import Ports
from aldia.rules import load


def may_pay_online(ports: Ports, account: Account) -> bool:
    """Whether clients of this account can be charged: the installation is its owner's, or its own Stripe is ready."""
    return bool(ports.settings.stripe_own_account or (account.stripe_account and account.stripe_ready))


def paid_into(ports: Ports, account: Account) -> str:
    """The connected account that takes the money; empty: the installation's own. Refused when there is none."""
    if not may_pay_online(ports, account):
        raise Refused("pay.not_online")
    return "" if ports.settings.stripe_own_account else account.stripe_account


def not_offered(seller: str, currency: str) -> tuple[str, ...]:
    """Ways to pay that an account of that country cannot be offered (rules/payment_methods.json)."""
    methods = load("payment_methods")["methods"]
    return tuple(
        name
        for name, row in methods.items()
        if (row["sellers"] and seller not in row["sellers"])
        or (row["currencies"] and currency not in row["currencies"])
    )

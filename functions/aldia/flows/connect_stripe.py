"""A Stripe account of the freelancer's own: opened once, completed at Stripe, looked up before it is used."""

from dataclasses import replace

from aldia.domain.account import Account
from aldia.domain.errors import Refused
from aldia.mail.links import Links
from aldia.ports import PaymentRefused, PaymentUnknown, Ports
from aldia.store import accounts

BACK = "cobro/vuelta"


def connect(ports: Ports, account: Account) -> str:
    """The address at Stripe where the account is completed. Opening twice opens one account: the key is the same.

    Refused when Stripe does not take the country, or does not answer.
    """
    links = Links(ports.settings.base_url)
    try:
        if not account.stripe_account:
            key = f"open-{account.id}-{account.country}"
            opened = ports.payments.open_account(email=account.email, country=account.country, key=key)
            account = accounts.save(ports, replace(account, stripe_account=opened, stripe_ready=False))
        back = links.settings(BACK)
        return ports.payments.onboarding_link(account.stripe_account, return_url=back, refresh_url=back)
    except PaymentRefused:
        raise Refused("settings.stripe_refused") from None
    except PaymentUnknown:
        raise Refused("settings.stripe_silent") from None


def look(ports: Ports, account: Account) -> Account:
    """Ask Stripe whether the account takes payments now, and note the answer. Refused when it does not answer."""
    if not account.stripe_account:
        return account
    try:
        is_ready = ports.payments.account_ready(account.stripe_account)
    except PaymentRefused:
        is_ready = False
    except PaymentUnknown:
        raise Refused("settings.stripe_silent") from None
    return (
        accounts.save(ports, replace(account, stripe_ready=is_ready)) if is_ready != account.stripe_ready else account
    )

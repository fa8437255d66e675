"""Where clients transfer money to; a change is told to the account's address, in case somebody else made it."""

from aldia.domain.account import Account, BankDetails, PaymentLink
from aldia.flows import settings_change
from aldia.mail.account_mail import compose_account_change
from aldia.mail.links import Links
from aldia.ports import MailRefused, MailUnknown, Ports

SHOWN = 4  # last characters of the number, which its owner knows by heart


def change_bank(ports: Ports, account: Account, bank: BankDetails, *, seen: str = "") -> Account:
    """Save and tell; nothing is told when nothing changed. Conflict as for every setting."""
    if bank == account.bank:
        return account
    changed = settings_change.change(ports, account, "bank", seen=seen, bank=bank)
    _tell(ports, changed, bank.number[-SHOWN:])
    return changed


def change_links(ports: Ports, account: Account, links: tuple[PaymentLink, ...], *, seen: str = "") -> Account:
    """Save other ways to pay and tell, as for the bank details."""
    if links == account.payment_links:
        return account
    changed = settings_change.change(ports, account, "links", seen=seen, payment_links=links)
    _tell(ports, changed, ", ".join(link.provider for link in links))
    return changed


def _tell(ports: Ports, changed: Account, changed_to: str) -> None:
    message = compose_account_change(
        "bank_changed",
        changed,
        to=changed.email,
        at=ports.clock.now(),
        link=Links(ports.settings.base_url).settings("cobro"),
        changed_to=changed_to,
    )
    try:
        ports.mailer.send(message)
    except (MailRefused, MailUnknown):
        return

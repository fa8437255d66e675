"""Where clients transfer money to; a change is told to the account's address, in case somebody else made it."""

from aldia.domain.account import Account, BankDetails
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
    message = compose_account_change(
        "bank_changed",
        changed,
        to=account.email,
        at=ports.clock.now(),
        link=Links(ports.settings.base_url).settings("cobro"),
        changed_to=bank.number[-SHOWN:],
    )
    try:
        ports.mailer.send(message)
    except (MailRefused, MailUnknown):
        return changed
    return changed

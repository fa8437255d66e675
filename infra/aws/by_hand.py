"""What a deployment prints at its end: the addresses, and what only a person can do."""

import textwrap

from aldia.adapters.stripe_events import TYPES
from infra.aws.account import Account
from infra.aws.wishes import Wishes

OF_ACCOUNTS = "account.updated"  # only where freelancers connect accounts of their own
EVENTS = ", ".join(name for name in TYPES if name != OF_ACCOUNTS)


def steps(account: Account, wishes: Wishes, outputs: dict[str, str]) -> str:
    """The lines, for a person. They hold no secret."""
    lines = [
        f"Al Día: {wishes.base_url}",
        "By hand, once:",
        f"  CNAME or ALIAS {wishes.domain} → {outputs['DistributionDomain']}",
        *_mail(wishes, account.client("sesv2").get_email_identity(EmailIdentity=wishes.mail_domain)),
        "  SES: ask for production access (Account dashboard); until then mail goes to verified addresses only.",
        *_webhook(wishes),
        f"  Confirm the mail from AWS Notifications to {wishes.mail_operator}: alarms come that way.",
    ]
    return "\n".join(lines)


def _mail(wishes: Wishes, identity: dict[str, dict[str, list[str]]]) -> list[str]:
    domain = wishes.mail_domain
    tokens = identity["DkimAttributes"].get("Tokens", [])
    return [
        *(f"  CNAME {token}._domainkey.{domain} → {token}.dkim.amazonses.com" for token in tokens),
        f'  TXT {domain} "v=spf1 include:amazonses.com ~all" (one record: add the include to what is there)',
        f'  TXT _dmarc.{domain} "v=DMARC1; p=quarantine; rua=mailto:{wishes.mail_operator}" (keep a stricter one)',
    ]


def _webhook(wishes: Wishes) -> list[str]:
    lines = [
        f"  Stripe: a webhook to {wishes.base_url}/hooks/stripe",
        *textwrap.wrap(f"for these events: {EVENTS}", 100, initial_indent="    ", subsequent_indent="      "),
        f"    Its secret goes to {wishes.secrets}/stripe_webhook_secrets.",
    ]
    if wishes.stripe_own_account:
        return lines
    return [
        *lines,
        "    Many freelancers: a second webhook to this address, for events of connected accounts: the same ones and",
        f"    {OF_ACCOUNTS}; both secrets in the parameter, as `one,two`.",
    ]

"""The AWS account that we deploy to: its clients, and what must be there before anything is changed."""

import secrets
from hashlib import sha256
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from infra.aws.wishes import Missing, Wishes

SECRETS = {
    "stripe_key": "Stripe's secret key (Stripe → Developers → API keys)",
    "stripe_webhook_secrets": "the webhook's signing secret (Stripe → Developers → Webhooks)",
}


class Account:
    """Clients for one region, built when they are needed."""

    def __init__(self, region: str) -> None:
        self.region = region
        self._clients: dict[tuple[str, str], Any] = {}

    def client(self, service: str, region: str = "") -> Any:
        """A boto3 client."""
        key = (service, region or self.region)
        if key not in self._clients:
            config = Config(retries={"mode": "standard", "total_max_attempts": 6})
            self._clients[key] = boto3.client(service, region_name=key[1], config=config)  # type: ignore[call-overload]
        return self._clients[key]

    def number(self) -> str:
        """The account's number; Missing without credentials that work."""
        try:
            return str(self.client("sts").get_caller_identity()["Account"])
        except (ClientError, BotoCoreError) as error:
            raise Missing(
                f"AWS does not know who you are ({type(error).__name__}): set AWS_PROFILE, or sign in."
            ) from None


def check(account: Account, wishes: Wishes) -> None:
    """Missing names everything that a person has to do before this can be deployed."""
    account.number()
    missing = missing_secrets(account, wishes.secrets) + _certificate(account, wishes) + _mail_domain(account, wishes)
    key = parameter(account, f"{wishes.secrets}/stripe_key")
    if key and key.startswith(("sk_live_", "rk_live_")) != wishes.stripe_is_live:
        missing.append("stripe_is_live does not fit the key: test and live are not mixed.")
    if missing:
        raise Missing(*missing)


def missing_secrets(account: Account, path: str) -> list[str]:
    """A sentence for each secret that SSM does not have below this path."""
    return [
        f"SSM has no {path}/{name}. Put there {what}:\n  aws ssm put-parameter --region {account.region} "
        f"--type SecureString --name {path}/{name} --value …"
        for name, what in SECRETS.items()
        if not parameter(account, f"{path}/{name}")
    ]


def _mail_domain(account: Account, wishes: Wishes) -> list[str]:
    """SES has a domain once in a region: a second stage with the same one would break off half way."""
    try:
        found = account.client("sesv2").get_email_identity(EmailIdentity=wishes.mail_domain)
    except ClientError:
        return []  # nobody has it yet
    owner = str(found.get("ConfigurationSetName") or "")
    if owner.startswith("aldia-") and owner != wishes.stack:
        return [f"Mail from {wishes.mail_domain} belongs to {owner}: a stage needs a mail domain of its own."]
    return []


def _certificate(account: Account, wishes: Wishes) -> list[str]:
    acm = account.client("acm", "us-east-1")
    try:
        found = acm.describe_certificate(CertificateArn=wishes.certificate_arn)["Certificate"]
    except ClientError:
        return ["The certificate does not exist in this account (us-east-1)."]
    names = {found["DomainName"], *found.get("SubjectAlternativeNames", [])}
    if wishes.domain not in names and f"*.{wishes.domain.split('.', 1)[1]}" not in names:
        return [f"The certificate is not for {wishes.domain}."]
    if found["Status"] != "ISSUED":
        return ["The certificate is not issued yet: put its CNAME record into the domain's DNS and wait."]
    return []


def parameter(account: Account, name: str) -> str:
    """A secret; empty when there is none."""
    answer = account.client("ssm").get_parameters(Names=[name], WithDecryption=True)
    return str(answer["Parameters"][0]["Value"]) if answer["Parameters"] else ""


def origin_keys(account: Account, wishes: Wishes, *, keep: bool = True) -> tuple[str, str]:
    """CloudFront's secret (made the first time), and the hashes that the API knows: of it and of the one before.

    Without `keep` one that is made is not written down: for a plan.
    """
    name = f"{wishes.secrets}/origin_key"
    known = parameter(account, name)
    if not known:
        known = secrets.token_urlsafe(32)
        if keep:
            account.client("ssm").put_parameter(Name=name, Value=known, Type="SecureString", Overwrite=False)
    keys = [part for part in known.split(",") if part]  # the newest first
    return keys[0], ",".join(sha256(key.encode()).hexdigest() for key in keys[:2])

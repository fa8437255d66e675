"""The only place that builds the outside: clients, clock, randomness."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from aldia.adapters.dynamo_table import DynamoTable, create_table
from aldia.adapters.mail_switch import MailSwitch, Stoppable
from aldia.adapters.public_holidays import national_holidays
from aldia.adapters.system import FolderFiles, RandomIds, SystemClock, short_pause
from aldia.ports import Files, Mailer, Ports
from aldia.settings import Settings, read_settings

SECRETS_HOLD_S = 300.0  # a secret that was changed is known everywhere after this


class Late:
    """Stands for something that is built when it is first used, and again when it is older than `seconds`."""

    def __init__(self, build: Callable[[], Any], *, seconds: float = float("inf")) -> None:
        self._build, self._seconds = build, seconds
        self._built: Any = None
        self._at = 0.0

    def __getattr__(self, name: str) -> Any:
        if self._built is None or time.monotonic() - self._at > self._seconds:
            self._built, self._at = self._build(), time.monotonic()
        return getattr(self._built, name)


def build(settings: Settings | None = None, **given: Any) -> Ports:
    """The ports for an installation. `given` replaces any of them: the local clock, the mailbox…"""
    settings = settings or read_settings()
    clock = given.get("clock") or SystemClock(timedelta(seconds=settings.clock_ahead_s))
    goes = given.get("mail_goes") or mail_switch(settings)
    ports = Ports(
        clock=clock,
        ids=given.get("ids") or RandomIds(clock),
        table=given.get("table") or DynamoTable(dynamodb(settings), settings.table),
        mailer=given.get("mailer") or Stoppable(mailer(settings), goes),
        payments=given.get("payments") or payments(settings),
        files=given.get("files") or files(settings),
        holidays=given.get("holidays") or national_holidays,
        settings=settings,
        pause=given.get("pause") or short_pause,
        mail_goes=goes,
    )
    nudge = given.get("nudge") or (queue_nudge(settings) if settings.queues else None)
    return replace(ports, nudge=nudge) if nudge else ports


def dynamodb(settings: Settings) -> Any:
    """A boto3 client; with an endpoint, the embedded engine behind it."""
    import boto3
    from botocore.config import Config

    config = Config(
        connect_timeout=2,
        read_timeout=10,
        retries={"mode": "standard", "total_max_attempts": 4},
        parameter_validation=False,  # DynamoDB checks it; this and the next are a third of the SDK's work
        user_agent="aldia",  # else the SDK describes itself anew with every request
        account_id_endpoint_mode="disabled",  # else it looks through each request for whose table it is
    )
    local: dict[str, Any] = {}
    if settings.dynamodb_endpoint:  # the engine takes any credentials, and must never be given real ones
        local = {
            "endpoint_url": settings.dynamodb_endpoint,
            "aws_access_key_id": "local",
            "aws_secret_access_key": "local",
        }
    return boto3.client("dynamodb", region_name=settings.region, config=config, **local)


def make_table(settings: Settings) -> None:
    """Create the table on the embedded engine."""
    create_table(dynamodb(settings), settings.table)


def mailer(settings: Settings) -> Mailer:
    """The mail provider: SES, whose client is built for the first mail, or a mail server."""
    return cast(Mailer, Late(lambda: (_smtp_mailer if settings.mailer == "smtp" else _ses_mailer)(settings)))


def _smtp_mailer(settings: Settings) -> Mailer:
    from aldia.adapters.smtp_mailer import Relay, SmtpMailer

    relay = Relay(settings.smtp_host, settings.smtp_port, settings.smtp_tls, settings.smtp_user, settings.smtp_password)
    return SmtpMailer(relay, settings.mail_from, bounces=settings.mail_bounces)


def _ses_mailer(settings: Settings) -> Mailer:
    from aldia.adapters.ses_mailer import SesMailer

    return SesMailer(ses(settings), settings.mail_from, settings.mail_configuration_set)


def ses(settings: Settings, endpoint: str = "") -> Any:
    """A boto3 client that tries once: a second try may be a second mail. `endpoint`: a stand-in, for measuring."""
    import boto3
    from botocore.config import Config

    config = Config(
        connect_timeout=2,
        read_timeout=8,
        retries={"total_max_attempts": 1},
        parameter_validation=False,
        user_agent="aldia",
    )
    local: dict[str, Any] = {}
    if endpoint:
        local = {"endpoint_url": endpoint, "aws_access_key_id": "local", "aws_secret_access_key": "local"}
    return boto3.client("sesv2", region_name=settings.region, config=config, **local)


def mail_switch(settings: Settings) -> Callable[[], bool]:
    """Whether mail may go: SSM says it where it keeps the secrets; elsewhere it always does."""
    if not settings.secrets:
        return lambda: True
    return MailSwitch(Late(lambda: aws("ssm", settings)), settings.secrets)


def payments(settings: Settings) -> Any:
    """The payment provider: Stripe, through its own SDK, which is slow to import: built when it is first needed."""
    if settings.secrets:
        return Late(lambda: _stripe(with_key(settings)), seconds=SECRETS_HOLD_S)
    return Late(lambda: _stripe(settings))


def _stripe(settings: Settings) -> Any:
    from aldia.adapters.stripe_payments import StripePayments

    return StripePayments(
        settings.stripe_key,
        endpoint=settings.stripe_endpoint,
        secrets=lambda: webhook_secrets(settings),
        is_live=settings.stripe_is_live,
    )


def with_key(settings: Settings) -> Settings:
    """The settings with Stripe's key from SSM."""
    return replace(settings, stripe_key=_secret(settings, "stripe_key"))


def webhook_secrets(settings: Settings) -> tuple[str, ...]:
    """What webhooks are signed with. Asked for when one comes: only the function that hears them may read it."""
    if not settings.secrets:
        return settings.stripe_webhook_secrets
    found = _secret(settings, "stripe_webhook_secrets")
    return tuple(part.strip() for part in found.split(",") if part.strip())


def _secret(settings: Settings, name: str) -> str:
    from aldia.adapters.ssm_secrets import read_secrets

    return read_secrets(aws("ssm", settings), settings.secrets, (name,))[name]


def files(settings: Settings) -> Files:
    """Private files: in a bucket, or in a folder of this machine."""
    if not settings.files.startswith("s3://"):
        return FolderFiles(Path(settings.files or ".local/files"))
    from aldia.adapters.s3_files import S3Files

    return S3Files(Late(lambda: aws("s3", settings)), settings.files.removeprefix("s3://").rstrip("/"))


def queue_nudge(settings: Settings) -> Callable[[str], None]:
    """Nudges go to SQS: letters' to the first queue, Stripe's to the second."""
    from aldia.adapters.sqs_nudge import SqsNudge

    letters, events = settings.queues
    commands = {"wakeups": (letters, "send_due"), "events": (events, "settle")}
    return SqsNudge(Late(lambda: aws("sqs", settings)), commands)


def aws(service: str, settings: Settings) -> Any:
    """A boto3 client that gives up soon: whoever calls has seconds, not minutes."""
    import boto3
    from botocore.config import Config

    config = Config(connect_timeout=2, read_timeout=8, retries={"mode": "standard", "total_max_attempts": 3})
    return boto3.client(service, region_name=settings.region, config=config)  # type: ignore[call-overload]


def aws_refusals() -> tuple[type[Exception], ...]:
    """What is raised where AWS answers nobody: no credentials, no right to it, no such table."""
    from botocore.exceptions import BotoCoreError, ClientError

    return BotoCoreError, ClientError

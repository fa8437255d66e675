"""The only place that builds the outside: clients, clock, randomness."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from aldia.adapters.dynamo_table import DynamoTable, create_table
from aldia.adapters.public_holidays import national_holidays
from aldia.adapters.system import FolderFiles, RandomIds, SystemClock, short_pause
from aldia.ports import Mailer, Ports
from aldia.settings import Settings, read_settings


def build(settings: Settings | None = None, **given: Any) -> Ports:
    """The ports for an installation. `given` replaces any of them: the local clock, the mailbox…"""
    settings = settings or read_settings()
    clock = given.get("clock") or SystemClock()
    ports = Ports(
        clock=clock,
        ids=given.get("ids") or RandomIds(clock),
        table=given.get("table") or DynamoTable(dynamodb(settings), settings.table),
        mailer=given.get("mailer") or mailer(settings),
        payments=given.get("payments") or payments(settings),
        files=given.get("files") or FolderFiles(Path(settings.files or ".local/files")),
        holidays=given.get("holidays") or national_holidays,
        settings=settings,
        pause=given.get("pause") or short_pause,
    )
    return replace(ports, nudge=given["nudge"]) if "nudge" in given else ports


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
    """The mail provider: SES."""
    from aldia.adapters.ses_mailer import SesMailer

    return SesMailer(ses(settings), settings.mail_from)


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


def payments(settings: Settings) -> Any:
    """The payment provider: Stripe, through its own SDK."""
    from aldia.adapters.stripe_payments import StripePayments

    return StripePayments(
        settings.stripe_key,
        endpoint=settings.stripe_endpoint,
        secrets=settings.stripe_webhook_secrets,
        is_live=settings.stripe_is_live,
    )

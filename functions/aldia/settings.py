"""The environment, read once and checked: a wrong setting stops the start with one sentence."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from urllib.parse import urlsplit

PREFIX = "ALDIA_"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Settings:
    """How this installation runs. Each field is read from ALDIA_<NAME IN CAPITALS>."""

    stage: str = "local"  # local | any other name: AWS
    base_url: str = "http://127.0.0.1:8000"  # the only source of the links that we mail
    table: str = "aldia"
    dynamodb_endpoint: str = ""  # empty: AWS
    region: str = "eu-west-1"
    mail_from: str = "hola@aldia.example"
    mailer: str = "ses"  # ses | smtp
    mail_bounces: str = ""  # SMTP: where undeliverable mail comes back to; empty: mail_from
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_tls: str = "starttls"  # starttls | implicit | none (only for a mail server on this machine)
    smtp_user: str = ""
    smtp_password: str = ""
    mail_configuration_set: str = ""  # SES tells what became of a mail through it
    mail_operator: str = "hola@aldia.example"  # the installation's own contact, shown under privacy
    stripe_key: str = ""
    stripe_endpoint: str = ""  # empty: Stripe
    stripe_webhook_secrets: tuple[str, ...] = ()
    stripe_is_live: bool = False
    secrets: str = ""  # where SSM keeps Stripe's secrets, such as /aldia/prod; empty: they are given above
    stripe_own_account: bool = True  # one owner: money to the installation's own account; False: Connect
    trust_limits: bool = True
    wake_shards: int = 4
    session_days: int = 7  # a session ends then, however much it is used…
    session_idle_hours: int = 12  # …and when nobody used it for so long
    files: str = ""  # a folder, or s3://bucket
    queues: tuple[str, ...] = ()  # addresses of the nudges' queues: for what is due, for what Stripe told
    origin_key_hashes: tuple[str, ...] = ()  # SHA-256 of the secrets by which CloudFront is known
    clock_ahead_s: int = 0  # for `make e2e`: refused wherever AWS is not an emulator on this machine

    @property
    def is_local(self) -> bool:
        """Started on one machine, with the panel."""
        return self.stage == "local"

    @property
    def is_https(self) -> bool:
        """Cookies may be Secure."""
        return self.base_url.startswith("https://")


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings from the environment; ValueError names the one that is wrong."""
    values: dict[str, object] = {}
    for field in fields(Settings):
        raw = environ.get(PREFIX + field.name.upper())
        if raw is None:
            continue
        values[field.name] = _parsed(field.name, str(field.type), raw.strip())
    if values.get("clock_ahead_s") and urlsplit(environ.get("AWS_ENDPOINT_URL", "")).hostname not in LOOPBACK:
        raise ValueError(f"{PREFIX}CLOCK_AHEAD_S is for proofs on an emulator: nobody's letters go by a false clock")
    return Settings(**values)  # type: ignore[arg-type]


def _parsed(name: str, kind: str, raw: str) -> object:
    if "bool" in kind:
        if raw.lower() not in ("1", "0", "true", "false", "on", "off"):
            raise ValueError(f"{PREFIX}{name.upper()} must be on or off, not {raw!r}")
        return raw.lower() in ("1", "true", "on")
    if "int" in kind:
        if not raw.isdigit():
            raise ValueError(f"{PREFIX}{name.upper()} must be a whole number, not {raw!r}")
        return int(raw)
    if "tuple" in kind:
        return tuple(part.strip() for part in raw.split(",") if part.strip())
    return raw

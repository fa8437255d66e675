"""What whoever runs a server wishes: one file with NAME=value lines. Everything that is wrong is said at once."""

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from aldia.settings import LOOPBACK, PREFIX, Settings, read_settings

STAGE = "server"
OURS = ("data", "listen", "proxies", "scheduler", "threads")
ON_AWS_ALONE = ("stage", "table", "dynamodb_endpoint", "secrets", "files", "queues", "origin_key_hashes",
    "clock_ahead_s", "wake_shards")  # fmt: skip
OF_SES = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE")
SAID = ("base_url", "mail_from", "mail_operator", "mailer")  # what must be said: no other's address is taken instead
LIVE_KEYS, KEYS = ("sk_live_", "rk_live_"), ("sk_live_", "rk_live_", "sk_test_", "rk_test_")
EXAMPLES = (".example", "example.com", "example.org", "example.net")
THIS_MACHINE = ("127.0.0.1", "::1")
NOT_FOR_ALL = 0o037  # its group may read it, nobody else may do anything


class Wrong(Exception):
    """The settings cannot be used; `args` has a sentence for each thing to mend."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """A server: the settings that it shares with AWS, and where it lives."""

    settings: Settings
    data: Path
    listen: tuple[str, int] = ("127.0.0.1", 8000)
    proxies: tuple[str, ...] = THIS_MACHINE  # who may speak to it, and is believed who it speaks for
    has_scheduler: bool = True  # False: a timer starts `aldia jobs`
    threads: int = 8

    @property
    def is_trial(self) -> bool:
        """Only this machine can reach it: no https, and a pretend Stripe may stand in."""
        address = urlsplit(self.settings.base_url)
        return address.scheme == "http" and address.hostname in LOOPBACK


def read(path: Path) -> Wishes:
    """The wishes of a file. Raises Wrong with everything that has to be mended."""
    found, wrong = _lines(path)
    wrong += [f"{name} is no setting of a server: take it away." for name in found if not _is_known(name)]
    known = {name: value for name, value in found.items() if _is_known(name)}
    try:
        made = _made(known)
    except ValueError as error:
        raise Wrong(*wrong, f"{error}.") from None
    wrong += [*_wrong_address(made), *_wrong_mail(made), *_wrong_money(made), *_wrong_place(made)]
    if wrong:
        raise Wrong(*wrong)
    os.environ.update({name: value for name, value in found.items() if name in OF_SES})
    return made


def _lines(path: Path) -> tuple[dict[str, str], list[str]]:
    """NAME=value by name, as systemd's EnvironmentFile reads it; and what is wrong with the file."""
    try:
        mode, owner, text = path.stat().st_mode, path.stat().st_uid, path.read_text("utf-8")
    except OSError as error:
        raise Wrong(f"{path} cannot be read ({error.strerror}): say where the settings are with --settings.") from None
    wrong = []
    if stat.S_IMODE(mode) & NOT_FOR_ALL:
        wrong.append(f"Others may read or change {path}, and there are secrets in it: chmod 640 {path}")
    if owner not in (0, os.geteuid()):
        wrong.append(f"{path} belongs to somebody else: chown root {path}")
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        name, is_set, value = line.strip().partition("=")
        if not name or name.startswith("#"):
            continue
        if not is_set or not name.isidentifier() or name in found:
            wrong.append(f"Line {number} of {path} is not NAME=value, or says it again.")
        found[name] = _unquoted(value.strip())
    return found, wrong


def _unquoted(value: str) -> str:
    is_quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
    return value[1:-1] if is_quoted else value


def _is_known(name: str) -> bool:
    own = name.removeprefix(PREFIX).lower()
    shared = {field.name for field in fields(Settings)} - set(ON_AWS_ALONE)
    return name in OF_SES or (name.startswith(PREFIX) and own in (*shared, *OURS))


def _made(found: Mapping[str, str]) -> Wishes:
    """The wishes as written, not yet judged. ValueError."""
    own = {name: found[PREFIX + name.upper()] for name in OURS if found.get(PREFIX + name.upper())}
    data = Path(own.get("data", "/var/lib/aldia"))
    host, _, port = own.get("listen", "127.0.0.1:8000").rpartition(":")
    scheduler, threads = own.get("scheduler", "thread"), own.get("threads", "8")
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError("ALDIA_LISTEN must be an address and a port, such as 127.0.0.1:8000")
    if scheduler not in ("thread", "timer"):
        raise ValueError("ALDIA_SCHEDULER must be thread or timer")
    if not threads.isdigit() or not 0 < int(threads) <= 64:
        raise ValueError("ALDIA_THREADS must be a number from 1 to 64")
    unsaid = {PREFIX + name.upper(): "" for name in SAID}
    shared = unsaid | {name: value for name, value in found.items() if name.startswith(PREFIX)}
    settings = replace(read_settings(shared), stage=STAGE, files=str(data / "files"), wake_shards=1)
    proxies = tuple(part.strip() for part in own["proxies"].split(",")) if "proxies" in own else THIS_MACHINE
    return Wishes(settings, data, (host.strip("[]"), int(port)), proxies, scheduler == "thread", int(threads))


def _wrong_address(wishes: Wishes) -> Iterator[str]:
    address = urlsplit(wishes.settings.base_url)
    is_right = address.netloc and not address.path and not address.query and "@" not in address.netloc
    if not is_right or not (address.scheme == "https" or wishes.is_trial):
        yield "ALDIA_BASE_URL must be where people go, such as https://cobros.mydomain.com, without a path."
    try:
        known = [ip_address(one) for one in wishes.proxies]
        host = ip_address(wishes.listen[0])
    except ValueError:
        yield "ALDIA_LISTEN and ALDIA_PROXIES must be addresses in numbers, such as 127.0.0.1."
        return
    if not host.is_loopback and (wishes.is_trial or all(one.is_loopback for one in known)):
        yield (
            f"ALDIA_LISTEN={wishes.listen[0]} is open to others without TLS: listen on 127.0.0.1, or name the "
            "TLS proxy's own address in ALDIA_PROXIES; nobody else is answered."
        )


def _wrong_mail(wishes: Wishes) -> Iterator[str]:
    settings = wishes.settings
    for name in ("mail_from", "mail_operator", "mail_bounces"):
        address = getattr(settings, name)
        is_example = address.endswith(EXAMPLES) and not wishes.is_trial
        if (address or name != "mail_bounces") and ("@" not in address or is_example or not address.isascii()):
            yield f"{PREFIX}{name.upper()} must be an address of yours that can be written to."
    if settings.mailer not in ("smtp", "ses"):
        yield "ALDIA_MAILER must be smtp or ses."
    if settings.mailer != "smtp":
        return
    if not settings.smtp_host:
        yield "ALDIA_SMTP_HOST is missing: the mail server that takes your mail, such as smtp.mydomain.com."
    if settings.smtp_tls not in ("starttls", "implicit", "none"):
        yield "ALDIA_SMTP_TLS must be starttls (port 587), implicit (port 465) or none."
    if settings.smtp_tls == "none" and settings.smtp_host not in LOOPBACK:
        yield "ALDIA_SMTP_TLS=none is for a mail server on this machine alone: everybody between could read the mail."
    if bool(settings.smtp_user) != bool(settings.smtp_password):
        yield "ALDIA_SMTP_USER and ALDIA_SMTP_PASSWORD go together."


def _wrong_money(wishes: Wishes) -> Iterator[str]:
    settings = wishes.settings
    if not settings.stripe_key.startswith(KEYS):
        yield "ALDIA_STRIPE_KEY is missing: Stripe's secret key, sk_… or rk_… (dashboard.stripe.com/apikeys)."
    elif settings.stripe_key.startswith(LIVE_KEYS) != settings.stripe_is_live:
        yield "ALDIA_STRIPE_IS_LIVE does not fit the key: on for a live key, off for a test key."
    if not settings.stripe_webhook_secrets or not all(
        secret.startswith("whsec_") for secret in settings.stripe_webhook_secrets
    ):
        yield "ALDIA_STRIPE_WEBHOOK_SECRETS is missing: the webhook's signing secret, whsec_… (two while changing)."
    if settings.stripe_endpoint and not wishes.is_trial:
        yield "ALDIA_STRIPE_ENDPOINT is for a trial on this machine: take it away."


def _wrong_place(wishes: Wishes) -> Iterator[str]:
    data = wishes.data
    if os.geteuid() == 0 and not wishes.is_trial:
        yield "Al Día does not need to be root: start it as a user of its own (docs/self-hosting.md)."
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        mode = stat.S_IMODE(data.stat().st_mode)
    except OSError as error:
        yield f"The data folder {data} cannot be made ({error.strerror}): ALDIA_DATA says where it is."
        return
    if mode & 0o077:
        yield f"Others may look into {data}: chmod 700 {data}"
    if not os.access(data, os.W_OK | os.X_OK):
        yield f"The data folder {data} cannot be written: chown -R aldia {data}"

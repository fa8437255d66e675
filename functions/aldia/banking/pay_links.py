"""Ways to pay that the freelancer pastes: an address of a provider that we know, or the number of a phone wallet."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from aldia.rules import load

LONGEST = 300
_NUMBER = re.compile(r"\+?\d[\d ()-]{5,19}", re.ASCII)
_NAME = re.compile(r"[\w.+@-]{3,60}", re.ASCII)

_HOST = re.compile(r"([a-z0-9-]{1,63}\.)+[a-z]{2,63}", re.ASCII)  # a name, no number


@dataclass(frozen=True, slots=True)
class Provider:
    """Somebody through whom money can come."""

    id: str
    name: str
    countries: tuple[str, ...]
    hosts: tuple[str, ...]  # none: it has a number, or an address on any host
    any_host: bool = False

    @property
    def is_address(self) -> bool:
        """Whether it is opened, not typed."""
        return bool(self.hosts) or self.any_host


def providers(country: str = "") -> tuple[Provider, ...]:
    """All of them, those of the country first."""
    found = [
        Provider(key, rule["name"], tuple(rule["countries"]), tuple(rule.get("hosts", ())), rule.get("any_host", False))
        for key, rule in load("pay_links")["providers"].items()
    ]
    return tuple(sorted(found, key=lambda one: country not in one.countries))


def provider(key: str) -> Provider | None:
    """One by its id."""
    return next((one for one in providers() if one.id == key), None)


def shown_name(one: Provider, text: str) -> str:
    """What the client reads: of an address on any host the whole host, so that nobody is led where they do not know."""
    return (urlsplit(text).hostname or "") if one.any_host else one.name


def checked(key: str, text: str) -> str | None:
    """What is kept and shown, or None when it is no way to pay of this provider.

    An address must be https on one of the provider's own hosts, so that nobody is led to one that looks like it.
    """
    one = provider(key)
    if one is None or not text.isascii() or len(text) > LONGEST:
        return None
    if not one.is_address:
        return text if _NUMBER.fullmatch(text) or _NAME.fullmatch(text) else None
    return text if _is_theirs(text, one.hosts) else None


def _is_theirs(text: str, hosts: tuple[str, ...]) -> bool:
    if any(sign.isspace() or sign in "\\\"'<>" or not sign.isprintable() for sign in text):
        return False
    try:
        parts = urlsplit(text)
        host, is_plain = (parts.hostname or "").lower(), parts.port is None and "@" not in parts.netloc
    except ValueError:
        return False
    is_known = any(host == known or host.endswith(f".{known}") for known in hosts)
    is_known = is_known or (not hosts and bool(_HOST.fullmatch(host)) and "xn--" not in host)
    return parts.scheme == "https" and is_plain and is_known and not parts.netloc.endswith(".")

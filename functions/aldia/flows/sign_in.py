"""Sign up and sign in: an address, then the link or the six digits that were mailed to it."""

import hmac
import logging
from dataclasses import dataclass, replace
from datetime import datetime

from aldia.domain.account import Account
from aldia.domain.errors import Refused
from aldia.mail.account_mail import compose_sign_in
from aldia.mail.links import Links
from aldia.ports import Add, AlreadyThere, CapReached, Conflict, MailRefused, MailUnknown, Ports, Write
from aldia.store import accounts, tokens, wakeups
from aldia.store.keys import address, hashed

log = logging.getLogger(__name__)

ATTEMPTS = 3
PER_HOUR = 3  # mails to one address
PER_DAY = 10
PER_NETWORK_HOUR = 20


def ask(ports: Ports, *, email: str, language: str, is_sign_up: bool, network: str) -> str:
    """Mail a link and a code; return the secret that this browser keeps.

    The answer is the same for known and unknown addresses. Past the caps nothing is mailed, and nothing says so: the
    answer is empty, and the mails that went before still work. Refused when the provider certainly sent nothing.
    """
    now = ports.clock.now()
    request, link_token, code = ports.ids.token(), ports.ids.token(), ports.ids.code()
    caps = (
        Add(f"Q#mail#{address(email)}", f"H#{now:%Y%m%d%H}", {"n": 1}, {"n": PER_HOUR}, _gone(now, 2)),
        Add(f"Q#mail#{address(email)}", f"D#{now:%Y%m%d}", {"n": 1}, {"n": PER_DAY}, _gone(now, 48)),
        Add(f"Q#net#{hashed(network)}", f"H#{now:%Y%m%d%H}", {"n": 1}, {"n": PER_NETWORK_HOUR}, _gone(now, 2)),
    )
    wish = tokens.SignIn(email, hashed(request + code), language, is_sign_up)
    try:
        ports.table.write(*caps, *tokens.put_sign_in(request, link_token, wish, now))
    except CapReached:
        return ""
    minutes = int(tokens.SIGN_IN_LIFE.total_seconds() // 60)
    link = Links(ports.settings.base_url).sign_in(link_token)
    try:
        ports.mailer.send(compose_sign_in(to=email, language=language, code=code, link=link, minutes=minutes))
    except MailUnknown:
        log.warning("sign_in_unknown")  # it may have gone: the page says where to look, and how to ask again
    except MailRefused:
        raise Refused("sign_in.not_mailed") from None
    return request


def _gone(now: datetime, hours: int) -> dict[str, int]:
    return {"expires_at": int(now.timestamp()) + hours * 3600}


@dataclass(frozen=True, slots=True)
class Entered:
    """A person who has proved to read the address."""

    account: Account
    session: str  # the cookie's secret
    is_new: bool


def with_code(ports: Ports, *, request: str, code: str) -> Entered:
    """Enter with the six digits, in the browser that asked; Refused when wrong, used, old or tried too often."""
    found = tokens.sign_in(ports, request, ports.clock.now())
    if found is None:
        raise Refused("sign_in.over", field="code")
    request_hash, wish = found
    try:
        ports.table.write(tokens.count_try(request_hash))
    except CapReached:
        raise Refused("sign_in.too_many_tries", field="code") from None
    digits = "".join(character for character in code if character.isdigit())
    if not hmac.compare_digest(hashed(request + digits), wish.code_hash):
        raise Refused("sign_in.wrong_code", field="code")
    return _enter(ports, request_hash, wish)


def with_link(ports: Ports, *, token: str) -> Entered:
    """Enter with the mailed link (a POST: opening the link changes nothing)."""
    found = tokens.sign_in(ports, token, ports.clock.now())
    if found is None:
        raise Refused("sign_in.over")
    return _enter(ports, *found)


def _enter(ports: Ports, request_hash: str, wish: tokens.SignIn) -> Entered:
    """One transaction: a request is never used up without the session that it opens."""
    now = ports.clock.now()
    for _ in range(ATTEMPTS):
        account, writes = _account_of(ports, wish)
        secret = ports.ids.token()
        session = tokens.put_session(ports, secret, tokens.Session(account.id, now, now, now))
        try:
            ports.table.write(tokens.use_up(request_hash), session, *writes)
        except AlreadyThere:  # the same person, twice at once
            continue
        except Conflict:
            break
        if writes:
            wakeups.begin(ports, now)
        return Entered(account, secret, bool(writes))
    raise Refused("sign_in.over")


def _account_of(ports: Ports, wish: tokens.SignIn) -> tuple[Account, tuple[Write, ...]]:
    """The account of the address, and what has to be written when it is new."""
    owner = accounts.owner_of(ports, wish.email)
    found = accounts.load(ports, owner) if owner else None
    if found:
        return found, ()
    new = Account(ports.ids.new(), wish.email, language=wish.language, created_at=ports.clock.now())  # type: ignore[arg-type]
    return replace(new, version=1), (accounts.put(new), accounts.claim_email(wish.email, new.id))

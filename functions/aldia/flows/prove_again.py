"""Prove again who is there, before a change that could lock the owner out or send the money elsewhere."""

import hmac
from collections.abc import Mapping
from dataclasses import replace

from aldia.domain.account import Account
from aldia.domain.errors import Refused
from aldia.mail.account_mail import compose_code
from aldia.mail.links import Links
from aldia.ports import Add, CapReached, Conflict, MailRefused, MailUnknown, Message, Ports
from aldia.store import proofs, tokens
from aldia.store.keys import hashed
from aldia.store.proofs import Place, Proof

PER_HOUR = 6  # codes mailed for one account
PER_DAY = 20
MINUTES = int(proofs.LIFE.total_seconds() // 60)


def ask(ports: Ports, account: Account, secret: str, *, back: str, kept: Mapping[str, str]) -> None:
    """Mail a code to the account's address. `kept`: what was typed at `back`, shown there again afterwards.

    Refused when too many codes were asked for.
    """
    code = ports.ids.code()
    at = proofs.place(account.id, "again", secret)
    made = Proof(account.id, account.email, hashed(secret + code), back=back, kept=kept)
    write_capped(ports, account, at, made)
    link = Links(ports.settings.base_url).settings("seguridad")
    mail(ports, compose_code("proof", account, to=account.email, code=code, link=link, minutes=MINUTES))


def write_capped(ports: Ports, account: Account, at: Place, made: Proof, *more: Add) -> None:
    """Write a proof, unless the account asked for too many; Refused then."""
    now = ports.clock.now()
    gone = {"kind": "counter", "expires_at": int(now.timestamp()) + 48 * 3600}
    hour = Add(f"A#{account.id}", f"CODES#H#{now:%Y%m%d%H}", {"n": 1}, {"n": PER_HOUR}, gone)
    day = Add(f"A#{account.id}", f"CODES#D#{now:%Y%m%d}", {"n": 1}, {"n": PER_DAY}, gone)
    try:
        ports.table.write(proofs.put(at, made, now), hour, day, *more)
    except CapReached:
        raise Refused("settings.too_many_codes") from None


def mail(ports: Ports, message: Message) -> None:
    """Hand over a code's mail. Refused when it certainly did not go; what may have gone is waited for."""
    try:
        ports.mailer.send(message)
    except MailRefused:
        raise Refused("settings.code_not_mailed") from None
    except MailUnknown:
        return


def waiting(ports: Ports, account: Account, secret: str) -> Proof | None:
    """The proof that this browser has still to give, or None."""
    found = proofs.load(ports, proofs.place(account.id, "again", secret), ports.clock.now())
    return found[0] if found and found[1] else None


def kept(ports: Ports, account: Account, secret: str, back: str) -> Mapping[str, str]:
    """What was typed at that address before the person was asked to prove who they are."""
    found = proofs.load(ports, proofs.place(account.id, "again", secret), ports.clock.now())
    return found[0].kept if found and found[0].back == back else {}


def prove(ports: Ports, account: Account, session: tokens.Session, secret: str, *, code: str) -> str:
    """Take the six digits; the session is fresh again. Returns where to go on; Refused when wrong, old or used."""
    at = proofs.place(account.id, "again", secret)
    proof = take(ports, at, secret, code=code)
    now = ports.clock.now()
    ports.table.write(tokens.put_session(ports, secret, replace(session, proved_at=now, seen_at=now)))
    return proof.back


def take(ports: Ports, at: Place, secret: str, *, code: str) -> Proof:
    """Check six digits and use the proof up; Refused (field `code`) when wrong, old, used or tried too often."""
    found = proofs.load(ports, at, ports.clock.now())
    if found is None or not found[1]:
        raise Refused("sign_in.over", field="code")
    try:
        ports.table.write(proofs.count_try(at))
    except CapReached:
        raise Refused("sign_in.too_many_tries", field="code") from None
    digits = "".join(character for character in code if character.isdigit())
    if not hmac.compare_digest(hashed(secret + digits), found[0].code_hash):
        raise Refused("sign_in.wrong_code", field="code")
    try:
        ports.table.write(proofs.use_up(at))
    except Conflict:
        raise Refused("sign_in.over", field="code") from None
    return found[0]


def forget(ports: Ports, account: Account, secret: str) -> None:
    """What was typed has been saved: it need not be kept any more."""
    ports.table.write(proofs.drop(proofs.place(account.id, "again", secret)))

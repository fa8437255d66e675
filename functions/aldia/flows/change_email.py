"""Another address for the account: it counts once it has answered, and the old one is told."""

import hmac
from collections.abc import Sequence
from dataclasses import replace

from aldia.domain.account import Account
from aldia.domain.errors import Refused
from aldia.flows import prove_again, sign_in
from aldia.mail.account_mail import compose_account_change, compose_code, masked
from aldia.mail.links import Links
from aldia.ports import Add, AlreadyThere, MailRefused, MailUnknown, Ports, Write
from aldia.store import accounts, keys, proofs
from aldia.store.keys import hashed
from aldia.store.proofs import Place, Proof


def _place(account: Account) -> Place:
    return proofs.place(account.id, "email")


def ask(ports: Ports, account: Account, *, email: str) -> None:
    """Mail a code and a link to the new address; nothing changes yet.

    Whether another account has that address is not said before its reader has answered. Refused: the same address,
    too many codes.
    """
    if email.casefold() == account.email.casefold():
        raise Refused("settings.email_same", field="email")
    code, token, now = ports.ids.code(), ports.ids.token(), ports.clock.now()
    made = Proof(account.id, email, hashed(account.id + code), link_hash=hashed(token))
    gone = {"expires_at": int(now.timestamp()) + 2 * 3600}
    address = Add(f"Q#mail#{keys.address(email)}", f"H#{now:%Y%m%d%H}", {"n": 1}, {"n": sign_in.PER_HOUR}, gone)
    prove_again.write_capped(ports, account, _place(account), made, address)
    link = Links(ports.settings.base_url).settings(f"correo/{token}")
    minutes = prove_again.MINUTES
    prove_again.mail(ports, compose_code("new_email", account, to=email, code=code, link=link, minutes=minutes))


def waiting(ports: Ports, account: Account) -> str:
    """The address that has still to answer; empty when there is none."""
    found = proofs.load(ports, _place(account), ports.clock.now())
    return found[0].email if found and found[1] else ""


def is_asked(ports: Ports, account: Account, token: str) -> bool:
    """Whether a mailed link belongs to this account and still counts."""
    found = proofs.load(ports, _place(account), ports.clock.now())
    return bool(found and found[1] and hmac.compare_digest(hashed(token), found[0].link_hash))


def with_code(ports: Ports, account: Account, *, code: str, more: Sequence[Write] = ()) -> Account:
    """The six digits that went to the new address. Refused when wrong, old, used or tried too often.

    `more` is written with the change: the session that goes on.
    """
    return _change(ports, account, prove_again.take(ports, _place(account), account.id, code=code), more)


def with_link(ports: Ports, account: Account, *, token: str, more: Sequence[Write] = ()) -> Account:
    """The link that went to the new address, in a browser of this account. Refused when old or used."""
    found = proofs.load(ports, _place(account), ports.clock.now())
    if not found or not found[1] or not hmac.compare_digest(hashed(token), found[0].link_hash):
        raise Refused("sign_in.over")
    ports.table.write(proofs.use_up(_place(account)))
    return _change(ports, account, found[0], more)


def call_off(ports: Ports, account: Account) -> None:
    """The old address stays."""
    ports.table.write(proofs.drop(_place(account)))


def _change(ports: Ports, account: Account, proof: Proof, more: Sequence[Write]) -> Account:
    """The new address holds; every session and every door mailed to the old address is shut with it."""
    old = account.email
    moves = (accounts.claim_email(proof.email, account.id), accounts.release_email(old), *more)
    moved = replace(account, email=proof.email, sessions_from=ports.clock.now())
    try:
        changed = accounts.save(ports, moved, *moves, proofs.drop(_place(account)))
    except AlreadyThere:
        raise Refused("settings.email_taken", field="email") from None
    message = compose_account_change(
        "email_changed",
        changed,
        to=old,
        at=ports.clock.now(),
        link=Links(ports.settings.base_url).settings("seguridad"),
        changed_to=masked(proof.email),
        reply_to=ports.settings.mail_operator,
    )
    try:
        ports.mailer.send(message)
    except (MailRefused, MailUnknown):
        return changed  # the address may be gone: that is why people change it
    return changed

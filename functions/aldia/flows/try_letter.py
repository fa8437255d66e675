"""A letter sent to the freelancer alone, to see how it arrives: marked as a trial, so many a day."""

import re
from dataclasses import replace

from markupsafe import escape

from aldia.domain.account import Account
from aldia.domain.errors import Refused
from aldia.ports import Add, CapReached, MailRefused, MailUnknown, Message, Ports

A_DAY = 10


def try_letter(ports: Ports, account: Account, message: Message, *, mark: str, note: str) -> None:
    """Send it. `mark` goes before the subject, `note` before the text. Refused: too many today, or it did not go."""
    now = ports.clock.now()
    gone = {"kind": "counter", "expires_at": int(now.timestamp()) + 48 * 3600}
    try:
        ports.table.write(Add(f"A#{account.id}", f"TRIALS#{now:%Y%m%d}", {"n": 1}, {"n": A_DAY}, gone))
    except CapReached:
        raise Refused("texts.too_many_trials", field="form") from None
    try:
        ports.mailer.send(_to_oneself(account, message, mark=mark, note=note))
    except MailRefused:
        raise Refused("texts.trial_not_sent", field="form") from None
    except MailUnknown:
        return  # it may have gone


def _to_oneself(account: Account, message: Message, *, mark: str, note: str) -> Message:
    """Nobody but the freelancer gets it, and nothing in it stops anybody's letters."""
    said = f"<p><strong>{escape(note)}</strong></p>"
    return replace(
        message,
        to=(account.email,),
        cc=(),
        reply_to=account.email,
        subject=f"[{mark}] {message.subject}",
        text=f"{note}\n\n{message.text}",
        html=re.sub(r"(<body[^>]*>)", lambda found: found[1] + said, message.html, count=1),
        headers={},
        tags={},
    )

"""A mail as bytes, for a provider that does not build it itself. Nothing that could become a header gets in."""

from collections.abc import Mapping
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import formatdate
from typing import Any

from aldia.ports import MailRefused, Message

REFERENCE = "X-Aldia-Ref"  # comes back in reports of what could not be delivered: account, client, letter
OF_A_LETTER = ("account", "client", "letter")
LONGEST_LINE = 990  # RFC 5322: 998 with everything


class _Unfolded(EmailPolicy):
    """Plain headers stay in one line: Python would turn a long address in List-Unsubscribe into an encoded word."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        line = f"{name}: {value}"
        if line.isascii() and len(line) <= LONGEST_LINE:
            return line.encode() + b"\r\n"
        return super().fold_binary(name, value)


AS_SENT = _Unfolded(linesep="\r\n", cte_type="7bit")


def mime_of(message: Message, sender: str, mail_id: str) -> bytes:
    """The whole mail, lines ended by CRLF, seven bits only. MailRefused when something in it hides a header."""
    try:
        made = EmailMessage(policy=SMTP)
        made["From"] = Address(_plain(message.from_name), addr_spec=_address(sender))
        made["To"] = [Address(addr_spec=_address(one)) for one in message.to]
        if message.cc:
            made["Cc"] = [Address(addr_spec=_address(one)) for one in message.cc]
        if message.reply_to:
            made["Reply-To"] = [Address(addr_spec=_address(message.reply_to))]
        made["Subject"] = _plain(message.subject)
        made["Date"] = formatdate()
        made["Message-ID"] = f"<{mail_id}>"
        for name, value in message.headers.items():
            made[name] = _plain(value)
        reference = reference_of(message.tags)
        if reference:
            made[REFERENCE] = _plain(reference)
        made.set_content(message.text, cte="quoted-printable")
        made.add_alternative(message.html, subtype="html", cte="quoted-printable")
        return made.as_bytes(policy=AS_SENT)
    except (MessageError, ValueError, IndexError) as error:  # IndexError: Python's parser of an address without one
        raise MailRefused("not fit for a mail", retry=False) from error


def reference_of(tags: Mapping[str, str]) -> str:
    """What a letter is known by; empty for a mail that is none."""
    return " ".join(tags[name] for name in OF_A_LETTER) if all(tags.get(name) for name in OF_A_LETTER) else ""


def tags_of(reference: str) -> dict[str, str]:
    """The tags of a letter by its reference; empty when it is none of ours."""
    parts = reference.split()
    return dict(zip(OF_A_LETTER, parts, strict=True)) if len(parts) == len(OF_A_LETTER) else {}


def _plain(text: str) -> str:
    """ValueError for what Python's own package would let become another header (python/cpython 121650)."""
    if "=?" in text or any(ord(sign) < 32 or ord(sign) == 127 or 0xD800 <= ord(sign) <= 0xDFFF for sign in text):
        raise ValueError("a header that hides something")
    return text


def _address(text: str) -> str:
    if not text.isascii():  # the other end would have to speak SMTPUTF8
        raise ValueError("an address beyond ASCII")
    return _plain(text)

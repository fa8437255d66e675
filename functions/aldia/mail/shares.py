"""One sum that several debts were paid with: how much of it is whose, a line each."""

from collections.abc import Sequence

from aldia.domain.case import Letter
from aldia.domain.one_letter import OF_EACH
from aldia.mail.parts import Part
from aldia.mail.reader import Reader


def share_lines(letter: Letter, parts: Sequence[Part], reader: Reader) -> list[str]:
    """ "Factura F-001: 100,00 €" for each part, with what is left of it; nothing in a letter about one debt."""
    told = [int(minor) for minor in letter.facts.get(OF_EACH, "").split()]
    lines = []
    for share, asked, part in zip(told, letter.parts, parts, strict=bool(told)):
        amount, left = reader.money(share, asked.currency), reader.money(asked.amount_minor, asked.currency)
        key = "share_left" if asked.amount_minor else "share"
        lines.append(reader.say(key, title=part.title, amount=amount, left=left))
    return lines

"""The phrase that client and freelancer agreed on: it stands in every letter, so that the client knows who writes."""

from aldia.domain.errors import Refused
from aldia.domain.notes import check_note
from aldia.domain.parsing import parse_line
from aldia.domain.tone import HARSH, check

LONGEST = 80
SHORTEST = 8  # characters; less is guessed too easily
_QUOTES = "«»\"“”„'‘’ "


def checked(text: str, *, field: str = "phrase") -> str:
    """The phrase without quotes around it; "" for none.

    Refused: too short or long, hidden characters, an address or phone number, words that no letter may hold.
    """
    phrase = parse_line(text.strip().strip(_QUOTES), field=field, most=LONGEST)
    if not phrase:
        return ""
    if len(phrase) < SHORTEST:
        raise Refused("phrase.too_short", field=field, count=SHORTEST)
    try:
        check_note(phrase, field=field, most=LONGEST)
    except Refused as refused:
        raise Refused("phrase.no_addresses", field=field) from refused
    for language in ("es", "en"):
        found = check(phrase, step="thanks", language=language).findings
        unkind = next((one for one in found if one.level == "block" and one.excerpt and one.rule != HARSH), None)
        if unkind:
            raise Refused("phrase.unkind", field=field, words=unkind.excerpt[:40])
    return phrase


def phrase_for(own: str, usual: str) -> str:
    """The client's own phrase, else the account's; "" for none."""
    return own or usual

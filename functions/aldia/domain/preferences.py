"""What a client would rather have: the language of its letters and page, and the way to pay that stands first."""

from dataclasses import replace
from datetime import datetime
from typing import Literal, cast, get_args

from aldia.domain.case import Case, Outcome
from aldia.domain.errors import Refused
from aldia.domain.outcomes import settled, unchanged

Way = Literal["online", "transfer"]
Language = Literal["es", "en"]
WAYS: tuple[str, ...] = get_args(Way)
LANGUAGES: tuple[str, ...] = get_args(Language)


def prefer(case: Case, *, language: str = "", way: str = "", now: datetime) -> Outcome:
    """Remember it; what is empty stays. No letter: it was a choice and no answer. Refused when it is none of ours."""
    if (language and language not in LANGUAGES) or (way and way not in WAYS):
        raise Refused("pay.prefer_unknown", field="prefers")
    client = case.client
    wished = replace(
        client, language=cast(Language, language or client.language), prefers=cast(Way, way or client.prefers)
    )
    return unchanged(case) if wished == client else settled(replace(case, client=wished), now)

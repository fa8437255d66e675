"""The freelancer's own words that a client will read: judged where they are written, and again in each letter.

Three sorts. Sentences (an answer, a question) are judged as those of a letter. A line (a note, what stands under every
letter) may be a register or a profession: its sound and a lawyer's name count only where it speaks to somebody. A title
(number, concept) may name any work, so all of it counts only there.
"""

import re
from dataclasses import replace
from functools import lru_cache
from typing import Literal

from aldia.domain.case import Case, Letter
from aldia.domain.errors import Refused
from aldia.domain.tone import HARSH, Finding, check
from aldia.domain.tone_phrases import folded
from aldia.domain.tone_sense import is_in

Sort = Literal["sentences", "line", "title"]

STEP = "overdue_1"  # these words may stand in any letter: what a reminder may not say, they may not
LANGUAGES = ("es", "en")
FACTS = ("resolution", "question")  # of a letter: what the freelancer wrote for it
OF_WORK = ("consequences", HARSH)
CLEARLY = 1.0  # log-odds: no tick lets an answer through, so its sound alone must be clearly harsh to refuse it
_LONGEST_EXCERPT = 60
_KNOWN = 1000  # texts whose verdict is kept: a footer stands under every letter
_TO_SOMEBODY = frozenset(
    "te ti tu tus contigo eres debes pagas paga pagues pague vas usted ustedes le les su sus os vuestro vuestra mi mis"
    " nuestro nuestros nuestra nuestras you your yours you're you'll you've my our pay".split()
)
_WORD = re.compile(r"[a-z0-9']+")


def kind_words(text: str, *, field: str, sort: Sort = "sentences") -> str:
    """The text as it is. Refused (`tone.…`) when it threatens, shames or presses, in either language."""
    found = unkind(text, sort)
    if found:
        raise Refused(found.key, field=field, excerpt=found.excerpt[:_LONGEST_EXCERPT])
    return text


@lru_cache(maxsize=_KNOWN)
def unkind(text: str, sort: Sort = "sentences", country: str = "") -> Finding | None:
    """The first thing that no letter may say; None for kind words. `country`: the client's, where it is known."""
    is_spoken = sort == "sentences" or not _TO_SOMEBODY.isdisjoint(_WORD.findall(folded(text)))
    if not text.strip() or (sort == "title" and not is_spoken):
        return None
    left = (HARSH,) if sort == "title" else () if is_spoken else OF_WORK
    for language in _spoken_in(text):
        for one in check(text, step=STEP, language=language, country=country).findings:
            is_faint = one.rule == HARSH and one.excess < CLEARLY
            if one.level == "block" and one.excerpt and one.rule not in left and not is_faint:
                return one
    return None


def _spoken_in(text: str) -> tuple[str, ...]:
    """The languages of which it has small words; both for a few words that have none."""
    return tuple(language for language in LANGUAGES if is_in(text, language)) or LANGUAGES


def without_unkind(case: Case, letter: Letter) -> tuple[Case, Letter]:
    """The same two where all is kind; else without the footer, notes and answers that no letter may hold."""
    country = case.client.country
    if unkind(case.account.footer, "line", country):
        case = replace(case, account=replace(case.account, footer=""))
    for debt in (case.debt(part.debt_id) for part in letter.parts):
        if unkind(debt.note, "line", country):
            case = case.with_debt(replace(debt, note=""))
    left = [name for name in FACTS if unkind(letter.facts.get(name, ""), country=country)]
    if left:
        letter = replace(letter, facts={name: text for name, text in letter.facts.items() if name not in left})
    return case, letter

"""Letters that wait for the freelancer's click: one letter about all parts of a debt whose step has come.

Each part of a debt has its own steps. Of a step that needs a click the letter of the last of these parts goes and asks
for them all; the same step of the parts before it is overtaken by that, and a firmer one leaves them to that part too:
what follows a formal letter is about what the formal letter asked for.
"""

from collections.abc import Iterable, Sequence

from aldia.domain.debt import Debt, Mark
from aldia.domain.ladder import FIRST_INSTALMENT, Occurrence, ladder_of, named_in, step_of
from aldia.domain.ledger import in_force
from aldia.domain.new_readers import nth_of

DECIDED = ("not_wanted", "needs_approval")  # given up with these: left out, or a kinder letter took its place


def click_for(key: str) -> str:
    """How a click on that very letter, and its repetitions, is noted: a step's bare name is for all parts of a debt."""
    base = key.partition("/")[0]
    return base if "@" in base else f"{base}@{FIRST_INSTALMENT}"


def is_clicked(debt: Debt, key: str) -> bool:
    """Whether the freelancer has clicked that letter, or its step for all parts of the debt."""
    return step_of(key) in debt.approved or click_for(key) in debt.approved


def unclicked(debt: Debt) -> list[str]:
    """Keys of what was noted as waiting and wants a click: of no part that another letter speaks for."""
    asked = {rung.step for rung in ladder_of(debt) if rung.approve}
    waiting = [key for key, mark in debt.marks.items() if mark.state == "waiting" and step_of(key) in asked]
    clicked = [key for key in waiting if is_clicked(debt, key)]
    wanted = (key for key in waiting if key not in clicked and not is_told(debt, key))
    return [key for key in wanted if not _has_later(debt, key, (*_of(key, clicked), *_before(debt, key, waiting)))]


def _of(key: str, others: Iterable[str]) -> list[str]:
    return [one for one in others if step_of(one) == step_of(key)]


def _milder(debt: Debt, key: str, others: Iterable[str]) -> list[str]:
    """Those of a step before it that needs a click."""
    before = _firm_up_to(debt, step_of(key))[:-1]
    return [one for one in others if step_of(one) in before]


def _before(debt: Debt, key: str, others: Iterable[str]) -> list[str]:
    """Those of a milder step that go before it, where none of these has gone about its own part."""
    return [] if _follows(debt, key) else _milder(debt, key, others)


def gone_after(debt: Debt, click: str) -> list[Mark]:
    """What went of the letter, or of the step, that was clicked."""
    clicked = (mark for key, mark in debt.marks.items() if click in (step_of(key), click_for(key)))
    return [mark for mark in clicked if mark.state == "sent"]


def is_told(debt: Debt, key: str) -> bool:
    """Whether a letter about a later part has gone that asked for this one as well: of its step, or of one before it
    that needs a click, so that the step of that later part follows for both."""
    steps = _firm_up_to(debt, step_of(key))
    if not steps or len(debt.instalments) < 2:
        return False
    marks = ((known, mark) for known, mark in debt.marks.items() if step_of(known) in steps)
    return _has_later(debt, key, (known for known, mark in marks if _spoke(mark, is_same=step_of(known) == steps[-1])))


def _spoke(mark: Mark, *, is_same: bool) -> bool:
    return mark.state == "sent" or (is_same and mark.state == "given_up" and mark.reason in DECIDED)


def _firm_up_to(debt: Debt, step: str) -> list[str]:
    """That step and those before it that need a click, where each part of the debt has its own; else nothing."""
    firm = [rung.step for rung in ladder_of(debt) if rung.approve and rung.channel == "email" and rung.anchor == "due"]
    return firm[: firm.index(step) + 1] if step in firm else []


def speaking(debt: Debt, steps: Sequence[Occurrence]) -> list[Occurrence]:
    """These steps, but of one that needs a click only that of the last part: it speaks for the others. A milder one of
    them about a later part goes first.

    The last of those whose letter before it has gone, where there are any: nobody is given a last word about a part
    that the letter before did not ask for.
    """
    chosen: dict[str, str] = {}  # step → instalment
    places = _places(debt)
    keys = [step.key for step in steps]
    steps = [step for step in steps if not _has_later(debt, step.key, _before(debt, step.key, keys))]
    firm = [step for step in steps if step.step.approve and not step.is_task and step.instalment_id]
    for step in sorted(firm, key=lambda step: (_follows(debt, step.key), places.get(step.instalment_id, -1))):
        chosen[step.step.step] = step.instalment_id
    return [step for step in steps if step not in firm or chosen[step.step.step] == step.instalment_id]


def _follows(debt: Debt, key: str) -> bool:
    """Whether a letter that needs a click, of a step before it and about the same part, has gone."""
    about = click_for(key).partition("@")[2]
    sent = [known for known, mark in debt.marks.items() if mark.state == "sent"]
    return any(click_for(known).partition("@")[2] == about for known in _milder(debt, key, sent))


def cited(debt: Debt, key: str, step: str) -> list[Mark]:
    """What went of that step about the same part as the letter of that key; of a letter about no part: all of it."""
    sent = [known for known, mark in debt.marks.items() if mark.state == "sent" and step_of(known) == step]
    if step_of(key) in _firm_up_to(debt, step_of(key)):
        sent = [known for known in sent if click_for(known).partition("@")[2] == click_for(key).partition("@")[2]]
    return [debt.marks[known] for known in sent]


def _has_later(debt: Debt, key: str, others: Iterable[str]) -> bool:
    """Whether one of these letters is about a part after that of the key, to the same readers."""
    places = _places(debt)
    own = places.get(_part(key))
    others = (other for other in others if nth_of(other) == nth_of(key))
    return own is not None and any(places.get(_part(other), -1) > own for other in others)


def _places(debt: Debt) -> dict[str, int]:
    return {part.id: place for place, part in enumerate(in_force(debt))}


def _part(key: str) -> str:
    return named_in(key) or FIRST_INSTALMENT

"""Payment terms in words, in whichever language the sentences are said."""

from collections.abc import Callable

from aldia.domain.account import TermLine

Say = Callable[..., str]
"""(key, **values) → a sentence of the catalogue."""


def due_days(terms: tuple[TermLine, ...], say: Say) -> str:
    """When each line falls due: "30 días después de la emisión"."""
    return _listed([_after(line, say) for line in terms], say)


def _after(line: TermLine, say: Say) -> str:
    words = []
    for operator in line.after:
        name, _, number = operator.replace("=", "+").partition("+")
        if name in ("days", "months") and number.isdigit():
            words.append(say(f"debts.after_{name}", n=int(number)))
        else:
            words.append(say(f"debts.after_{name}", number=number))
    return say("debts.after_then").join(words) if words else say("debts.after_at_once")


def _listed(texts: list[str], say: Say) -> str:
    return f"{', '.join(texts[:-1])} {say('debts.and')} {texts[-1]}" if len(texts) > 1 else "".join(texts)

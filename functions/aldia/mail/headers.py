"""What may stand in a header of a mail: names and subjects come from people, and from files of strangers.

Python's own e-mail package turns `=?UTF-8?Q?=0D=0A?=Bcc: x` into a real Bcc line (python/cpython 121650), so
an encoded word is refused like a line break is.
"""

import re

from aldia.domain.errors import Refused

# Controls, line and paragraph separators, lone surrogates, and what turns the direction of writing, so that a name
# reads as another one. Unicode adds nothing to these categories any more.
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def clean_header(text: str, *, field: str = "") -> str:
    """The text, trimmed, fit for a header. Refused when it hides a control character or an encoded word."""
    text = text.strip(" ")
    if "=?" in text or _HIDDEN.search(text):
        raise Refused("mail.hidden_characters", field=field)
    return text


def one_line(text: str, *, at_most: int = 200) -> str:
    """Text for one line of a letter: white space folded, hidden characters dropped, cut with an ellipsis."""
    visible = _HIDDEN.sub("", " ".join(text.split()))
    return visible if len(visible) <= at_most else visible[: at_most - 1].rstrip() + "…"


def paragraphs(text: str, *, at_most: int = 4000) -> str:
    """A person's own text for the body of a letter: its paragraphs and lines kept, everything else made plain."""
    lines = [one_line(line, at_most=at_most) for line in text[:at_most].splitlines()]
    lines = ["—" if line in {"-", "--"} else line for line in lines]
    blocks = "\n".join(lines).split("\n\n")
    return "\n\n".join(block.strip("\n") for block in blocks if block.strip())

"""The plain text of a letter, read back as blocks that the HTML layout shows.

Two spaces before every line of a paragraph: a card (title, sum, details). `· ` before every line: a list. A line
that is one of our links: a button, called by the line before it. After `-- `: the footer.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

LONGEST_BUTTON = 44
FOOTER = "\n-- \n"


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the HTML letter."""

    kind: Literal["text", "card", "list", "button", "link"]
    lines: tuple[str, ...] = ()  # button and link: what they are called
    url: str = ""


def blocks(text: str, links: Collection[str], *, button: str) -> tuple[list[Block], list[Block]]:
    """Body and footer. `button`: what a link is called where the line before it is a whole sentence."""
    body, _, footer = text.partition(FOOTER)
    shown = [
        block for paragraph in body.split("\n\n") if paragraph.strip() for block in _body(paragraph, links, button)
    ]
    return shown, [_footer(line, links) for line in footer.splitlines() if line.strip()]


def _body(paragraph: str, links: Collection[str], button: str) -> list[Block]:
    """One paragraph, which may end in a link."""
    lines = paragraph.strip("\n").split("\n")
    if all(line.startswith("  ") for line in lines):
        return [Block("card", tuple(line.strip() for line in lines))]
    if all(line.startswith("· ") for line in lines):
        return [Block("list", tuple(line[2:] for line in lines))]
    if lines[-1] in links:
        return _link(lines[:-1], lines[-1], button)
    return [Block("text", tuple(lines))]


def _link(before: list[str], url: str, button: str) -> list[Block]:
    """A button, and the text above it where there is more than its name."""
    name = before[-1].rstrip(":") if before else button
    above = before[:-1]
    if len(name) > LONGEST_BUTTON:
        above, name = before, button
    text = [Block("text", tuple(above))] if above else []
    return [*text, Block("button", (name,), url)]


def _footer(line: str, links: Collection[str]) -> Block:
    """A line of the footer; "what it does: link" becomes a link of that name."""
    name, _, url = line.rpartition(": ")
    return Block("link", (name,), url) if url in links else Block("text", (line,))

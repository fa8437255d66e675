"""From a template to both parts of a mail: plain text first, and the HTML built from that very text."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import BaseLoader, Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from aldia import assets, ready
from aldia.i18n import catalog
from aldia.mail.layout import blocks

TEMPLATES = assets.TEMPLATES / "email"
WORD = re.compile(r"\S+")
LONGEST_NUMBER = 24  # characters: what is longer may break, so that it fits a phone


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail's words, once as text and once as HTML."""

    subject: str
    text: str
    html: str


def render(
    template: str, values: Mapping[str, object], *, language: str, links: Collection[str], folder: Path = TEMPLATES
) -> Rendered:
    """One template with its values. Only addresses in `links` become links: what people typed never does."""
    whole = texts(folder).get_template(f"{language}/{template}.txt").render(**values)
    subject, _, body = whole.lstrip().partition("\n")
    text = _tidy(body)
    body_blocks, footer_blocks = blocks(text, links, button=catalog.text(language, "letters.button"))
    page = pages(folder).get_template("layout.html")
    html = page.render(
        lang=language, subject=subject, sender=values.get("sender", "Al Día"), body=body_blocks, footer=footer_blocks
    )
    return Rendered(subject=subject.strip(), text=text, html=html)


def _tidy(body: str) -> str:
    """No white space at the ends of lines (but after the footer's mark), at most one empty line at a time."""
    lines = "\n".join(line.rstrip() for line in body.splitlines())
    once = re.sub(r"\n{3,}", "\n\n", lines).strip("\n")
    return once.replace("\n--\n", "\n-- \n") + "\n"


def _sentence(text: str) -> str:
    """With a capital at its start, the rest as it is."""
    return text[:1].upper() + text[1:]


@cache
def texts(folder: Path) -> Environment:
    """Templates of plain text; an unknown value is an error, not a hole."""
    found = Environment(
        loader=_loader("letters", folder),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,  # else each letter asks the disk whether the template has changed
        autoescape=False,  # noqa: S701 - plain text has nothing to escape; the HTML environment escapes
    )
    found.filters["sentence"] = _sentence
    return found


@cache
def pages(folder: Path) -> Environment:
    """The one HTML layout; everything that it is given is escaped."""
    found = Environment(
        loader=_loader("letter_pages", folder),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        auto_reload=False,
    )
    found.filters["unbroken"] = _unbroken
    return found


def _loader(purpose: str, folder: Path) -> BaseLoader:
    """Our own templates may be ready made; those of another folder are read."""
    sources = FileSystemLoader(folder)
    return ready.templates(purpose, sources) if folder == TEMPLATES else sources


def _unbroken(line: str) -> Markup:
    """The line escaped, where an invoice's number does not break at its hyphens: F-2026-001 stays together."""
    if "-" not in line:
        return escape(line)
    shown, end = [], 0
    for word in WORD.finditer(line):
        if _is_number(word[0]):
            before, number = escape(line[end : word.start()]), escape(word[0])
            shown.append(f'{before}<span style="white-space:nowrap">{number}</span>')
            end = word.end()
    return Markup("".join((*shown, escape(line[end:]))))  # noqa: S704 - each piece is escaped


def _is_number(piece: str) -> bool:
    return "-" in piece and len(piece) <= LONGEST_NUMBER and any(sign.isdigit() for sign in piece)

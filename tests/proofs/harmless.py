"""What no page and no mail of ours may ever hold, whatever was typed."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from aldia import rules
from tests.proofs.html_forms import Page, read

EXECUTED = re.compile(
    r"49dict_items|49\{|dict_items\(|&lt;class |<class '|(?<![\w-])49(?:49){1,2}(?![\w-])|uid=\d+\(|root:x:0:0|<Config "
)
SOURCES = "".join(file.read_text("utf-8") for file in Path(rules.__file__).parent.glob("*.json"))  # we link to laws
ADDRESSES = (
    "href",
    "src",
    "action",
    "formaction",
    "srcset",
    "hx-get",
    "hx-post",
    "hx-delete",
    "hx-put",
    "data",
    "xlink:href",
)
FORBIDDEN = ("iframe", "object", "embed", "base", "applet", "frame")


def harm_in(html: str) -> list[str]:
    """What is wrong with a page of ours; empty when it is harmless."""
    return list(_harm_in(html))


@lru_cache(64)
def _harm_in(html: str) -> tuple[str, ...]:
    """The same page comes again and again: of one that is the same to the letter nothing else is found."""
    found = [f"executed: {one}" for one in EXECUTED.findall(html)[:3]]
    for tag, given in read(html).elements:
        if tag in FORBIDDEN or (tag == "script" and not given.get("src", "").startswith("/assets/")):
            found.append(f"<{tag} {given}>"[:200])
        if tag == "img" and not given.get("src", "").startswith(("/assets/", "data:image/")):
            found.append(f"img {given}"[:200])
        found += [f"{tag} {name}={value}"[:200] for name, value in given.items() if _is_bad(name, value)]
    return tuple(found)


@lru_cache(4096)
def _is_bad(name: str, value: str) -> bool:
    if name.startswith(("on", "hx-on")):
        return True
    if name not in ADDRESSES:
        return False
    plain = value.strip().lower()
    is_ours = plain.startswith(("/", "#", "?", "mailto:", "tel:")) and not plain.startswith(("//", "/\\", "/_local"))
    is_icon = plain in ("", "data:,")
    is_known = plain.startswith("http://127.0.0.1:") or f'"{value}"' in SOURCES
    return not (is_ours or is_icon or is_known)


def harm_in_mail(message: Any, receivers: set[str]) -> list[str]:
    """What is wrong with a mail: another receiver, a line that was smuggled into its head, markup in its body."""
    head = [message.subject, message.reply_to, message.from_name, *message.to, *message.cc]
    head += [text for pair in dict(message.headers).items() for text in pair]
    found = [f"line end in {line!r}" for line in head if re.search(r"[\r\n\x00\x85\u2028\u2029]", line)]
    found += [f"goes to {one}" for one in (*message.to, *message.cc) if one not in receivers]
    page = Page(message.html)
    found += [f"<{tag}>" for tag, _ in page.elements if tag in (*FORBIDDEN, "script", "img", "svg", "form", "input")]
    found += [f"{tag} {name}" for tag, given in page.elements for name in given if name.startswith("on")]
    found += [f"link {link}" for link in page.links if not link.startswith(("http://127.0.0.1", "mailto:"))]
    return found + [f"executed: {one}" for one in EXECUTED.findall(message.html + message.text)[:3]]

"""The forms of a page, as a browser would read them."""

from dataclasses import dataclass, field, replace
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any

LEFT_OUT = ("submit", "image", "reset", "button")


@dataclass(slots=True)
class Field:
    """One field; `kind` is the input's type, or select, textarea."""

    name: str
    kind: str
    value: str = ""
    options: list[str] = field(default_factory=list)
    is_sent: bool = True  # unticked boxes are not


@dataclass(slots=True)
class Form:
    """One form with its fields; `buttons` are the named ways to send it."""

    action: str
    method: str
    is_multipart: bool
    fields: list[Field] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    @property
    def names(self) -> tuple[str, ...]:
        """Every name once, in the page's order."""
        return tuple(dict.fromkeys(one.name for one in self.fields))

    @property
    def values(self) -> dict[str, list[str]]:
        """What would be sent if nobody typed anything."""
        sent: dict[str, list[str]] = {}
        for one in self.fields:
            if one.is_sent and one.kind != "file":
                sent.setdefault(one.name, []).append(one.value)
        return sent

    def kind(self, name: str) -> str:
        """The kind of a field."""
        return next(one.kind for one in self.fields if one.name == name)


@lru_cache(2)
def read(html: str) -> "Page":
    """The page, for looking only: an answer is looked at for harm and for what it kept, and is read once."""
    return Page(html)


class Page(HTMLParser):
    """Collects forms, links, elements and attributes."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.elsewhere: list[tuple[Form, str]] = []  # buttons that send a form to another address
        self.links: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self._form: Form | None = None
        self._select: Field | None = None
        self._area: Field | None = None
        self.feed(html)
        self.close()
        self.forms += [replace(form, action=action, buttons=[]) for form, action in self.elsewhere]

    def updatepos(self, _i: int, j: int) -> int:
        """Nobody asks in which line something stands; to count the lines takes a tenth of the reading."""
        return j

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the element, and what it means for the form around it."""
        given = {name: value or "" for name, value in attrs}
        self.elements.append((tag, given))
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if tag == "form":
            action, method = given.get("action", ""), given.get("method", "get").lower()
            self._form = Form(action, method, given.get("enctype") == "multipart/form-data")
            self.forms.append(self._form)
        elif tag == "option" and self._select is not None:
            self._option(given)
        elif self._form is not None:
            self._field(tag, given)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        assert self._form is not None
        name, kind = given.get("name", ""), given.get("type", "text").lower()
        if not name and not given.get("formaction"):
            return
        if tag == "button" and given.get("formaction"):
            self.elsewhere.append((self._form, given["formaction"]))
        elif tag == "button" or (tag == "input" and kind in LEFT_OUT):
            self._form.buttons.append((name, given.get("value", "")))
        elif tag == "input":
            is_box = kind in ("checkbox", "radio")
            value = given.get("value", "on" if is_box else "")
            self._form.fields.append(Field(name, kind, value, is_sent=not is_box or "checked" in given))
        elif tag == "select":
            self._select = Field(name, "select")
            self._form.fields.append(self._select)
        elif tag == "textarea":
            self._area = Field(name, "textarea")
            self._form.fields.append(self._area)

    def _option(self, given: dict[str, str]) -> None:
        assert self._select is not None
        value = given.get("value", "")
        if not self._select.options or "selected" in given:
            self._select.value = value
        self._select.options.append(value)

    def handle_endtag(self, tag: str) -> None:
        """Leave what has ended."""
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea" and self._area is not None:
            self._area.value = self._area.value.removeprefix("\n")
            self._area = None

    def handle_data(self, data: str) -> None:
        """Text, and what stands in a text area."""
        self.texts.append(data)
        if self._area is not None:
            self._area.value += data

    def form(self, action: str, name: str) -> Any:
        """The form with that action that has a field of that name."""
        same = [one for one in self.forms if one.action.partition("?")[0] == action.partition("?")[0]]
        return next((one for one in same if name in one.names), None)

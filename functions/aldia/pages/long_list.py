"""Long lists: the first rows at once, more in place when somebody asks, pages of their own beyond that.

An address says how many rows its page shows, so going back from a debt leads to the same place of the same list.
"""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from aldia.store.lists import Page

MORE, PORTIONS = 50, 10  # rows that each press adds; presses after which a new page begins


@dataclass(frozen=True, slots=True)
class Onward:
    """What leads on. `place`: the first row that it adds, counted from 1; 0 when it is a page of its own."""

    href: str
    place: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """The rows of a list that one page shows: `rows` from its beginning, or those `after` a place of it."""

    first: int  # rows that are shown before anybody asks for more
    rows: int
    after: str = ""

    @property
    def new(self) -> int:
        """The first row that the last press has brought, counted from 1; 0 when nothing was pressed."""
        return self.rows - MORE + 1 if not self.after and self.rows > self.first else 0

    def onward(self, path: str, found: Page) -> Onward | None:
        """Where the next rows are; None at the end. A search that has looked through enough goes on from there."""
        if not found.after:
            return None
        sign = "&" if "?" in path else "?"
        is_whole = not self.after and len(found.rows) == self.rows
        if is_whole and self.rows + MORE <= longest(self.first):
            return Onward(f"{path}{sign}filas={self.rows + MORE}", self.rows + 1)
        return Onward(f"{path}{sign}desde={quote(found.after)}", 0)


def longest(first: int) -> int:
    """Rows that one page shows at most."""
    return first + MORE * PORTIONS


def stretch(first: int, *, rows: str, after: str) -> Stretch:
    """What an address asks for; a number of rows that no press leads to shows the first ones."""
    if after:
        return Stretch(first, MORE, after)
    asked = int(rows) if rows.isascii() and rows.isdigit() and len(rows) < 5 else first
    is_ours = first <= asked <= longest(first) and (asked - first) % MORE == 0
    return Stretch(first, asked if is_ours else first)


def address(path: str, **values: str) -> str:
    """The path with those of the values that say something."""
    query = urlencode({name: value for name, value in values.items() if value})
    return f"{path}?{query}" if query else path

"""A client whose data cannot be read or shown: whoever asked is told kindly, and it is listed to be mended."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from flask import Response, g

from aldia.domain.account import Account
from aldia.domain.case import Case
from aldia.pages.render import page, ports, t
from aldia.store import cases, keys, troubles

T = TypeVar("T")


class Spoilt(Exception):
    """The data of an account's client cannot be read or shown; they are listed."""

    def __init__(self, account: Account, client_id: str) -> None:
        super().__init__(account.id, client_id)
        self.account, self.client_id = account, client_id


@contextmanager
def _looked_at(account: Account, client_id: str, told: type[Spoilt]) -> Iterator[None]:
    """In here a client's data are read or shown, and nothing is changed; `told` is raised when that cannot be done."""
    found: list[str] = []
    with troubles.passed_over(found, client_id):
        yield
    if found:
        troubles.note(ports(), [keys.client(account.id, client_id)])
        raise told(account, client_id)


def case_of(account: Account, client_id: str, *, strong: bool = True, told: type[Spoilt] = Spoilt) -> Case | None:
    """The client with its debts, in a zone that there is; None when there is no such client."""
    with _looked_at(account, client_id, told):
        case = cases.load(ports(), account, client_id, strong=strong)
        return case if case and case.zone else None


def made(case: Case, make: Callable[[], T], told: type[Spoilt] = Spoilt) -> T:
    """What `make` makes of a case to show it; `told` is raised when its data hold what nothing can be made of."""
    with _looked_at(case.account, case.client.id, told):
        return make()


def answer(problem: Spoilt) -> Response:
    """What a client reads who came by a link."""
    g.language = getattr(g, "language", "") or problem.account.language
    g.has_inline_style = False  # this page has the common style, wherever it is shown
    return page("pages/error.html", 500, title=t("error.spoilt_title"), text=t("error.spoilt"))

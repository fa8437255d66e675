"""Each page at few and at many debts in the account: requests, read units, bytes, time."""

import gzip
import statistics
import time
from dataclasses import dataclass
from typing import Any

from aldia.app import create_app
from aldia.domain.case import Case
from aldia.flows import ask_first
from aldia.store import accounts, tokens
from tests.bench import people, stage
from tests.bench.meter import Meter

DEBTS = 4  # of each client, one of them paid
TOKEN, SECRET = "bench-pay-link", "bench-session"


@dataclass
class House:
    """One account with that many debts, its application and a browser that is signed in."""

    meter: Meter
    browser: Any
    paths: dict[str, str]


def house(engine_url: str, mail_url: str, debts: int, *, table: str = "pages") -> House:
    """Seed an account with that many debts: three of four open and past due, letters out, the fourth paid."""
    made = stage.build(engine_url, mail_url, f"{table}-{debts}", people.OPENED)
    ports = made.ports
    account = people.sign_up(ports, people.freelancer(0))
    case, at = people.waiting_for_letter(account, debts=DEBTS)
    case = people.with_one_paid(case, at)
    made.clock.at = at
    first = next(people.copies(case, 1, prefix="c"))
    people.seed(ports, made.dynamodb, people.items(ports, people.copies(case, debts // DEBTS, prefix="c"), at))
    _open_doors(ports, first, at)
    app = create_app(ports)
    app.testing = True
    browser = app.test_client()
    browser.set_cookie("s", SECRET, domain="127.0.0.1")
    client, debt = first.client.id, first.debts[0].id
    paths = {
        "pay": f"/p/{TOKEN}",
        "today": "/hoy",
        "debts": "/cobros",
        "debts_closed": "/cobros?ver=closed",
        "debt": f"/cobros/{client}/{debt}",
        "debt_new": "/cobros/nuevo",
        "clients": "/clientes",
        "client": f"/clientes/{client}",
        "settings": "/ajustes",
    }
    return House(Meter(made.dynamodb), browser, paths)


def ask_before_each_letter(one: House) -> None:
    """From now on the freelancer is asked, and there is a page of all that waits."""
    ports = one.browser.application.extensions["aldia"]
    account = accounts.load(ports, people.freelancer(0).id)
    assert account
    ask_first.switch(ports, account, is_on=True)
    one.paths = one.paths | {"approvals": "/visto-bueno"}


def _open_doors(ports: Any, case: Case, at: Any) -> None:
    held = tokens.PayLink(case.account.id, case.client.id, (case.debts[0].id,), case.client.link_version, "es")
    ports.table.write(tokens.put_link(TOKEN, held, at))
    ports.table.write(tokens.put_session(ports, SECRET, tokens.Session(case.account.id, at, at, at)))


def look(one: House, name: str) -> dict[str, Any]:
    """One page, once."""
    base = one.browser.application.extensions["aldia"].settings.base_url
    with one.meter.measure() as cost:
        started, cpu = time.perf_counter(), time.process_time()
        answer = one.browser.get(one.paths[name], base_url=base)
        took, cpu = time.perf_counter() - started, time.process_time() - cpu
    assert answer.status_code == 200, (name, answer.status_code)
    return {
        "requests": cost.requests,
        "read_units": cost.read_units,
        "write_units": cost.write_units,
        "ms": took * 1000,
        "cpu_ms": cpu * 1000,
        "bytes_gz": len(gzip.compress(answer.data, mtime=0)),
    }


def figures(engine_url: str, mail_url: str, *, rounds: int, sizes: tuple[int, ...]) -> dict[int, dict[str, Any]]:
    """Each size's pages; requests, units and bytes of one look, times as the median of interleaved looks."""
    houses = {size: house(engine_url, mail_url, size) for size in sizes}
    names = next(iter(houses.values())).paths
    looks: dict[tuple[int, str], list[dict[str, Any]]] = {}
    for _ in range(rounds + 1):
        for name in names:
            for size, one in houses.items():
                looks.setdefault((size, name), []).append(look(one, name))
    for size, one in houses.items():  # at the end: who is asked reads more on other pages, too
        ask_before_each_letter(one)
        looks[size, "approvals"] = [look(one, "approvals") for _ in range(min(rounds, 3) + 1)]
    return {size: {name: _middle(looks[size, name][1:]) for name in (*names, "approvals")} for size in sizes}


def _middle(found: list[dict[str, Any]]) -> dict[str, Any]:
    times = {name: round(statistics.median(one[name] for one in found), 1) for name in ("ms", "cpu_ms")}
    return found[0] | times

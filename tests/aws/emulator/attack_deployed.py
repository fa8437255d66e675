"""`make attack-deployed`: the scanner against the deployed zip, through what stands for CloudFront, and the API.

Runs after the first two files of `make e2e`, whose owner and client it takes. Bounded as `make attack` is.
"""

import sys

from tests.attack.__main__ import findings, reason, scan
from tests.attack.target import Target
from tests.aws.emulator import walk

MINUTES = 1.5  # of looking for pages, as each of the two people
CARLA = "carla@cliente.example"


def test_a_scanner_finds_nothing_that_nobody_has_judged(stage, kept, tmp_path):
    debt = walk.wrote_a_debt(stage, kept.ana, "Carla Sol", CARLA, "F-009")
    link = walk.link_of(stage.emulator.wait_for_mail(CARLA, seconds=150))
    pages = ("/hoy", "/cobros", "/clientes", "/importar", "/ajustes", "/cobros/nuevo", debt)
    doors = (link, "/comprobar", "/registro", "/entrar")
    hit = Target(stage.edge.url, kept.ana.cookie, doors, pages, [], origin=stage.base_url)
    found, asked = [], {}
    for who in ("client", "owner"):
        report = scan(who, hit, tmp_path, MINUTES)
        asked[who] = report["infos"].get("crawled_pages_nbr", 0)
        found += findings(who, report)
    sys.stdout.write(f"{asked} addresses and forms, {len(found)} findings\n")
    assert [str(one) for one in found if not reason(one)] == []
    assert min(asked.values()) > 5  # else it saw nothing

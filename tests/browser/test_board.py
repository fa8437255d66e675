"""Letters that wait for a yes, all kinds: two that may go, one with its yes, a formal one, one that was left out."""

import contextlib
import re
import uuid
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from aldia.domain.ladder import DEFAULT_LADDER
from aldia.flows import ask_first
from tests.browser.test_axe import AXE, NARROW, findings, too_wide
from tests.world import World

WEB = Path(__file__).parents[2] / "web"  # the style, which the world's own server does not serve
LATE = {"issued_on": "2026-04-20", "due_on": "2026-05-25"}
LONG_AGO = {"issued_on": "2026-03-20", "due_on": "2026-04-25"}
FORMAL = tuple(step for step in DEFAULT_LADDER if step.step == "formal_letter")


def filled(world):
    """The account; the path of the morning mail's door."""
    known = {"country": "ES", "timezone": "Europe/Madrid", "currency": "EUR"}
    ana = ask_first.switch(world.ports, world.account(**known), is_on=True)
    for n, name in enumerate(("Bruno", "Carla Hidalgo y Asociados, Sociedad Limitada", "Dora", "Elio")):
        world.debt(ana, client=name, email=f"cliente{n}@example.com", number=f"F-{n}", **LATE)
    world.debt(ana, client="Félix", email="felix@example.com", number="F-9", ladder=FORMAL, **LONG_AGO)
    world.until("2026-06-02T08:30:00+02:00")
    board = ask_first.board(world.ports, ana, world.clock.at)
    usual = [one for one in board.open if not one.is_formal]
    assert (len(usual), len(board.open)) == (4, 5)
    ask_first.allow(world.ports, ana.id, usual[2].case.client.id, usual[2].mark)
    ask_first.leave_out(world.ports, ana.id, usual[3].case.client.id, usual[3].mark)
    [mail] = [mail for mail in world.outbox.to(ana.email) if "/v/" in mail.text]
    return ana, world.path(re.search(r"\S+/v/[\w-]+", mail.text)[0])


@pytest.fixture(scope="module")
def world(dynamodb):
    name = f"board-{uuid.uuid4().hex[:8]}"
    made = World.start(dynamodb, name)
    yield made
    made.close()
    with contextlib.suppress(dynamodb.exceptions.ResourceNotFoundException):
        dynamodb.delete_table(TableName=name)


@pytest.mark.slow
def test_the_board_with_letters_on_it_is_clean_for_whoever_is_signed_in_and_from_the_mail(world, browser):
    ana, door = filled(world)
    base, session = world.ports.settings.base_url, world.browser(ana).secret
    context = browser.new_context(viewport={"width": 320, "height": 740}, bypass_csp=True, reduced_motion="reduce")
    context.route("**/assets/**", lambda asked: asked.fulfill(path=WEB / urlsplit(asked.request.url).path[1:]))
    context.add_cookies([{"name": "s", "value": session, "url": base}])
    page, wrong = context.new_page(), []
    for path, cards in (("/visto-bueno", 5), (door, 5)):
        for language in ("es", "en"):
            where = f"{path[:12]} in {language}"
            page.goto(f"{base}{path}?lang={language}")
            assert page.locator("main li").count() >= cards, where
            assert page.locator("[name=leida]").count() == 1, where
            for fold in page.locator("main summary").all():
                fold.click()
            page.evaluate(AXE)
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                wrong += [f"{where}, {scheme}: {one}" for one in findings(page)]
            wrong += [f"{where} is wider than {width} px" for width in NARROW if too_wide(page, width)]
    context.close()
    assert wrong == []

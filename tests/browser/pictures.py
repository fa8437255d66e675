"""Draws the README's pictures from the real thing: `python -m tests.browser.pictures`."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import boto3
from playwright.sync_api import sync_playwright

from aldia.domain.debt import Discount, Tier
from infra.local.engine import Engine
from tests.conftest import REGION, find_chromium
from tests.world import World

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"


def main() -> None:
    """One letter and the page behind it, as a phone shows them."""
    with Engine() as engine, sync_playwright() as playwright:
        keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
        world = World.start(boto3.client("dynamodb", endpoint_url=engine.url, region_name=REGION, **keys), "pictures")
        ana = world.account(country="ES", timezone="Europe/Madrid", currency="EUR", address="Calle Mayor 1, Madrid")
        offer = Discount("tiers", (Tier(date(2026, 6, 11), Decimal(2)),))
        world.debt(ana, amount_minor=121_000, issued_on="2026-06-01", due_on="2026-07-01", discount=offer)
        world.advance(hours=3)
        [letter] = world.outbox.to("bruno@example.com")
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        page = chromium.new_page(viewport={"width": 390, "height": 800}, device_scale_factor=2)
        page.set_content(letter.html)
        page.screenshot(path=FOLDER / "letter.png")
        page.goto(world.ports.settings.base_url + world.link(letter))
        page.screenshot(path=FOLDER / "pay.png")
        chromium.close()
        world.close()


if __name__ == "__main__":
    main()

"""What every test can ask for: a database engine, an empty table's name, and whether there is a browser."""

import contextlib
import gc
import itertools
import os
import shutil
import uuid
from pathlib import Path

import boto3
import hypothesis
import pytest
from botocore.config import Config

from infra.local.engine import Engine

BROWSER_TESTS = Path(__file__).parent / "browser"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
NO_CHROMIUM = "Chromium is not installed: the browser tests were left out (Debian: apt-get install chromium)."
SKIPS_FORBIDDEN = "ALDIA_NO_SKIPS"
REGION = "eu-west-1"

hypothesis.settings.register_profile("unhurried", deadline=None)  # a busy machine is no fault of the code
hypothesis.settings.load_profile("unhurried")

_numbers = itertools.count(1)


# -- garbage ------------------------------------------------------------------------------------

YOUNG = (10_000, 20, 20)  # a request makes thousands of objects: to look after each 700 is a tenth of the work


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection():
    """While thousands of tests are collected nothing is thrown away; what there is then is not looked through again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(*YOUNG)
        gc.enable()


# -- the database -------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def engine():
    """One database engine in memory for this worker; `engine.url` is the endpoint."""
    with Engine() as running:
        yield running


@pytest.fixture(scope="session")
def dynamodb(engine):
    """A boto3 DynamoDB client on the engine, as sparing as the installation's own (bootstrap), that tries once."""
    return boto3.client(
        "dynamodb",
        endpoint_url=engine.url,
        region_name=REGION,
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=Config(
            retries={"total_max_attempts": 1},
            max_pool_connections=50,
            parameter_validation=False,
            user_agent="aldia",
            account_id_endpoint_mode="disabled",
        ),
    )


@pytest.fixture
def table_name(dynamodb):
    """A name that no table has yet; what the test makes under it goes away afterwards."""
    name = f"test-{next(_numbers)}-{uuid.uuid4().hex[:8]}"
    yield name
    with contextlib.suppress(dynamodb.exceptions.ResourceNotFoundException):
        dynamodb.delete_table(TableName=name)


# -- the browser --------------------------------------------------------------------------------


def find_chromium() -> str | None:
    """Debian's Chromium or another one on this machine; ALDIA_CHROMIUM names it ("" for none)."""
    if "ALDIA_CHROMIUM" in os.environ:
        return os.environ["ALDIA_CHROMIUM"] or None
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


@pytest.fixture(scope="session")
def chromium_path():
    """The path of the browser's program, for Playwright's executable_path."""
    return find_chromium()


@pytest.fixture(scope="session")
def browser(chromium_path):
    """One Chromium for this worker."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        args = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium's sandbox refuses to work for root
        chromium = playwright.chromium.launch(executable_path=chromium_path, args=args)
        yield chromium
        chromium.close()


@pytest.fixture
def browser_page(browser):
    """A fresh page, with no cookie: 360 px wide, in Spanish."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="es-ES")
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


# -- what is left out, and saying so ------------------------------------------------------------


def pytest_collection_modifyitems(config, items):
    """tests/browser carries the marker `browser`, and is left out where there is no Chromium."""
    chosen = []
    for item in items:
        if BROWSER_TESTS in item.path.parents:
            item.add_marker("browser")
        if item.get_closest_marker("browser") is None or find_chromium():
            chosen.append(item)
    left_out = [item for item in items if item not in set(chosen)]
    if left_out and _skips_are_forbidden():
        raise pytest.UsageError(f"{SKIPS_FORBIDDEN} is set. {NO_CHROMIUM}")
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = chosen


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Where skips are forbidden a skipped test fails, unless it reads what a clean checkout lacks (marker `shared`)."""
    report = yield
    is_excused = hasattr(report, "wasxfail") or item.get_closest_marker("shared") is not None
    if report.skipped and _skips_are_forbidden() and not is_excused:
        report.outcome = "failed"
        report.longrepr = f"Skipped, and {SKIPS_FORBIDDEN} is set: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session):
    """The last line, after pytest's own, says that the browser tests were left out."""
    result = yield
    is_worker = hasattr(session.config, "workerinput")
    wants_browser = "not browser" not in session.config.option.markexpr
    if not is_worker and wants_browser and not find_chromium():
        session.config.get_terminal_writer().line(NO_CHROMIUM)
    return result


def _skips_are_forbidden() -> bool:
    return os.environ.get(SKIPS_FORBIDDEN, "") not in ("", "0")


# -- a whole Al Día -----------------------------------------------------------------------------


@pytest.fixture
def world(dynamodb, table_name):
    """Everything real but the two outside companies; see tests/world.py."""
    from tests.world import World

    made = World.start(dynamodb, table_name)
    yield made
    made.close()

"""The functions' environment on the real engine."""

import hashlib
import logging
import sys
from pathlib import Path

import boto3
import pytest
from zappa.cli import ZappaCLI
from zappa.handler import LambdaHandler

from aldia.adapters.dynamo_table import create_table
from aldia.lambdas import installed
from tests.lambdas.lambda_world import HOST, KEY

SETTINGS = Path(__file__).parents[2] / "infra" / "aws" / "zappa_settings.json"


def environment(engine, table):
    return {
        "ALDIA_STAGE": "proof",
        "ALDIA_BASE_URL": f"https://{HOST}",
        "ALDIA_TABLE": table,
        "ALDIA_DYNAMODB_ENDPOINT": engine.url,
        "ALDIA_ORIGIN_KEY_HASHES": hashlib.sha256(KEY.encode()).hexdigest(),
        "ALDIA_STRIPE_KEY": "sk_test_none",
        "ALDIA_STRIPE_WEBHOOK_SECRETS": "whsec_none",
        "ALDIA_TRUST_LIMITS": "off",
    }


@pytest.fixture
def installation(engine, dynamodb, table_name, monkeypatch):
    """The ports that the entries find; what they find is built anew for each test."""
    create_table(dynamodb, table_name)
    for name, value in environment(engine, table_name).items():
        monkeypatch.setenv(name, value)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    installed.ports.cache_clear()
    yield installed.ports()
    installed.ports.cache_clear()
    root.handlers[:], root.level = handlers, level  # the functions take the log over; pytest gets it back


@pytest.fixture
def web(installation, zappa_settings, tmp_path, monkeypatch):
    """The web function's entry, with the settings that Zappa writes into the package."""
    (tmp_path / "zappa_settings.py").write_text(zappa_settings)
    monkeypatch.syspath_prepend(str(tmp_path))
    forget = ("zappa_settings", "aldia.lambdas.wsgi", "web_app")
    for name in forget:
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setattr(LambdaHandler, "_LambdaHandler__instance", None)
    import web_app

    yield web_app
    for name in forget:
        sys.modules.pop(name, None)


@pytest.fixture(scope="session")
def zappa_settings():
    """What `zappa package` writes from our settings into the zip."""
    cli = ZappaCLI()
    cli.api_stage = "aws"
    cli.load_settings(str(SETTINGS), boto3.session.Session(region_name="eu-west-1"))
    return cli.get_zappa_settings_string()
